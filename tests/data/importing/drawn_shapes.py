"""Made-up boundaries for the tests of importing: rings in metres around one place."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from data.importing.boundaries import Feature
from data.importing.ground import DEGREE

WEST, SOUTH = 112.4, 37.8
SCALE = np.array([DEGREE * np.cos(np.radians(SOUTH)), DEGREE])


def ring(*places: tuple[float, float], closed: bool = True) -> list[list[float]]:
    """A ring of (metres east, metres north), closed as GeoJSON wants it."""
    degrees = (np.array([WEST, SOUTH]) + np.array(places) / SCALE).round(9).tolist()
    return [*degrees, degrees[0]] if closed else degrees


def square(west: float, south: float, size: float = 100, *, clockwise: bool = False) -> list[Any]:
    """The ring of a square; its corners in metres."""
    corners = [(west, south), (west + size, south), (west + size, south + size)]
    corners.append((west, south + size))
    return ring(*(corners[::-1] if clockwise else corners))


def polygon(*rings: list[Any]) -> dict[str, Any]:
    """A GeoJSON Polygon."""
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*parts: list[list[Any]]) -> dict[str, Any]:
    """A GeoJSON MultiPolygon."""
    return {"type": "MultiPolygon", "coordinates": list(parts)}


def feature(index: int, geometry: dict[str, Any] | None, name: str = "") -> Feature:
    """A feature, named after its index unless told."""
    return Feature(index, name or f"网格{index}", geometry)


def jagged_mesh(rng: np.random.Generator, across: int, points: int = 12) -> list[shapely.Polygon]:
    """A valid coverage: ``across`` × ``across`` cells with wiggly edges shared vertex by vertex."""
    corners = np.indices((across + 1, across + 1)).reshape(2, -1).T * 200.0
    corners += rng.uniform(-30, 30, corners.shape)
    grid = corners.reshape(across + 1, across + 1, 2)
    edges: dict[tuple[Any, ...], np.ndarray[Any, Any]] = {}

    def edge(a: tuple[int, int], b: tuple[int, int]) -> list[Any]:
        key = min((a, b), (b, a))
        if key not in edges:
            share = np.linspace(0, 1, points + 2)[:, None]
            line = grid[key[0]] * (1 - share) + grid[key[1]] * share
            line[1:-1] += rng.uniform(-1, 1, (points, 2)) * min(5, 60 / points)
            edges[key] = line
        line = edges[key]
        return (line if key == (a, b) else line[::-1]).tolist()

    cells = []
    for i in range(across):
        for j in range(across):
            turn = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
            way = [p for a, b in pairwise(turn) for p in edge(a, b)[:-1]]
            degrees = np.array([WEST, SOUTH]) + np.array(way) / SCALE
            cells.append(shapely.Polygon(degrees.round(7)))
    return cells
