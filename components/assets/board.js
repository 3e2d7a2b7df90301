// A board: ready HTML with maps of plain paths in it; presses on openers and units are sent back.
// Put together with plain_map.js by components/board_view.py.
const { draw, place } = plainMap;

const showTip = (event) => {
  const map = event.target.closest(".quick-map");
  if (!map?.parts) return;
  const hit = event.target.closest("[data-tip]"), tip = map.parts.tip;
  tip.style.display = hit ? "block" : "none";
  if (!hit) return;
  tip.innerHTML = hit.dataset.tip;
  const box = map.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 8)}px`;
  tip.style.top = `${event.clientY - box.top + 16}px`;
};

const hideTips = (root) => {
  for (const tip of root.querySelectorAll(".quick-map .tip")) tip.style.display = "none";
};

// The page's own link in sight, where the row of pages is wider than a phone.
const showHere = (root) => {
  const here = root.querySelector("nav [aria-current]"), row = here?.parentElement;
  if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
};

const fill = (root, text) => {
  const { html, maps } = JSON.parse(text);
  const held = root.contains(document.activeElement) && document.activeElement.id;
  root.innerHTML = html;
  if (held) document.getElementById(held)?.focus();
  showHere(root);
  root.maps = [...root.querySelectorAll("[data-map]")].map((node) => {
    const data = maps[node.dataset.map];
    node.parts = draw(node, data);
    return () => place(node, data, node.parts);
  });
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".board");
  const text = new TextDecoder().decode(data);
  if (root.text !== text) {
    root.text = text;
    fill(root, text);
  }
  root.onclick = (event) => {
    const opener = event.target.closest("[data-open]"), unit = event.target.closest("[data-code]");
    if (opener) setTriggerValue("open", opener.dataset.open);
    else if (unit) setTriggerValue("unit", unit.dataset.code);
  };
  root.onchange = (event) => {
    const { choose } = event.target.dataset;
    if (choose) setTriggerValue(choose, event.target.value);
  };
  root.onmousemove = showTip;
  root.onmouseleave = () => hideTips(root);
  const watch = new ResizeObserver(() => root.maps.forEach((fit) => fit()));
  watch.observe(root);
  return () => watch.disconnect();
}
