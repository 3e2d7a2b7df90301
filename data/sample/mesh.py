"""A Voronoi mesh inside an irregular outline, relaxed, with edges that bend like streets."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import Voronoi
from shapely.geometry import Polygon

from data.sample.geometry import Array, Point, Ring, bends, to_degrees, to_km

RADIUS_KM = 2.45
STUB_KM = 0.04

Loop = list[int]


def draw_mesh(rng: Generator, cells: int) -> tuple[list[Loop], list[Ring]]:
    """Loops of vertex numbers (for who borders whom) and their rings, edges bent alike."""
    points, loops = _relaxed_mesh(rng, cells)
    return loops, _wiggled_rings(rng, points, loops)


def _outline(rng: Generator) -> tuple[Array, Array]:
    """Angles and radii (km) of an irregular, town-like outline."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    radii = np.full(360, 1.0)
    for wave, height in ((2, 0.13), (3, 0.09), (5, 0.05)):
        radii += height * np.sin(wave * angles + rng.uniform(0, 2 * np.pi))
    return angles, RADIUS_KM * radii


def _relaxed_mesh(rng: Generator, count: int) -> tuple[list[Point], list[Loop]]:
    """Vertices and loops of a Lloyd-relaxed Voronoi diagram, denser in the middle."""
    angles, radii = _outline(rng)
    turn = rng.uniform(0, 2 * np.pi, count)
    reach = np.interp(turn, angles, radii, period=2 * np.pi) * rng.uniform(0, 1, count) ** 0.56
    sites = np.column_stack([np.cos(turn), np.sin(turn)]) * (0.93 * reach)[:, None]
    spacing = RADIUS_KM * np.sqrt(np.pi / count)
    ring = np.linspace(0, 360, max(10, int(2 * np.pi * RADIUS_KM / spacing)), endpoint=False)
    far = radii[ring.astype(int)] + spacing * rng.uniform(0.34, 0.6, len(ring))
    around = np.column_stack([np.cos(np.radians(ring)), np.sin(np.radians(ring))]) * far[:, None]
    for _ in range(3):
        diagram = Voronoi(np.vstack([sites, around]))
        loops = [_loop(diagram, index) for index in range(count)]
        sites = np.array([Polygon(diagram.vertices[loop]).centroid.coords[0] for loop in loops])
    diagram = Voronoi(np.vstack([sites, around]))
    loops = [_loop(diagram, index) for index in range(count)]
    return _joined([to_degrees(v) for v in diagram.vertices], loops)


def _loop(diagram: Voronoi, index: int) -> Loop:
    """Vertex numbers around one bounded Voronoi cell, anticlockwise."""
    numbers = np.array(diagram.regions[diagram.point_region[index]])
    away = diagram.vertices[numbers] - diagram.vertices[numbers].mean(axis=0)
    return [int(n) for n in numbers[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]]


def _joined(points: list[Point], loops: list[Loop]) -> tuple[list[Point], list[Loop]]:
    """The mesh with vertices very close together made one, so that no edge is a stub."""
    places = np.array([to_km(p) for p in points])
    same = list(range(len(points)))
    for a, b in sorted({edge for loop in loops for edge in edges_of(loop)}):
        smallest = min(len(loop) for loop in loops if a in loop and b in loop)
        if smallest > 4 and np.hypot(*(places[a] - places[b])) < STUB_KM:
            same[max(_root(same, a), _root(same, b))] = min(_root(same, a), _root(same, b))
    merged = [list(dict.fromkeys(_root(same, n) for n in loop)) for loop in loops]
    return points, merged


def _root(same: list[int], number: int) -> int:
    while same[number] != number:
        number = same[number]
    return number


def _wiggled_rings(rng: Generator, points: list[Point], loops: list[Loop]) -> list[Ring]:
    """Rings whose shared edges bend alike; straighter ones where bends would cross."""
    edges = sorted({edge for loop in loops for edge in edges_of(loop)})
    state = rng.bit_generator.state
    for strength in (0.085, 0.04, 0.0):
        rng.bit_generator.state = state
        ways = {}
        for a, b in edges:
            start, end = to_km(points[a]), to_km(points[b])
            count = int(np.clip(round(float(np.hypot(*(end - start))) / 0.28), 0, 2))
            ways[a, b] = [to_degrees(p) for p in bends(rng, start, end, count, strength)]
        rings = [_trace(points, loop, ways) for loop in loops]
        shapes = [Polygon(ring) for ring in rings]
        if all(s.is_valid for s in shapes) and shapely.coverage_is_valid(shapes):
            return rings
    return [[points[n] for n in loop] for loop in loops]


def edges_of(loop: Loop) -> list[tuple[int, int]]:
    """The edges around a loop, smaller vertex number first."""
    return [(min(a, b), max(a, b)) for a, b in zip(loop, loop[1:] + loop[:1], strict=True)]


def _trace(points: list[Point], loop: Loop, ways: dict[tuple[int, int], Ring]) -> Ring:
    ring: Ring = []
    for a, b in zip(loop, loop[1:] + loop[:1], strict=True):
        ring.append(points[a])
        ring += ways[a, b] if a < b else ways[b, a][::-1]
    return ring
