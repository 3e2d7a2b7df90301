// Every text and label that can be seen or heard, inside frames and components too.
() => {
  const found = [];
  const labels = ["aria-label", "title", "placeholder", "alt"];
  const mute = ["SCRIPT", "STYLE", "NOSCRIPT"];
  const shown = (element) =>
    !mute.includes(element.tagName) && element.checkVisibility({ visibilityProperty: true });
  const read = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.parentElement || shown(node.parentElement)) found.push(node.data);
        continue;
      }
      if (!shown(node)) continue;
      for (const label of labels) found.push(node.getAttribute(label) || "");
      const inner = node.shadowRoot || (node.tagName === "IFRAME" && node.contentDocument?.body);
      if (inner) read(inner);
    }
  };
  read(document.body);
  return found.filter(Boolean);
}
