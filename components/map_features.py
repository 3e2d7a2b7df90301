"""The GeoJSON features of the grid map: shapes, lights and names.

Properties: code, fill, look (CSS classes), html, tip.  Leaflet inserts
html and tip as they are, so every text is escaped here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import shapely

from components.palette import CARD, LIGHT_WORDS, shade_of, text_on

LIGHT_ORDER = ("red", "yellow")
Feature = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """The lights of one place: unit code ("" if none), where, and counts by light."""

    code: str
    lat: float
    lon: float
    counts: Mapping[str, int]

    @property
    def words(self) -> str:
        """红灯 2 件 · 黄灯 1 件."""
        return " · ".join(f"{LIGHT_WORDS[key]}灯 {self.counts[key]} 件" for key in self._lit)

    @property
    def badge(self) -> str:
        """One pill a light, the word first."""
        pill = '<i class="{}">{} {}</i>'.format
        return "".join(pill(key, LIGHT_WORDS[key], self.counts[key]) for key in self._lit)

    @property
    def _lit(self) -> list[str]:
        return [key for key in LIGHT_ORDER if self.counts.get(key)]


def place_lights(lights: pd.DataFrame, places: Mapping[str, shapely.Geometry]) -> list[Mark]:
    """One mark a place; a light without lat + lon stands in its unit's shape.

    Lights that are neither placed nor of a unit in ``places`` are left out.
    """
    found: dict[tuple[str, float, float], dict[str, int]] = {}
    for row in lights[lights["count"] > 0].to_dict("records"):
        code = row["code"] if isinstance(row.get("code"), str) else ""
        spot = _spot(row.get("lat"), row.get("lon"), places.get(code))
        if spot is not None:
            counts = found.setdefault((code, *spot), {})
            counts[row["light"]] = counts.get(row["light"], 0) + int(row["count"])
    return [Mark(*place, counts) for place, counts in found.items()]


def shape_features(
    drawn: pd.DataFrame,
    edges: Sequence[float],
    *,
    metric: str,
    marks: Sequence[Mark],
) -> list[Feature]:
    """One polygon a unit, filled by its value; ``drawn`` as in :func:`maps.build_map`."""
    words = {mark.code: mark.words for mark in marks}
    features = []
    for row in drawn.itertuples():
        known = not pd.isna(row.value)
        text = f"{metric} {row.text}" if known else f"{metric}：无数据"
        properties = {
            "code": row.code,
            "tip": _tip(row.name, text, words.get(row.code, "")),
            "look": "shape" if known else "shape nodata",
            "fill": shade_of(row.value, edges) if known else None,
        }
        features.append(_feature(json.loads(row.boundary), properties))
    return features


def light_features(marks: Sequence[Mark], names: Mapping[str, str]) -> list[Feature]:
    """One badge a place; a click on it means its unit."""
    return [
        _point(
            shapely.Point(mark.lon, mark.lat),
            look="lights",
            html=mark.badge,
            tip=_tip(names.get(mark.code, ""), mark.words),
            code=mark.code,
        )
        for mark in marks
    ]


def name_features(
    drawn: pd.DataFrame, edges: Sequence[float], marks: Sequence[Mark]
) -> list[Feature]:
    """Name and value on every shape, in the text colour its fill asks for."""
    lit = {mark.code for mark in marks}
    features = []
    for row in drawn.itertuples():
        known = not pd.isna(row.value)
        light = known and text_on(shade_of(row.value, edges)) == CARD
        look = "name" + (" light" if light else "") + (" lit" if row.code in lit else "")
        html = f"<b>{escape(row.name)}</b>" + (f"<span>{escape(row.text)}</span>" if known else "")
        features.append(_point(_inside(shapely.from_geojson(row.boundary)), look=look, html=html))
    return features


def title_features(outlines: pd.DataFrame) -> list[Feature]:
    """The names of the outlined units, above everything they hold."""
    return [
        _point(
            _inside(shapely.from_geojson(row.boundary)),
            look="name over",
            html=f"<b>{escape(row.name)}</b>",
        )
        for row in outlines.itertuples()
    ]


def border_features(units: pd.DataFrame) -> list[Feature]:
    """Units as bare polygons, for borders above the shapes."""
    return [_feature(json.loads(boundary), {}) for boundary in units["boundary"]]


def _inside(place: shapely.Geometry) -> shapely.Point:
    return shapely.point_on_surface(place)


def _spot(lat: Any, lon: Any, place: shapely.Geometry | None) -> tuple[float, float] | None:
    if not (pd.isna(lat) or pd.isna(lon)):
        return float(lat), float(lon)
    if place is None:
        return None
    point = _inside(place)
    return point.y, point.x


def _point(point: shapely.Point, **properties: str) -> Feature:
    return _feature({"type": "Point", "coordinates": [point.x, point.y]}, properties)


def _feature(geometry: Any, properties: Mapping[str, Any]) -> Feature:
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def _tip(name: str, *lines: str) -> str:
    spans = "".join(f"<span>{escape(line)}</span>" for line in lines if line)
    return f"<b>{escape(name)}</b>{spans}"
