// What is wrong with how a wall looks: every fault in words, none for a wall as it should be.
(smallest) => {
  const faults = [];
  const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const parse = (text) => {
    const numbers = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => { const x = c / 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(at).backgroundColor);
      if (alpha > 0.5) return rgb;
    }
    return [255, 255, 255];
  };
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("滚动条");
  for (const figure of document.querySelectorAll(".tile .value b")) {
    const size = parseFloat(getComputedStyle(figure).fontSize);
    if (size < smallest * 40 / 18) faults.push(`数字小 ${size}px: ${figure.textContent}`);
  }
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, node = text.parentElement;
    if (!text.data.trim() || node.closest("script, svg") || !seen(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((b) => b.width && b.height);
    if (!boxes.length) continue;
    // what lies wholly under something else is not read
    const top = document.elementFromPoint(boxes[0].x + boxes[0].width / 2, boxes[0].y + boxes[0].height / 2);
    if (top && !top.contains(node) && !node.contains(top)) continue;
    const said = text.data.trim().slice(0, 20), style = getComputedStyle(node);
    if (parseFloat(style.fontSize) < smallest) faults.push(`字小 ${style.fontSize}: ${said}`);
    const [a, b] = [light(parse(style.color).rgb), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`对比 ${ratio.toFixed(2)}: ${said}`);
    for (const box of boxes) {
      for (let at = node; at; at = at.parentElement) {
        const frame = at.getBoundingClientRect(), hides = getComputedStyle(at).overflow !== "visible";
        const panel = at.matches(".box, .tile, #head, #foot");
        if (!hides && !panel && at !== document.body) continue;
        if (box.left < frame.left - 1.5 || box.right > frame.right + 1.5 || box.top < frame.top - 4 || box.bottom > frame.bottom + 4) {
          faults.push(`出框 ${at.className || at.id || at.tagName}: ${said}`);
          break;
        }
      }
      texts.push({ said, box, node });
    }
  }
  texts.forEach((one, i) => texts.slice(i + 1).forEach((two) => {
    const wide = Math.min(one.box.right, two.box.right) - Math.max(one.box.left, two.box.left);
    const high = Math.min(one.box.bottom, two.box.bottom) - Math.max(one.box.top, two.box.top);
    // line boxes are taller than what is written in them
    if (wide > 2 && high > 0.35 * Math.min(one.box.height, two.box.height)) faults.push(`相叠: ${one.said} / ${two.said}`);
  }));
  return [...new Set(faults)];
}
