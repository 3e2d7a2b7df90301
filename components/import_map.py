"""The preview of an import: what the file brings, drawn over what is already there.

Plain values in, HTML out.  What a person must notice has a shape and a word of its own:
new boundaries are drawn through, present ones dashed, refused places are crosses,
unplaced ones triangles, piles squares with their height.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import shapely

from components.maps import LABELLED_SHAPES
from components.palette import ACCENT, CARD, GOLD, GROUND, INK, LINE, MUTED, NO_DATA, PRIMARY
from components.quick_map import WIDTH, Plane

LEAST_HEIGHT, MOST_HEIGHT = 300.0, 900.0  # of the drawing, in its units
MARGIN = 0.06  # of the wider side, left free around everything
CELL = (100.0, 36.0)  # marks of one kind that fall into one such field become one, summed up
MOST_DOTS = 3_000  # placed points drawn; more would hide the boundaries
APART_KM = 1.0  # from here on the distance between new and present is told
KM_PER_DEGREE = 111.195
UNNAMED = "（无名称）"
NOTHING = "这个文件里没有可以画在图上的边界或坐标"
KINDS = ("refused", "unplaced", "pile")  # in the order of the legend
WORDS = {"refused": "未通过", "unplaced": "未归入", "pile": "堆叠", "placed": "已归入"}
MEANINGS = {
    "refused": "边界或坐标没有通过",
    "unplaced": "不在任何单位之内",
    "pile": "许多件在同一个坐标",
    "placed": "已归入单位",
}
COLOURS = {"refused": ACCENT, "unplaced": INK, "pile": GOLD, "placed": MUTED}
SIGNS = {
    "refused": "M-7-7L7 7M7-7L-7 7",
    "unplaced": "M0-8L8 7L-8 7Z",
    "pile": "M-7-7L7-7L7 7L-7 7Z",
}


def import_map(
    shapes: pd.DataFrame,
    present: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> str:
    """The preview as one piece of HTML that needs nothing from elsewhere.

    ``shapes``: name, boundary (GeoJSON text in WGS84, may be missing) of what is to
    come.  ``present``: the same of what there is.  ``points``: lon, lat, kind ("placed",
    "refused", "unplaced", "pile"), and optionally count and text (why, or the address).
    Points without coordinates, and those far off the map, are counted in words.
    """
    new, old = _drawn(shapes), _drawn(present)
    marks = _marks(points)
    located = marks[np.isfinite(marks["lon"]) & np.isfinite(marks["lat"])]
    bounds = _bounds([*new["place"], *old["place"]], located)
    if bounds is None:
        return f'<p class="empty">{NOTHING}</p>'
    plane = Plane(bounds)
    shown = located[_within(located, bounds)]
    parts = [
        _background(plane),
        *_outlines(old, plane, new=False),
        *_outlines(new, plane, new=True),
    ]
    parts += [_dots(shown, plane), *_signs(shown, plane), *_names(new, plane)]
    legend = _legend(len(new), len(old), marks)
    notes = _notes(new, old, lost=_sum(marks) - _sum(located), far=_sum(located) - _sum(shown))
    return (
        '<figure class="import-map" style="margin:0">'
        f'<svg viewBox="0 0 {WIDTH:g} {plane.height:g}" role="img" aria-label="{_summary(legend)}" '
        f'style="display:block;width:100%;max-height:70vh">{"".join(parts)}</svg>'
        f"{_caption(legend, notes)}</figure>"
    )


def _caption(legend: list[tuple[str, str]], notes: list[str]) -> str:
    keys = "".join(
        f'<span style="margin-right:18px">{s}{escape(text)}</span>' for s, text in legend
    )
    lines = "".join(f'<p style="margin:0">{escape(note)}</p>' for note in notes)
    look = f"margin-top:8px;line-height:1.9;color:{INK}"
    return f'<figcaption style="{look}">{keys}{lines}</figcaption>'


def _drawn(frame: pd.DataFrame | None) -> pd.DataFrame:
    """Rows with a boundary, and it as a shape in ``place``."""
    if frame is None or frame.empty:
        return pd.DataFrame({"name": [], "boundary": [], "place": []})
    rows = frame[frame["boundary"].notna()]
    return rows.assign(place=list(shapely.from_geojson(rows["boundary"].to_numpy(dtype=object))))


def _marks(points: pd.DataFrame | None) -> pd.DataFrame:
    """All points with a count and a text."""
    if points is None:
        points = pd.DataFrame({"lon": [], "lat": [], "kind": []})
    missing: dict[str, Any] = {"count": 1, "text": ""}
    extra = {name: value for name, value in missing.items() if name not in points.columns}
    return points.assign(**extra).astype({"lon": float, "lat": float, "count": int})


def _bounds(places: list[Any], marks: pd.DataFrame) -> tuple[float, ...] | None:
    """What the drawing shows: all boundaries, or all points where there is none."""
    if places:
        west, south, east, north = shapely.total_bounds(places).tolist()
    elif len(marks):
        west, south = marks["lon"].min(), marks["lat"].min()
        east, north = marks["lon"].max(), marks["lat"].max()
    else:
        return None
    return _roomy(west, south, east, north)


def _roomy(west: float, south: float, east: float, north: float) -> tuple[float, ...]:
    """With a margin, and neither too flat nor too tall to read."""
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * squeeze, 1e-4), max(north - south, 1e-4)
    margin = MARGIN * max(wide, high)
    wide, high = wide + 2 * margin, high + 2 * margin
    wide = max(wide, high * WIDTH / MOST_HEIGHT)
    high = max(high, wide * LEAST_HEIGHT / WIDTH)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / squeeze / 2, y - high / 2, x + wide / squeeze / 2, y + high / 2


def _within(marks: pd.DataFrame, bounds: tuple[float, ...]) -> pd.Series:
    west, south, east, north = bounds
    return marks["lon"].between(west, east) & marks["lat"].between(south, north)


def _background(plane: Plane) -> str:
    return f'<rect width="{WIDTH:g}" height="{plane.height:g}" fill="{GROUND}" stroke="{LINE}"/>'


def _outlines(frame: pd.DataFrame, plane: Plane, *, new: bool) -> list[str]:
    if new:
        look = f'fill="{PRIMARY}" fill-opacity="0.16" stroke="{PRIMARY}" stroke-width="2.4"'
    else:
        look = f'fill="{NO_DATA}" stroke="{MUTED}" stroke-width="1.6" stroke-dasharray="7 5"'
    key, said = ("new", "新边界") if new else ("present", "已有边界")
    return [
        f'<path class="{key}" d="{plane.path(_geojson(row.place))}" fill-rule="evenodd" {look}>'
        f"<title>{said}：{_named(row.name)}</title></path>"
        for row in frame.itertuples(index=False)
    ]


def _named(name: Any) -> str:
    return escape(name) if isinstance(name, str) and name else UNNAMED


def _geojson(place: Any) -> Any:
    return json.loads(shapely.to_geojson(place))


def _dots(marks: pd.DataFrame, plane: Plane) -> str:
    """The placed points as one path, thinned evenly where there are too many."""
    placed = marks[marks["kind"] == "placed"]
    places = placed[["lon", "lat"]].to_numpy()[:: len(placed) // MOST_DOTS + 1]
    spots = (plane.point(place) for place in places)
    path = "".join(f"M{p['x']:g} {p['y']:g}h0" for p in spots)
    look = f'stroke="{COLOURS["placed"]}" stroke-width="4" stroke-linecap="round" fill="none"'
    return f'<path class="placed" d="{path}" {look}/>' if path else ""


def _signs(marks: pd.DataFrame, plane: Plane) -> list[str]:
    """One sign a kind and field of the drawing: its shape, its word, and how many."""
    spots = pd.DataFrame([plane.point(p) for p in marks[["lon", "lat"]].to_numpy()])
    if spots.empty:
        return []
    cells = (spots // np.array(CELL)).set_index(marks.index)
    found = []
    for kind in reversed(KINDS):  # what matters most lies on top
        chosen = marks[marks["kind"] == kind]
        where = cells.loc[chosen.index]
        for _, group in chosen.groupby([where["x"], where["y"]], sort=True):
            spot = plane.point([group["lon"].mean(), group["lat"].mean()])
            found.append(_sign(kind, spot, int(group["count"].sum()), group["text"]))
    return found


def _sign(kind: str, spot: dict[str, float], count: int, reasons: Iterable[str]) -> str:
    words = f"{WORDS[kind]} {count:,}" if count > 1 else WORDS[kind]
    tips = list(dict.fromkeys(escape(str(reason)) for reason in reasons if reason))
    tip = "；".join([f"{words}：{MEANINGS[kind]}", *tips[:5], *["……"] * (len(tips) > 5)])
    return (
        f'<g class="{kind}" transform="translate({spot["x"]:g} {spot["y"]:g})">'
        f'{_shape(kind)}<text x="11" y="5" {_letters(14)}>{words}</text><title>{tip}</title></g>'
    )


def _shape(kind: str) -> str:
    line = f'stroke="{COLOURS[kind]}" stroke-width="3"'
    return f'<path d="{SIGNS[kind]}" fill="{CARD}" {line} stroke-linejoin="round"/>'


def _letters(size: int) -> str:
    """Dark letters with a light rim, readable on anything."""
    rim = f'stroke="{CARD}" stroke-width="3.5" paint-order="stroke"'
    return f'font-size="{size}" font-weight="700" fill="{INK}" {rim}'


def _names(new: pd.DataFrame, plane: Plane) -> list[str]:
    if len(new) > LABELLED_SHAPES:
        return []
    found = []
    for row in new.drop_duplicates("name").itertuples(index=False):  # a unit in parts: once
        inside = shapely.point_on_surface(row.place)
        spot = plane.point([inside.x, inside.y])
        at = f'x="{spot["x"]:g}" y="{spot["y"]:g}"'
        found.append(f'<text {at} text-anchor="middle" {_letters(16)}>{_named(row.name)}</text>')
    return found


def _sum(marks: pd.DataFrame) -> int:
    return int(marks["count"].sum())


def _legend(new: int, old: int, marks: pd.DataFrame) -> list[tuple[str, str]]:
    """Signs (SVG) and words of everything that occurs."""
    rows = []
    if new:
        rows.append(
            (
                _key(f'<path d="M-11 0H11" stroke="{PRIMARY}" stroke-width="3"/>'),
                f"新边界 {new} 个（实线）",
            )
        )
    if old:
        dashes = f'stroke="{MUTED}" stroke-width="3" stroke-dasharray="6 4"'
        rows.append((_key(f'<path d="M-11 0H11" {dashes}/>'), f"已有边界 {old} 个（虚线）"))
    for kind in KINDS:
        count = _sum(marks[marks["kind"] == kind])
        if count:
            rows.append((_key(_shape(kind)), f"{WORDS[kind]} {count:,}：{MEANINGS[kind]}"))
    placed = _sum(marks[marks["kind"] == "placed"])
    if placed:
        rows.append((_key(f'<circle r="4" fill="{MUTED}"/>'), f"{WORDS['placed']} {placed:,}"))
    return rows


def _key(sign: str) -> str:
    return (
        '<svg width="26" height="20" viewBox="-13 -10 26 20" aria-hidden="true" '
        f'style="vertical-align:middle;margin-right:6px">{sign}</svg>'
    )


def _summary(legend: list[tuple[str, str]]) -> str:
    return escape("导入预览：" + "，".join(text for _, text in legend))


def _notes(new: pd.DataFrame, old: pd.DataFrame, *, lost: int, far: int) -> list[str]:
    """What the drawing cannot show."""
    notes = []
    if len(new) and len(old):
        apart = _distance_km(list(new["place"]), list(old["place"]))
        if apart >= APART_KM:
            notes.append(f"新边界离已有边界约 {apart:,.0f} 公里，请核对坐标系")
    if far:
        notes.append(f"另有 {far:,} 个点离得太远，没有画在图上，请核对坐标系")
    if lost:
        notes.append(f"另有 {lost:,} 个没有坐标，没有画在图上")
    return notes


def _distance_km(new: list[Any], old: list[Any]) -> float:
    """Roughly how far the two groups of shapes are from each other."""
    one, other = shapely.box(*shapely.total_bounds(new)), shapely.box(*shapely.total_bounds(old))
    return float(one.distance(other) * KM_PER_DEGREE)
