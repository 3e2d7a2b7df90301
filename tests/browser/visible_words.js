// Every text and label that can be seen or heard, inside frames and components too.
() => {
  const found = [];
  const labels = ["aria-label", "title", "placeholder", "alt"];
  const mute = ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const read = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const holder = node.parentElement;
        if (holder && !mute.includes(holder.tagName) && shown(holder)) found.push(node.data);
      } else if (node instanceof ShadowRoot || shown(node)) {
        if (node instanceof ShadowRoot) continue;
        if (node.shadowRoot) read(node.shadowRoot);
        for (const label of labels) found.push(node.getAttribute(label) || "");
        if (node.tagName === "IFRAME" && node.contentDocument) read(node.contentDocument.body);
      }
    }
  };
  read(document.body);
  return found.filter(Boolean);
}
