// Maps of plain paths, drawn on boards and on the wall.  A classic script that makes one name,
// because Streamlit runs a component's script where it cannot import another file.
const plainMap = (() => {
  const SVG = "http://www.w3.org/2000/svg";

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

  // Where a mark may stand, in its own widths and heights: where it belongs, or beside that.
  const HERE = [[0, 0]], ASIDE = [[0, 0], [0, 0.7], [0, -0.7], [0, 1.2], [0, -1.2]];
  const BOARD = { pad: 18, legend: 70, gap: 0, names: ASIDE, badges: HERE, inside: false };

  // ``pad`` around the shapes, ``legend`` below them and ``gap`` between marks are in pixels;
  // ``names`` and ``badges`` are the places each may take, ``inside`` keeps them in the map.
  const place = (root, data, parts, { pad, legend, ...how } = BOARD) => {
    const width = root.clientWidth, height = root.clientHeight;
    if (!width || !height) return;
    const scale = Math.min((width - 2 * pad) / data.width, (height - pad - legend) / data.height);
    const left = (width - data.width * scale) / 2;
    const top = (height - legend + pad / 2 - data.height * scale) / 2;
    parts.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    parts.group.setAttribute("transform", `translate(${left} ${top}) scale(${scale})`);
    for (const [mark, node] of parts.marks) {
      node.style.translate = "";
      node.style.left = `${left + mark.x * scale}px`;
      node.style.top = `${top + mark.y * scale}px`;
    }
    settle(root.getBoundingClientRect(), parts.marks.map(([, node]) => node), how);
  };

  const crossing = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
  const within = (box, room) => box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;

  // Badges first, then names: a mark steps aside for what lies there already.  A badge that
  // finds no room stays where it belongs; a name without room is left out.
  const settle = (room, nodes, { gap, names, badges, inside }) => {
    const isName = (node) => node.classList.contains("name");
    const boxes = new Map(nodes.map((node) => [node, node.getBoundingClientRect()]));
    const taken = [];
    for (const node of [...nodes.filter((one) => !isName(one)), ...nodes.filter(isName)]) {
      const box = boxes.get(node);
      const at = ([x, y]) => ({ left: box.left + x * box.width - gap, right: box.right + x * box.width + gap,
        top: box.top + y * box.height - gap, bottom: box.bottom + y * box.height + gap });
      const free = (move) => (!inside || within(at(move), room)) && !taken.some((other) => crossing(at(move), other));
      const move = (isName(node) ? names : badges).find(free) ?? (isName(node) ? null : HERE[0]);
      node.style.visibility = move ? "" : "hidden";
      if (!move) continue;
      if (move[0] || move[1]) node.style.translate = `${move[0] * box.width}px ${move[1] * box.height}px`;
      taken.push(at(move));
    }
  };

  return { draw, place };
})();
