"""One boundary made sound, where that is safe, or refused with the reason.

Safe means: the repaired area differs by less than 1 % from the area that the rings
state, and the ways of repairing agree on it.  A bow-tie with two like halves, or two
parts that overlap by a fifth, can be meant in several ways: those are refused.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from data.errors import RuleError
from data.importing.ground import DEGREE, mean_width, square_metres
from data.importing.rings import DIGITS, Array, Parts, Ring, read_parts

Area: TypeAlias = Polygon | MultiPolygon

SAFE = 0.01  # a repair may change the area by less than this share
SLIVER_M2, SLIVER_M = 1.0, 0.1  # smaller or narrower pieces and holes are leavings of some tool
SPIKE = np.radians(1.0)  # a corner that folds back on itself by less is no boundary
SPIKE_M = 1.0  # if its sides are at least so long
UNMENDABLE = "边界无法修复，请在 GIS 软件里检查后再导入"
REASONS = {
    "Ring Self-intersection": "环在一点上与自己相接",
    "Self-intersection": "边界与自己相交",
    "Hole lies outside shell": "内环在外环之外",
    "Holes are nested": "内环套着内环",
    "Nested shells": "一块套在另一块里",
    "Nested holes": "内环套着内环",
    "Duplicate Rings": "同一个环写了两遍",
    "Interior is disconnected": "内环把面切断了",
    "Too few points": "有的环不足三个点",
}


def read_polygon(geometry: object, system: str) -> tuple[Area, list[str]]:
    """A sound shape in WGS84 from a GeoJSON geometry, and what was put right.

    Outer rings run anticlockwise, holes clockwise (RFC 7946).  RuleError says why a
    geometry is refused.
    """
    parts, repairs = read_parts(geometry, system)
    parts = _with_enough_points(parts, repairs)
    try:
        shape = _without_slivers(_sound(parts, repairs), repairs)
        shape = _in_order(_without_spikes(shape, repairs))
    except shapely.errors.GEOSException as error:
        raise RuleError(UNMENDABLE) from error
    if not shape.is_valid:
        raise RuleError(UNMENDABLE)
    if square_metres(shape) < SLIVER_M2:
        raise RuleError("面积不足 1 平方米，不是一个单位的范围")
    return shape, repairs


def _with_enough_points(parts: Parts, repairs: list[str]) -> Parts:
    kept: Parts = []
    for shell, *holes in parts:
        if len(np.unique(shell, axis=0)) < 3:
            raise RuleError("外环不足三个不同的点，围不成面")
        sound = [hole for hole in holes if len(np.unique(hole, axis=0)) >= 3]
        if len(sound) < len(holes):
            repairs.append("去掉了不足三个点的内环")
        kept.append([shell, *sound])
    return kept


def _sound(parts: Parts, repairs: list[str]) -> Area:
    """The parts as one valid shape; rings that run the wrong way are only mentioned."""
    written = _plain(MultiPolygon([Polygon(shell, holes) for shell, *holes in parts]))
    if written.is_valid:
        if any(not _runs_right(part) for part in parts):
            repairs.append("改正了环的方向（外环逆时针，内环顺时针）")
        return written
    return _mended(written, parts, repairs)


def _mended(written: Area, parts: Parts, repairs: list[str]) -> Area:
    """By each ring's place in the file or, if that fails, by its direction: see :data:`SAFE`."""
    reason = _reason(written)
    joined = _polygons(shapely.make_valid(written, method="structure", keep_collapsed=False))
    by_turns = _by_turns([ring for part in parts for ring in part])
    by_place = sum(abs(_signed(p[0])) - sum(abs(_signed(h)) for h in p[1:]) for p in parts)
    by_direction = abs(sum(_signed(ring) for ring in chain.from_iterable(parts)))
    placed, turned = _change(joined.area, by_place), _change(by_turns.area, by_direction)
    # make_valid can give two parts that share an edge (GEOS 3.14)
    agreed = joined.is_valid and _change(joined.area, by_turns.area) < SAFE
    found, change = (joined, placed) if agreed and placed < SAFE else (by_turns, turned)
    if change >= SAFE:
        doubt = min(placed, turned)
        changed = f"会使面积变化 {doubt:.0%}" if SAFE <= doubt < 1 else "说不清哪边在界内"
        raise RuleError(
            f"{reason}，自动修复{changed}（不到 1% 才修），请在 GIS 软件里改好这一处再导入"
        )
    repairs.append(f"{reason}，已修复（面积变化 {_share(change)}）")
    return _plain(found)


def _by_turns(rings: list[Ring]) -> MultiPolygon:
    """What lies inside an odd number of rings: a ring in a ring is a hole, one in that is not."""
    lines = shapely.union_all([shapely.LinearRing(ring) for ring in rings])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts([lines])))
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    turns = sum(shapely.contains_xy(Polygon(ring), inner).astype(int) for ring in rings)
    return _polygons(shapely.union_all(faces[turns % 2 == 1]))


def _share(change: float) -> str:
    return "不到 0.01%" if change < 0.0001 else f"{change:.2%}"


def _reason(shape: Area) -> str:
    said = shapely.is_valid_reason(shape)
    return next((text for key, text in REASONS.items() if said.startswith(key)), "边界不合规")


def _signed(ring: Ring) -> float:
    """The area a ring goes around: positive anticlockwise; loops that run against it count off."""
    x, y = (ring - ring[0]).T  # near zero, or the products lose their digits
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)


def _runs_right(part: list[Ring]) -> bool:
    shell, *holes = part
    return _signed(shell) >= 0 and all(_signed(hole) <= 0 for hole in holes)


def _change(area: float, written: float) -> float:
    return abs(area / written - 1) if written > 0 else np.inf


def _polygons(shape: Any) -> MultiPolygon:
    """Only what has an area."""
    parts = [part for part in shapely.get_parts([shape]) if part.geom_type != "Point"]
    flat = [p for p in shapely.get_parts(parts) if p.geom_type == "Polygon" and not p.is_empty]
    return MultiPolygon(flat)


def _plain(shape: Area) -> Area:
    parts = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _in_order(shape: Area) -> Area:
    """Directions as GeoJSON wants them; vertices at crossings rounded where that is harmless."""
    turned = shapely.orient_polygons(shapely.remove_repeated_points(shape))
    rounded = shapely.transform(turned, lambda places: np.round(places, DIGITS))
    return rounded if rounded.is_valid else turned


def _without_slivers(shape: Area, repairs: list[str]) -> Area:
    """Tiny parts dropped and tiny holes filled, if they come to less than 1 % of the shape."""
    parts = shapely.get_parts([shape]).tolist()
    kept = [part for part in parts if not _sliver(part, shape.area)]
    filled = [_filled(part, shape.area) for part in kept]
    if not kept:
        raise RuleError("面积不足 1 平方米，或者窄得不像一个单位的范围")
    pieces, holes = len(parts) - len(kept), _holes(kept) - _holes(filled)
    change = square_metres(MultiPolygon(kept)) - square_metres(MultiPolygon(filled))
    change = abs(change) + sum(square_metres(part) for part in parts if part not in kept)
    if not pieces + holes or change >= SAFE * square_metres(shape):
        return shape
    said = [f"去掉 {pieces} 块碎屑"] * bool(pieces) + [f"填上 {holes} 个小孔"] * bool(holes)
    repairs.append(f"{'、'.join(said)}（共 {change:.1f} 平方米，不足 1%）")
    return _plain(MultiPolygon(filled))


def _holes(parts: list[Polygon]) -> int:
    return int(np.sum(shapely.get_num_interior_rings(np.array(parts, dtype=object))))


def _sliver(part: Polygon, whole: float) -> bool:
    """Below a square metre; or narrower than a hand and next to nothing of the whole."""
    if square_metres(part) < SLIVER_M2:
        return True
    return part.area < SAFE * whole and mean_width(part) < SLIVER_M


def _filled(part: Polygon, whole: float) -> Polygon:
    holes = [hole for hole in part.interiors if not _sliver(Polygon(hole), whole)]
    return Polygon(part.exterior, holes) if len(holes) < len(part.interiors) else part


def _without_spikes(shape: Area, repairs: list[str]) -> Area:
    parts = shapely.get_parts([shape]).tolist()
    blunt = [Polygon(_blunt(p.exterior), [_blunt(h) for h in p.interiors]) for p in parts]
    count = int(shapely.get_num_coordinates(shape) - sum(map(shapely.get_num_coordinates, blunt)))
    found = _plain(MultiPolygon(blunt))
    if count <= 0 or not found.is_valid or _change(found.area, shape.area) >= SAFE:
        return shape
    repairs.append(
        f"去掉 {count} 处尖刺（夹角不到 1 度，面积变化 {_share(_change(found.area, shape.area))}）"
    )
    return found


def _blunt(line: shapely.LinearRing) -> Ring:
    """The ring without vertices at which it turns back on itself; no fewer than three stay."""
    ring = shapely.get_coordinates(line)[:-1]
    scale = np.array([np.cos(np.radians(ring[:, 1].mean())), 1.0]) * DEGREE
    while len(ring) > 4:
        sharp = _sharp(ring * scale)
        if not sharp.any():
            break
        ring = np.delete(ring, np.flatnonzero(sharp)[0], axis=0)
    return np.vstack([ring, ring[:1]])


def _sharp(ring: Array) -> Array:
    """Corners of a ring in metres that are sharper than :data:`SPIKE`."""
    back, ahead = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    cross = np.abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0])
    angle = np.arctan2(cross, np.sum(back * ahead, axis=1))
    sides = np.minimum(np.hypot(*back.T), np.hypot(*ahead.T))
    return (angle < SPIKE) & (sides >= SPIKE_M)
