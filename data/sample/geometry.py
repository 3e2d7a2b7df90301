"""Rings of (lon, lat) and what a town is made of: cutting, bending, joining, filling.

Vertices are rounded before any ring is built from them, so neighbours share
them to the last digit.  Rings are open lists; the place on the globe is invented.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.random import Generator
from shapely.geometry import MultiPolygon, Polygon

Point = tuple[float, float]
Ring = list[Point]
Array = np.ndarray[Any, Any]

CENTRE = (112.40, 37.85)  # lon, lat
KM_PER_DEGREE = (111.32 * np.cos(np.radians(CENTRE[1])), 110.99)
DIGITS = 6


def merge_rings(rings: list[Ring]) -> Polygon | MultiPolygon:
    """The union of rings that share their vertices exactly."""
    return shapely.coverage_union_all([Polygon(ring) for ring in rings])


def to_geojson(shape: Polygon | MultiPolygon) -> str:
    """Compact GeoJSON geometry, coordinates to six decimals."""
    return json.dumps(json.loads(shapely.to_geojson(shape)), separators=(",", ":"))


def label_point(shape: Polygon | MultiPolygon) -> Point:
    """A point well inside a shape, (lon, lat) to six decimals."""
    point = shapely.maximum_inscribed_circle(shape, tolerance=2e-4).coords[0]
    return round(point[0], DIGITS), round(point[1], DIGITS)


def points_inside(rng: Generator, ring: Ring, count: int) -> list[Point]:
    """``count`` random points inside a ring, kept off its edge where that is possible."""
    shape = Polygon(ring)
    inner = shape.buffer(-0.0003)
    target = shape if inner.is_empty else inner
    west, south, east, north = target.bounds
    found: list[Point] = []
    while len(found) < count:
        tries = rng.uniform((west, south), (east, north), size=(8 * count + 16, 2))
        hits = tries[shapely.contains_xy(target, tries)]
        found += [(round(x, DIGITS), round(y, DIGITS)) for x, y in hits.tolist()]
    return found[:count]


def split_ring(rng: Generator, ring: Ring, parts: int) -> list[Ring]:
    """A ring cut into ``parts`` pieces of like size that cover it exactly."""
    if parts == 1:
        return [ring]
    first = parts // 2
    left, right = cut_ring(rng, ring, first / parts)
    return split_ring(rng, left, first) + split_ring(rng, right, parts - first)


def cut_ring(rng: Generator, ring: Ring, share: float) -> tuple[Ring, Ring]:
    """Two pieces of a ring, the first about ``share`` of its area.

    The cut runs between two vertices that the ring already has, so that its
    neighbours need no new vertex and stay exact neighbours.
    """
    shape = Polygon(ring)
    start, end = _best_chord(shape, ring, share)
    way = _wiggled(rng, shape, ring[start], ring[end])
    one = ring[start : end + 1] + way[::-1]
    other = ring[end:] + ring[: start + 1] + way
    if abs(Polygon(one).area / shape.area - share) > abs(Polygon(other).area / shape.area - share):
        return other, one
    return one, other


def _best_chord(shape: Polygon, ring: Ring, share: float) -> tuple[int, int]:
    """Vertex numbers of the inner chord that cuts off ``share`` and leaves compact pieces."""
    places = np.array(ring) - ring[0]
    after = np.roll(places, -1, axis=0)
    turned = _running(places[:, 0] * after[:, 1] - places[:, 1] * after[:, 0])
    walked = _running(np.hypot(*(after - places).T))
    i, j = np.triu_indices(len(ring), k=2)
    closing = places[j, 0] * places[i, 1] - places[j, 1] * places[i, 0]
    area = np.abs(turned[j] - turned[i] + closing) / 2
    chord, way = np.hypot(*(places[j] - places[i]).T), walked[j] - walked[i]
    areas = np.stack([area, abs(turned[-1]) / 2 - area])
    rounds = np.stack([way, walked[-1] - way]) + chord
    off = np.abs(areas / areas.sum(axis=0) - share).min(axis=0)
    cost = 2 * off - (4 * np.pi * areas / rounds**2).min(axis=0)
    shapely.prepare(shape)
    for index in np.argsort(cost):
        if shape.covers(shapely.LineString([ring[i[index]], ring[j[index]]])):
            return int(i[index]), int(j[index])
    return 0, len(ring) // 2


def _running(values: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(values)])


def _wiggled(rng: Generator, shape: Polygon, start: Point, end: Point) -> Ring:
    """Two points that bend a chord a little while it stays inside the shape, else none."""
    for strength in (0.08, 0.03):
        way = [to_degrees(p) for p in bends(rng, to_km(start), to_km(end), 2, strength)]
        line = shapely.LineString([start, *way, end])
        if line.is_simple and shape.covers(line) and not shape.boundary.crosses(line):
            touching = shape.boundary.intersection(line)
            if touching.geom_type == "MultiPoint" and len(touching.geoms) == 2:
                return way
    return []


def bends(rng: Generator, start: Array, end: Array, count: int, strength: float) -> list[Array]:
    along = end - start
    across = np.array([-along[1], along[0]])
    offsets = rng.normal(0, strength, count).clip(-1.6 * strength, 1.6 * strength)
    places = (np.arange(count) + rng.uniform(0.75, 1.25, count)) / (count + 1)
    return [start + along * s + across * o for s, o in zip(places, offsets, strict=True)]


def to_km(point: Point) -> Array:
    return (np.asarray(point) - CENTRE) * KM_PER_DEGREE


def to_degrees(place: Array) -> Point:
    lon, lat = np.asarray(CENTRE) + place / KM_PER_DEGREE
    return round(float(lon), DIGITS), round(float(lat), DIGITS)
