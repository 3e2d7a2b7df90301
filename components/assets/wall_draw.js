// Draws boards on the wall without a flicker: only what differs is exchanged.
const wallDraw = (() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const unit = () => Math.min(innerWidth / 1920, innerHeight / 1080);

  // As many rows as there is room for: a row cut in half says less than none.
  const fit = (root) => { for (const list of root.querySelectorAll("[data-fit]")) fill(list); };

  const fill = (list) => {
    const rows = [...list.children];
    if (!(list.from < rows.length)) list.from = 0;
    rows.forEach((row, i) => { row.hidden = i < list.from; });
    const bottom = list.getBoundingClientRect().bottom + 1;
    const cut = rows.findIndex((row, i) => i >= list.from && row.getBoundingClientRect().bottom > bottom);
    list.until = cut < 0 ? rows.length : cut;
    for (const row of rows.slice(list.until)) row.hidden = true;
    if (list.matches("[data-turns]")) sayPage(list, rows.length);
  };

  const sayPage = (list, all) => {
    const header = list.parentElement.querySelector("header");
    const place = header.querySelector(".page") || header.appendChild(document.createElement("em"));
    place.className = "page";
    place.textContent = list.until - list.from < all ? `${list.from + 1}–${list.until} / ${all}` : "";
  };

  // A scene comes up with the first page of its lists, for the worst stands there; from then on
  // pages turn, and go on where they stopped the last time, so that every row is seen some time.
  const next = {};
  const turn = (root) => {
    for (const list of root.querySelectorAll("[data-turns]")) {
      const part = list.closest("[data-part]").dataset.part, all = list.children.length;
      if (list.until - list.from >= all) continue;
      list.from = list.from ? list.until : Math.max(next[part] || 0, list.until);
      fill(list);
      next[part] = list.until < all ? list.until : 0;
      if (!still) list.animate([{ opacity: 0 }, { opacity: 1 }], 400);
    }
  };

  // Where a mark may stand, in its own widths and heights, so that it covers no other.
  const PLACES = [[0, 0], [0, -1], [0, 1], [-.7, 0], [.7, 0], [-.7, -1], [.7, -1], [-.7, 1], [.7, 1], [0, -2], [0, 2],
    [-1.2, 0], [1.2, 0], [0, -3], [0, 3], [-1.2, -1], [1.2, -1], [-1.2, 1], [1.2, 1], [-.4, -2], [.4, -2], [-.4, 2], [.4, 2],
    [-1, -2], [1, -2], [-1, 2], [1, 2], [0, -4], [0, 4], [-1.8, 0], [1.8, 0]];

  const placeMaps = (root) => {
    for (const node of root.querySelectorAll("[data-map]")) {
      if (!node.parts) continue;
      const how = { pad: 16 * unit(), legend: 8 * unit(), gap: 3 * unit(), names: PLACES, badges: PLACES, inside: true };
      plainMap.place(node, node.data, node.parts, how);
    }
  };

  const shapesOf = (data) => JSON.stringify([data.shapes.map((s) => s.d), data.borders]);

  const drawMap = (node, data) => {
    const text = JSON.stringify(data);
    if (node.text === text) return;
    node.text = text;
    if (node.data && shapesOf(node.data) === shapesOf(data)) recolour(node, data);
    else node.parts = plainMap.draw(node, data);
    node.data = data;
  };

  // The same places with other figures: the drawing stays, its colours and marks change.
  const recolour = (node, data) => {
    const paths = node.querySelectorAll("path.shape");
    data.shapes.forEach((shape, i) => {
      paths[i].setAttribute("class", shape.look);
      paths[i].dataset.tip = shape.tip;
    });
    const fresh = document.createElement("div");
    const drawn = plainMap.draw(fresh, { ...data, shapes: [], borders: [] });
    for (const mark of node.querySelectorAll(".mark")) mark.remove();
    for (const [, mark] of drawn.marks) node.appendChild(mark);
    node.parts.marks = drawn.marks;
  };

  const fillMaps = (root, maps) => {
    for (const node of root.querySelectorAll("[data-map]")) drawMap(node, maps[node.dataset.map]);
  };

  const tidy = (root) => { fit(root); placeMaps(root); };

  // One number rolls, the first that changed: more motion than that is noise.
  const roll = (node, from, to) => {
    const number = (text) => Number(text.replace(/[^0-9.-]/g, ""));
    const start = number(from), end = number(to), digits = (to.split(".")[1] || "").replace(/\D/g, "").length;
    if (still || !Number.isFinite(start) || !Number.isFinite(end) || /万/.test(from + to)) return;
    const began = performance.now(), tail = to.endsWith("%") ? "%" : "";
    const step = (now) => {
      const done = Math.min((now - began) / 900, 1);
      const value = start + (end - start) * (1 - (1 - done) ** 3);
      const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      node.textContent = done < 1 ? value.toLocaleString("en-US", options) + tail : to;
      if (done < 1 && node.isConnected) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };

  const figures = (root) => Object.fromEntries([...root.querySelectorAll(".tile")].map(
    (tile) => [tile.dataset.part, tile.querySelector("[data-roll]").textContent]));

  // The same scene with other figures: every part that reads the same stays as it is.
  const update = (scene, html, maps) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const next = fresh.content.firstElementChild;
    const before = figures(scene);
    const parts = (root) => [...root.querySelectorAll("[data-part]")];
    const old = parts(scene), now = parts(next);
    const alike = scene.className === next.className && old.length === now.length &&
      old.every((part, i) => part.dataset.part === now[i].dataset.part);
    if (!alike) return null;
    old.forEach((part, i) => {
      const text = now[i].outerHTML;
      if ((part.source ?? part.outerHTML) === text) return;
      const map = part.querySelector("[data-map]"), place = now[i].querySelector("[data-map]");
      if (map && place) place.replaceWith(map);  // the drawn map moves into its new frame
      now[i].source = text;
      keepPage(part, now[i]);
      part.replaceWith(now[i]);
    });
    fillMaps(scene, maps);
    tidy(scene);
    const after = figures(scene);
    const changed = Object.keys(after).find((key) => before[key] !== after[key]);
    if (changed) {
      const node = scene.querySelector(`[data-part="${changed}"] [data-roll]`);
      roll(node, before[changed], after[changed]);
    }
    return scene;
  };

  const keepPage = (part, fresh) => {
    const old = part.querySelector("[data-turns]"), list = fresh.querySelector("[data-turns]");
    if (old && list) list.from = old.from;
  };

  const make = (stage, html, maps) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const scene = holder.content.firstElementChild;
    if (!scene) return null;
    for (const part of scene.querySelectorAll("[data-part]")) part.source = part.outerHTML;
    stage.appendChild(scene);
    fillMaps(scene, maps);
    tidy(scene);
    return scene;
  };

  // Another scene: it comes up over the one that goes, which is then let go of.
  const change = (stage, html, maps) => {
    const old = [...stage.children];
    const scene = make(stage, html, maps);
    if (!old.length || still) { old.forEach((node) => node.remove()); return scene; }
    scene?.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 450, easing: "ease-out" });
    for (const node of old) {
      node.classList.add("leaving");
      node.animate([{ opacity: 1 }, { opacity: 0 }], { duration: 300, fill: "forwards" });
      setTimeout(() => node.remove(), 320);  // not by the animation's end: a hidden tab has none
    }
    return scene;
  };

  return { update, change, tidy, turn };
})();
