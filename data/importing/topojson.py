"""TopoJSON to GeoJSON: arcs put together, exactly as the format lays down.

Format: https://github.com/topojson/topojson-specification (1.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from data.errors import RuleError
from data.importing.geojson import BROKEN, Feature, id_of
from data.importing.limits import MOST_POINTS, refuse

Point = list[float]
_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)


def layers_of(topology: dict[str, Any]) -> dict[str, list[Feature]]:
    """The features of each object of a topology, by the object's name."""
    objects = topology.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise refuse("TopoJSON 里没有图形（objects），请重新导出后再导入")
    try:
        decoder = _Decoder(topology)
    except _ERRORS as error:
        raise refuse("TopoJSON 的弧段（arcs）或换算（transform）写错了，请重新导出") from error
    return {name: decoder.features(held) for name, held in objects.items()}


class _Decoder:
    """The arcs of one topology as points, and how many points were handed out."""

    def __init__(self, topology: dict[str, Any]) -> None:
        transform = topology.get("transform")
        self._scale = _pair(transform["scale"]) if transform is not None else None
        self._translate = _pair(transform["translate"]) if transform is not None else (0.0, 0.0)
        self._arcs = [self._arc(arc) for arc in topology["arcs"]]
        self._points = 0
        self._build: dict[str, Callable[[dict[str, Any]], Any]] = {
            "Point": lambda g: self._point(g["coordinates"]),
            "MultiPoint": lambda g: [self._point(p) for p in g["coordinates"]],
            "LineString": lambda g: self._line(g["arcs"]),
            "MultiLineString": lambda g: [self._line(line) for line in g["arcs"]],
            "Polygon": lambda g: self._rings(g["arcs"]),
            "MultiPolygon": lambda g: [self._rings(rings) for rings in g["arcs"]],
        }

    def features(self, held: Any) -> list[Feature]:
        """One feature for each member of a collection, or the object itself as one."""
        if isinstance(held, dict) and held.get("type") == "GeometryCollection":
            members = held.get("geometries")
            return [self._feature(one) for one in members] if isinstance(members, list) else []
        return [self._feature(held)]

    def _feature(self, held: Any) -> Feature:
        try:
            geometry = self._geometry(held)
            properties = held.get("properties") or {}
            return Feature(dict(properties), geometry, id_of(held))
        except RuleError:
            raise
        except _ERRORS:
            return Feature({}, None, broken=BROKEN)

    def _geometry(self, held: dict[str, Any]) -> dict[str, Any] | None:
        kind = held["type"]
        if kind is None:
            return None
        if kind == "GeometryCollection":
            return {"type": kind, "geometries": [self._geometry(g) for g in held["geometries"]]}
        return {"type": kind, "coordinates": self._build[kind](held)}

    def _arc(self, arc: Sequence[Sequence[float]]) -> list[Point]:
        """The points of an arc; of a quantised one each is counted from the one before."""
        if self._scale is None:
            return [[_number(x) for x in point[:2]] for point in arc]
        steps = [[_number(x) for x in point[:2]] for point in arc]
        return [
            self._placed(x, y)
            for x, y in zip(
                accumulate(x for x, _ in steps), accumulate(y for _, y in steps), strict=True
            )
        ]

    def _placed(self, x: float, y: float) -> Point:
        (kx, ky), (dx, dy) = self._scale or (1.0, 1.0), self._translate
        return [x * kx + dx, y * ky + dy]

    def _point(self, point: Sequence[float]) -> Point:
        x, y = (_number(n) for n in point[:2])
        return self._placed(x, y) if self._scale else [x, y]

    def _line(self, indexes: Sequence[int]) -> list[Point]:
        """Arcs end to end, ~n being arc n backwards; the shared point is taken once."""
        line: list[Point] = []
        for index in indexes:
            arc = self._arcs[index] if index >= 0 else self._arcs[~index][::-1]
            self._count(len(arc))
            line += arc[1:] if line else arc
        return line

    def _rings(self, rings: Sequence[Sequence[int]]) -> list[list[Point]]:
        return [self._line(ring) for ring in rings]

    def _count(self, points: int) -> None:
        self._points += points
        if self._points > MOST_POINTS:
            raise refuse(f"图形的点超过 {MOST_POINTS // 10_000} 万个，请先简化边界再导入")


def _pair(held: Sequence[float]) -> tuple[float, float]:
    x, y = held
    return _number(x), _number(y)


def _number(held: Any) -> float:
    if isinstance(held, bool) or not isinstance(held, (int, float)):
        raise TypeError
    return held
