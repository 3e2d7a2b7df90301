/* What the grid map does in the browser; components/maps.py says what it shows.
   Texts arrive as escaped HTML in each feature's properties. */
"use strict";

window.gridMap = (() => {
  const INK = "#1b2a41";
  const ACCENT = "#d7263d";
  const MARGIN = 18;

  function style(feature) {
    const own = feature.properties;
    return {
      className: own.look, fillColor: own.fill, fillOpacity: 1, color: "#ffffff", weight: 1.4,
    };
  }

  function border() {
    return { color: INK, weight: 2.6, fill: false, interactive: false };
  }

  function chosen() {
    return { ...border(), color: ACCENT, weight: 4 };
  }

  function behave(feature, layer) {
    layer.bindTooltip(feature.properties.tip, { sticky: true, className: "tip", opacity: 1 });
    layer.on("mouseover", () => {
      layer.bringToFront();
      layer.setStyle({ color: INK, weight: 3 });
    });
    layer.on("mouseout", () => layer.setStyle(style(feature)));
  }

  /* Names and lights are HTML from the start: Leaflet's stock icon asks for image files. */
  function mark(feature, place) {
    const own = feature.properties;
    const icon = L.divIcon({ className: own.look, iconSize: null, html: own.html });
    const front = own.tip ? 1000 : 0;
    const marker = L.marker(place, {
      icon, keyboard: false, interactive: Boolean(own.tip), zIndexOffset: front,
    });
    const tip = { className: "tip", direction: "top", offset: [0, -12], opacity: 1 };
    return own.tip ? marker.bindTooltip(own.tip, tip) : marker;
  }

  const apart = (one, other) =>
    one.right < other.left || one.left > other.right ||
    one.bottom < other.top || one.top > other.bottom;

  /* Names first, where they lie on no light and no other name; then figures where room is left. */
  function declutter(root) {
    const boxes = new Map();
    const free = (mark) => [...boxes].every(([other, box]) =>
      other === mark || apart(mark.getBoundingClientRect(), box));
    const take = (mark) => boxes.set(mark, mark.getBoundingClientRect());
    const names = [...root.querySelectorAll(".name")];
    names.forEach((name) => name.classList.add("bare", "hidden"));
    root.querySelectorAll(".lights").forEach(take);
    for (const name of names) {
      if (!free(name)) continue;
      name.classList.remove("hidden");
      take(name);
    }
    for (const name of names) {
      name.classList.remove("bare");
      if (free(name)) take(name);
      else name.classList.add("bare");
    }
  }

  /* Zoom buttons, and all shapes in view now and whenever frame or legend change size. */
  function start(map, bounds) {
    L.control.zoom({ position: "topright", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
    const root = map.getContainer();
    const legend = document.querySelector(".map-legend");
    const fit = () => {
      const below = legend ? legend.offsetHeight + 2 * MARGIN : MARGIN;
      map.fitBounds(bounds, {
        paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, below], animate: false,
      });
    };
    fit();
    map.on("resize", fit);
    map.on("zoomend", () => declutter(root));
    // Style sheets arrive after this script: sizes are known only once they have.
    if (legend) new ResizeObserver(fit).observe(legend);
    const watcher = new ResizeObserver(() => declutter(root));
    root.querySelectorAll(".name").forEach((name) => watcher.observe(name));
  }

  return { style, border, chosen, behave, mark, start };
})();
