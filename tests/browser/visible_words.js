// Every text and label that can be seen or heard, inside frames too.
() => {
  const found = [];
  const labels = ["aria-label", "title", "placeholder", "alt"];
  const mute = ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const read = (page) => {
    const walker = page.createTreeWalker(
      page.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const holder = node.parentElement;
        if (!mute.includes(holder.tagName) && shown(holder)) found.push(node.data);
      } else if (shown(node)) {
        for (const label of labels) found.push(node.getAttribute(label) || "");
        if (node.tagName === "IFRAME" && node.contentDocument) read(node.contentDocument);
      }
    }
  };
  read(document);
  return found.filter(Boolean);
}
