"""The coordinates of one GeoJSON geometry: read, put in order, converted to WGS84.

Whatever people's tools write is met here: heights, open rings, brackets too few or too
many, latitude before longitude, metres of some projection, no numbers at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from data.errors import RuleError
from data.importing.coordinates import SYSTEMS, from_wgs84, to_wgs84

Array = np.ndarray[Any, Any]
Ring = Array  # n × 2, lon and lat
Parts = list[list[Ring]]  # each part is its outer ring and its holes

DIGITS = 7  # of a degree: a centimetre; equal vertices stay equal, and the text stays short
FLAT = {"Polygon", "MultiPolygon"}
NO_AREA = {
    "Point": "点",
    "MultiPoint": "点",
    "LineString": "线",
    "MultiLineString": "线",
}
LAND = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north: what China's degrees look like
UNREADABLE = "坐标的写法不对：面应是一圈圈成对的数字，请重新导出 GeoJSON"
PROJECTED = (
    "坐标超出经纬度的范围，像是以米为单位的投影坐标：Web 墨卡托请在坐标系里选它，"
    "高斯-克吕格等请先在 GIS 软件里转成经纬度（CGCS2000）再导入"
)


def read_parts(geometry: object, system: str) -> tuple[Parts, list[str]]:
    """The parts of a polygon in WGS84, as written, and what was put right on the way.

    RuleError: no polygon, coordinates that are no finite numbers, or not of ``system``.
    """
    repairs: list[str] = []
    parts = [part for part in _raw_parts(geometry, repairs) if part]
    if not parts:
        raise RuleError("没有坐标，请检查这个要素的 geometry")
    rings = [_ring(raw, repairs) for raw in chain.from_iterable(parts)]
    _check_finite(rings)
    lengths = np.cumsum([len(ring) for ring in rings])[:-1]
    converted = _converted(np.concatenate(rings), system, repairs)
    ordered = iter(np.split(np.round(converted, DIGITS), lengths))
    return [[next(ordered) for _ in part] for part in parts], list(dict.fromkeys(repairs))


def swapped(x: Array, y: Array, system: str = "wgs84") -> Array:
    """Which points read as places in China only with the two numbers exchanged.

    The longitudes of China (73–136) are no latitudes of China (3–54), so there is no doubt.
    """
    west, south, east, north = _land(system)
    return (x >= south) & (x <= north) & (y >= west) & (y <= east)


@cache
def _land(system: str) -> tuple[float, ...]:
    """:data:`LAND` as the system writes it."""
    (west, east), (south, north) = from_wgs84(np.array(LAND[::2]), np.array(LAND[1::2]), system)
    return float(west), float(south), float(east), float(north)


def _raw_parts(geometry: object, repairs: list[str]) -> list[Any]:
    """Lists of rings, however deep the file has nested them."""
    if not isinstance(geometry, dict):
        raise RuleError("没有边界（geometry 为空），请补上面（Polygon）再导入")
    kind = str(geometry.get("type"))[:30]
    if kind == "GeometryCollection":
        return _collected(geometry.get("geometries"), repairs)
    if kind in NO_AREA:
        raise RuleError(f"是{NO_AREA[kind]}（{kind}），不是面，不能作单位的边界；请导出面图层")
    if kind not in FLAT:
        raise RuleError(f"几何类型“{kind}”不能作边界，只收 Polygon 和 MultiPolygon")
    coordinates = geometry.get("coordinates")
    depth = _depth(coordinates)
    if depth not in (2, 3, 4):
        raise RuleError(UNREADABLE)
    if depth != (3 if kind == "Polygon" else 4):
        repairs.append(f"坐标的层数与 {kind} 不符，已按实际层数读取")
    levels: dict[int, Any] = {2: [[coordinates]], 3: [coordinates], 4: coordinates}
    parts = list(levels[depth])
    if not all(isinstance(part, list | tuple) for part in parts):
        raise RuleError(UNREADABLE)
    return parts


def _collected(members: object, repairs: list[str]) -> list[Any]:
    found = members if isinstance(members, list) else []
    flat = [m for m in found if isinstance(m, dict) and str(m.get("type")) in FLAT]
    if not flat:
        raise RuleError("几何集合（GeometryCollection）里没有面，不能作单位的边界")
    repairs.append("从几何集合里取出了面，其余的点和线没有用")
    return [part for member in flat for part in _raw_parts(member, repairs)]


def _depth(coordinates: object) -> int:
    """How many lists lie around the first number; 0 where there is none."""
    depth = 0
    while isinstance(coordinates, list | tuple) and coordinates:
        depth, coordinates = depth + 1, coordinates[0]
    return depth if isinstance(coordinates, int | float) else 0


def _ring(raw: Any, repairs: list[str]) -> Ring:
    try:
        ring = np.array([position[:2] for position in raw], float)
        if any(len(position) > 2 for position in raw):
            repairs.append("去掉了高程（第三个数）")
    except (TypeError, ValueError, LookupError, OverflowError):
        ring = np.empty(0)
    if ring.ndim != 2 or ring.shape[1] != 2:
        raise RuleError("坐标里有不是成对数字的内容，请重新导出 GeoJSON")
    if len(ring) > 3 and not np.array_equal(ring[0], ring[-1]):
        repairs.append("补上了环的最后一点，使首尾相接")
    return ring


def _check_finite(rings: Sequence[Ring]) -> None:
    for number, ring in enumerate(rings, 1):
        wrong = np.flatnonzero(~np.isfinite(ring).all(axis=1))
        if len(wrong):
            raise RuleError(f"第 {number} 个环第 {wrong[0] + 1} 个点的坐标不是有限的数，请改正")


def _converted(places: Array, system: str, repairs: list[str]) -> Array:
    x, y = places.T
    if swapped(x, y, system).all():
        repairs.append("坐标写成了先纬度后经度，已对调")
        x, y = y, x
    _check_range(x, y, system)
    lon, lat = to_wgs84(x, y, system)
    if ((x == 0) & (y == 0)).any() and (np.hypot(lon, lat) > 1).any():
        raise RuleError("有的点的坐标是 (0, 0)，多半是缺失的坐标，请补上或删去这些点")
    return np.column_stack([lon, lat])


def _check_range(x: Array, y: Array, system: str) -> None:
    degrees = bool((np.abs(x) <= 180).all() and (np.abs(y) <= 90).all())
    if system == "mercator" and degrees:
        raise RuleError(f"坐标是经纬度，不是{SYSTEMS[system]}的米，请改选坐标系")
    if system == "mercator":
        edge = from_wgs84(np.array([180.0]), np.array([0.0]), system)[0][0] * 1.0001
        if np.abs(x).max() > edge or np.abs(y).max() > edge:
            raise RuleError(f"坐标超出{SYSTEMS[system]}的范围，请改选坐标系")
    elif not degrees:
        raise RuleError(PROJECTED)
