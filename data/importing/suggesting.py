"""Which coordinate system a file is in: what its numbers and the known boundaries tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from data.importing.coordinates import SYSTEMS, Array, in_china, to_wgs84
from data.importing.ground import DEGREE
from data.importing.rings import swapped

SAMPLE = 4_000  # points are enough to tell, evenly over the file
EDGE_M = 5.0  # vertices of the very same boundary lie on its edge, not inside
CLEAR = 0.02  # the best must hold so many more of the points than the next
DEGREES = ("wgs84", "gcj02", "bd09")
NOTHING = "没有可用的坐标"
UNKNOWN = "还没有已知的边界可比，只看数值分不出 WGS84、GCJ-02、BD-09，请按数据来源选"
FOREIGN = "数值既不像经纬度，也不像 Web 墨卡托，可能是高斯-克吕格等投影坐标，请先转成经纬度"
TURNED = "经度和纬度像是写反了；"


@dataclass(frozen=True)
class Suggestion:
    """A key of SYSTEMS, why in Chinese, and whether the figures settle it.

    ``turned``: longitude and latitude seem to be exchanged.
    """

    system: str
    why: str
    sure: bool = False
    turned: bool = False


def suggest_system(lon: Array, lat: Array, known: shapely.Geometry | None) -> Suggestion:
    """The likely system of points; ``known`` holds the units that there are already (WGS84).

    Web Mercator is told by the size of its numbers; the others by which of them brings
    most points into the known units.  Without any, or with too little between them, WGS84
    is proposed and not ``sure``.
    """
    x, y = _sample(lon, lat)
    if not len(x):
        return Suggestion("wgs84", NOTHING)
    degrees = (np.abs(x) <= 180) & (np.abs(y) <= 180)
    system = "wgs84" if degrees.mean() > 0.5 else "mercator"
    turned = bool(swapped(x, y, system).mean() > 0.5)
    x, y, said = (y, x, TURNED) if turned else (x, y, "")
    if system == "mercator":
        return _projected(x, y, said, turned)
    if known is None or known.is_empty:
        return Suggestion("wgs84", said + UNKNOWN, turned=turned)
    return _nearest(x, y, known, said, turned)


def _sample(lon: Array, lat: Array) -> tuple[Array, Array]:
    x, y = np.array(lon, float, ndmin=1), np.array(lat, float, ndmin=1)
    present = np.isfinite(x) & np.isfinite(y)
    step = int(np.count_nonzero(present)) // SAMPLE + 1
    return x[present][::step], y[present][::step]


def _projected(x: Array, y: Array, said: str, turned: bool) -> Suggestion:
    share = float(in_china(*to_wgs84(x, y, "mercator")).mean())
    if share <= 0.5:
        return Suggestion("wgs84", said + FOREIGN, turned=turned)
    why = f"{said}数值是米而不是度，按 Web 墨卡托换算后 {share:.0%} 的点在中国范围内"
    return Suggestion("mercator", why, sure=True, turned=turned)


def _nearest(x: Array, y: Array, known: Any, said: str, turned: bool) -> Suggestion:
    # The edge is widened in degrees of latitude: a little narrower east to west, never wider.
    target = known.buffer(EDGE_M / DEGREE)
    shapely.prepare(target)
    shares: dict[str, float] = {
        system: float(shapely.contains_xy(target, *to_wgs84(x, y, system)).mean())
        for system in DEGREES
    }
    best, second = sorted(DEGREES, key=lambda key: -shares[key])[:2]
    counts = "，".join(f"{SYSTEMS[key]} {shares[key]:.0%}" for key in DEGREES)
    told = f"{said}换算后落在已有单位范围内的点：{counts}"
    if shares[best] - shares[second] < CLEAR:
        return Suggestion("wgs84", f"{told}；相差太小，请按数据来源选", turned=turned)
    return Suggestion(best, told, sure=True, turned=turned)
