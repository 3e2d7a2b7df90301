"""The overview's map: the same features as the folium map, as plain paths without a frame.

A page that only has to show where things stand should not load a map library
in a frame of its own for it.  There is no zooming here; the map page has that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import shapely

from components import map_features
from components.map_legend import legend_html, legend_steps, note_html
from components.maps import LABELLED_SHAPES, NO_SHAPES

WIDTH = 1000.0  # of the drawing, in its own units; the browser scales it

Payload = dict[str, Any]


def quick_map(
    shapes: pd.DataFrame,
    *,
    metric: str,
    unit: str = "",
    decimals: int = 0,
    lights: pd.DataFrame | None = None,
    outlines: pd.DataFrame | None = None,
) -> Payload:
    """What the component draws; arguments as in :func:`components.maps.build_map`.

    Keys: width, height, shapes (d, code, look, fill, tip), borders (d), marks (x,
    y, html, look, code, tip), corner (HTML).  All HTML is escaped already.
    """
    drawn = shapes[shapes["boundary"].notna()]
    if drawn.empty:
        return _blank(note_html(NO_SHAPES))
    places = dict(zip(drawn["code"], shapely.from_geojson(drawn["boundary"]), strict=True))
    plane = Plane(shapely.total_bounds(list(places.values())))
    edges = legend_steps(drawn["value"], decimals)
    lit = map_features.place_lights(lights, places) if lights is not None else []
    borders = outlines[outlines["boundary"].notna()] if outlines is not None else drawn[:0]
    names = dict(zip(drawn["code"], drawn["name"], strict=True))
    marks = map_features.light_features(lit, names)
    if len(borders):
        marks = map_features.title_features(borders) + marks
    elif len(drawn) <= LABELLED_SHAPES:
        marks = marks + map_features.name_features(drawn, edges, lit)
    corner = legend_html(
        f"{metric}（{unit}）" if unit else metric,
        edges,
        decimals,
        gaps=bool(drawn["value"].isna().any()),
        lights=bool(lit),
        missing=len(shapes) - len(drawn),
    )
    filled = map_features.shape_features(drawn, edges, metric=metric, marks=lit)
    return {
        "width": WIDTH,
        "height": plane.height,
        "shapes": [f["properties"] | {"d": plane.path(f["geometry"])} for f in filled],
        "borders": [plane.path(f["geometry"]) for f in map_features.border_features(borders)],
        "marks": [f["properties"] | plane.point(f["geometry"]["coordinates"]) for f in marks],
        "corner": corner,
    }


def _blank(corner: str) -> Payload:
    empty: Payload = {"width": WIDTH, "height": WIDTH / 2, "corner": corner}
    return empty | {"shapes": [], "borders": [], "marks": []}


class Plane:
    """Degrees to drawing units: east and west shrink with the latitude, north is up."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.west, south, east, self.north = (float(edge) for edge in bounds)
        self.squeeze = math.cos(math.radians((south + self.north) / 2))
        self.scale = WIDTH / max((east - self.west) * self.squeeze, 1e-9)
        self.height = round((self.north - south) * self.scale, 1)

    def point(self, position: Sequence[float]) -> dict[str, float]:
        """x and y of a (lon, lat) position."""
        lon, lat = position[0], position[1]
        x = (lon - self.west) * self.squeeze * self.scale
        return {"x": round(x, 1), "y": round((self.north - lat) * self.scale, 1)}

    def path(self, geometry: Any) -> str:
        """The SVG path of a GeoJSON Polygon or MultiPolygon, holes included."""
        single = geometry["type"] == "Polygon"
        polygons = [geometry["coordinates"]] if single else geometry["coordinates"]
        return "".join(self._ring(ring) for polygon in polygons for ring in polygon)

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        points = (self.point(position) for position in ring[:-1])
        return "M" + "L".join(f"{p['x']:g} {p['y']:g}" for p in points) + "Z"
