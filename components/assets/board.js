// A board: ready HTML with maps of plain paths in it; presses on openers and units are sent back.
const SVG = "http://www.w3.org/2000/svg";
const PAD = 18, LEGEND = 70; // pixels around the shapes, and kept free for the legend
const ASIDE = [0, 0.7, -0.7, 1.2, -1.2]; // where a name may stand, in its own heights

const make = (name, attributes, parent) => {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  parent.appendChild(node);
  return node;
};

const draw = (root, data) => {
  root.replaceChildren();
  const svg = make("svg", { role: "img", "aria-label": "网格地图" }, root);
  const group = make("g", {}, svg);
  for (const shape of data.shapes) {
    const fill = shape.fill ? { fill: shape.fill } : {};
    const path = make("path", { d: shape.d, class: shape.look, ...fill }, group);
    path.dataset.code = shape.code;
    path.dataset.tip = shape.tip;
  }
  for (const d of data.borders) make("path", { d, class: "border" }, group);
  const marks = data.marks.map((mark) => {
    const node = document.createElement("div");
    node.className = `mark ${mark.look}`;
    node.innerHTML = mark.html;
    if (mark.code) node.dataset.code = mark.code;
    if (mark.tip) node.dataset.tip = mark.tip;
    root.appendChild(node);
    return [mark, node];
  });
  const corner = document.createElement("div");
  corner.innerHTML = data.corner;
  root.appendChild(corner);
  const tip = document.createElement("div");
  tip.className = "tip";
  root.appendChild(tip);
  return { svg, group, marks, tip };
};

const place = (root, data, parts) => {
  const width = root.clientWidth, height = root.clientHeight;
  if (!width || !height) return;
  const scale = Math.min((width - 2 * PAD) / data.width, (height - PAD - LEGEND) / data.height);
  const left = (width - data.width * scale) / 2;
  const top = (height - LEGEND + PAD / 2 - data.height * scale) / 2;
  parts.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  parts.group.setAttribute("transform", `translate(${left} ${top}) scale(${scale})`);
  for (const [mark, node] of parts.marks) {
    node.style.marginTop = "";
    node.style.left = `${left + mark.x * scale}px`;
    node.style.top = `${top + mark.y * scale}px`;
  }
  const boxes = parts.marks.map(([, node]) => node.getBoundingClientRect());
  const isName = (i) => parts.marks[i][1].classList.contains("name");
  const taken = boxes.filter((_, i) => !isName(i)); // a badge is never hidden or moved
  parts.marks.forEach(([, node], i) => {
    if (!isName(i)) return;
    const { left, right, top, bottom, height } = boxes[i];
    const free = (by) => !taken.some((b) =>
      left < b.right && right > b.left && top + by < b.bottom && bottom + by > b.top);
    // a name steps aside for what lies there already; one that finds no room is left out
    const by = ASIDE.map((times) => times * height).find(free);
    node.style.visibility = by === undefined ? "hidden" : "";
    node.style.marginTop = `${by ?? 0}px`;
    if (by !== undefined) taken.push({ left, right, top: top + by, bottom: bottom + by });
  });
};

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
