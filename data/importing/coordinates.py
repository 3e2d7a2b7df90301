"""Coordinate systems met in Chinese files, and the way between them and WGS84.

CGCS2000 is taken for WGS84: the two differ by centimetres.  GCJ-02 and BD-09
shift positions by some hundred metres inside a rectangle around China and are
WGS84 outside it; the parts of neighbours that lie in it are shifted too, as
everybody's formulas do.  Web Mercator is a plain projection.

Accuracy: the makers publish no formulas; those in common use stand here, and were
checked against what the makers' own services answered, not against other copies of
the formulas.  ``test_coordinates.py`` holds the 17 pairs: AMap coordinate/convert
(Beijing, Tianjin, Shenzhen, Xichang), Baidu geoconv (Hubei, Hunan), Alibaba Cloud
TransferCoord (Hangzhou).  16 agree within 2 m, 14 of them within 1.1 m; AMap's
answer for Xichang is 3.4 m away.  No formula comes nearer: GCJ-02 adds a term that
varies from call to call, and Baidu's own answers for one place lie up to 1 m apart.
Web Mercator agrees with the worked examples of IOGP guidance note 7-2 (method 1024)
to their printed digits, and with PROJ to less than a micrometre.  The ways back
iterate, so there and back again ends less than a millimetre from its start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from data.errors import RuleError

Array = np.ndarray[Any, Any]
Pair = tuple[Array, Array]

SYSTEMS = {
    "wgs84": "WGS84 / CGCS2000",
    "gcj02": "GCJ-02（高德、腾讯）",
    "bd09": "BD-09（百度）",
    "mercator": "Web 墨卡托（EPSG:3857）",
}
CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north of the shifted rectangle
EARTH = 6378137.0  # metres, the radius Web Mercator takes the earth for
AXIS, SQUASH = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, on which GCJ-02 is built
BAIDU_STEP = np.pi * 3000.0 / 180.0
EXACT = 1e-11  # degrees: a thousandth of a millimetre
ROUNDS = 30  # the iterations need five to eight


def to_wgs84(lon: Array, lat: Array, system: str) -> Pair:
    """WGS84 degrees of coordinates in ``system``; nan and infinity stay what they are.

    For ``mercator`` the two are x and y in metres.  RuleError(坐标系) for another name.
    """
    ways: dict[str, Callable[[Array, Array], Pair]] = {
        "wgs84": lambda x, y: (x, y),
        "gcj02": _from_gcj02,
        "bd09": _from_bd09,
        "mercator": _from_mercator,
    }
    return _converted(ways, lon, lat, system)


def from_wgs84(lon: Array, lat: Array, system: str) -> Pair:
    """The way back of :func:`to_wgs84`."""
    ways: dict[str, Callable[[Array, Array], Pair]] = {
        "wgs84": lambda x, y: (x, y),
        "gcj02": _gcj02,
        "bd09": _bd09,
        "mercator": _mercator,
    }
    return _converted(ways, lon, lat, system)


def transform(geometry: shapely.Geometry, system: str) -> shapely.Geometry:
    """A shapely geometry in WGS84; every vertex is converted by itself, heights are dropped."""

    def convert(places: Array) -> Array:
        return np.column_stack(to_wgs84(places[:, 0], places[:, 1], system))

    return shapely.transform(shapely.force_2d(geometry), convert)


def check_system(system: str) -> None:
    """RuleError(坐标系) for anything but a key of :data:`SYSTEMS`."""
    if system not in SYSTEMS:
        known = "、".join(SYSTEMS.values())
        raise RuleError(f"不认识坐标系“{system}”，请在 {known} 中选一种", "坐标系")


def in_china(lon: Any, lat: Any) -> Any:
    """Which points (WGS84) lie in the rectangle in which the shifts apply."""
    west, south, east, north = CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _converted(
    ways: dict[str, Callable[[Array, Array], Pair]], lon: Array, lat: Array, system: str
) -> Pair:
    check_system(system)
    lon, lat = np.array(lon, float, ndmin=1), np.array(lat, float, ndmin=1)
    known_points = np.isfinite(lon) & np.isfinite(lat)
    lon[known_points], lat[known_points] = ways[system](lon[known_points], lat[known_points])
    return lon, lat


def _gcj02(lon: Array, lat: Array) -> Pair:
    return _only_in_china(lon, lat, _shifted(lon, lat))


def _from_gcj02(lon: Array, lat: Array) -> Pair:
    found = _undone(_shifted, lon, lat)
    inside = in_china(*found)
    return np.where(inside, found[0], lon), np.where(inside, found[1], lat)


def _bd09(lon: Array, lat: Array) -> Pair:
    return _only_in_china(lon, lat, _turned(*_shifted(lon, lat)))


def _from_bd09(lon: Array, lat: Array) -> Pair:
    found = _undone(_shifted, *_undone(_turned, lon, lat))
    inside = in_china(*found)
    return np.where(inside, found[0], lon), np.where(inside, found[1], lat)


def _only_in_china(lon: Array, lat: Array, shifted: Pair) -> Pair:
    inside = in_china(lon, lat)
    return np.where(inside, shifted[0], lon), np.where(inside, shifted[1], lat)


def _undone(way: Callable[[Array, Array], Pair], lon: Array, lat: Array) -> Pair:
    """The point that ``way`` leads to (lon, lat).  The shifts change little from place to
    place (by less than 3 %), so taking off the shift found so far closes in quickly.
    """
    x, y = lon, lat
    for _ in range(ROUNDS):
        to_x, to_y = way(x, y)
        x, y = x + (lon - to_x), y + (lat - to_y)
        if x.size == 0 or max(np.abs(lon - to_x).max(), np.abs(lat - to_y).max()) < EXACT:
            break
    return x, y


def _shifted(lon: Array, lat: Array) -> Pair:
    """WGS84 to GCJ-02, wherever it is."""
    x, y = lon - 105.0, lat - 35.0
    common = _waves(x, (20.0, 6.0), (20.0, 2.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + common
    east += _waves(x, (20.0, 1.0), (40.0, 1 / 3)) + _waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += common
    north += _waves(y, (20.0, 1.0), (40.0, 1 / 3)) + _waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    angle = np.radians(lat)
    bend = 1 - SQUASH * np.sin(angle) ** 2
    along_parallel = AXIS / np.sqrt(bend) * np.cos(angle)
    along_meridian = AXIS * (1 - SQUASH) / bend**1.5
    return lon + np.degrees(east / along_parallel), lat + np.degrees(north / along_meridian)


def _waves(place: Array, *terms: tuple[float, float]) -> Array:
    sums = [height * np.sin(place * rate * np.pi) for height, rate in terms]
    return np.sum(sums, axis=0) * 2.0 / 3.0


def _turned(lon: Array, lat: Array) -> Pair:
    """GCJ-02 to BD-09, wherever it is."""
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_STEP)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_STEP)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def _mercator(lon: Array, lat: Array) -> Pair:
    return EARTH * np.radians(lon), EARTH * np.arctanh(np.sin(np.radians(lat)))


def _from_mercator(x: Array, y: Array) -> Pair:
    return np.degrees(x / EARTH), np.degrees(np.arctan(np.sinh(y / EARTH)))
