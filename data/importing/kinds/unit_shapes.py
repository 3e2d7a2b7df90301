"""Boundaries of units as files give them: features, or GeoJSON in a cell, made sound by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import shapely

from data.importing.boundaries import Feature, read_boundaries
from data.importing.cells import Column
from data.importing.kind import Reading, Values
from data.importing.plan import Plan
from data.importing.tables import Cell

DIGITS = 6
NOT_A_SHAPE = "不是 GeoJSON 的面（Polygon 或 MultiPolygon），请检查，或清空这一格"


def read_shapes(cells: Sequence[Cell], _reading: Reading) -> Column[dict[str, Any]]:
    """GeoJSON geometries written in cells."""
    values: list[dict[str, Any] | None] = []
    problems: dict[int, str] = {}
    for position, cell in enumerate(cells):
        found = None if cell is None else _geometry(str(cell))
        if cell is not None and found is None:
            problems[position] = NOT_A_SHAPE
        values.append(found)
    return Column(values, problems)


def _geometry(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("type"), str) else None


def shapes_of_rows(
    values: Values, reading: Reading, plan: Plan, leaders: list[int], names: list[str]
) -> dict[int, Any]:
    """Each row's boundary (shapely, WGS84) by the position of the first row of its unit.

    ``leaders``: for each row the first row of the same unit, whose shapes are put together.
    What cannot be mended refuses its row; what was mended or looks odd is noted.
    """
    geometries = values.geometries or values.of("boundary")
    features = [
        Feature(position + 1, names[position], geometries[position])
        for position in plan.left()
        if geometries[position] is not None
    ]
    if not features:
        return {}
    same: Callable[[Feature], str] = lambda one: str(leaders[one.index - 1])  # noqa: E731
    found = read_boundaries(features, system=reading.mapping.system, same=same)
    for finding in found.refused:
        plan.refuse(finding.index - 1, f"边界：{finding.what}")
    plan.notes += [str(finding) for finding in (*found.repaired, *found.notes)]
    return {leaders[shape.index - 1]: shape.geometry for shape in found.shapes}


def stored(shape: Any) -> dict[str, Any]:
    """The columns of a unit for a boundary: GeoJSON, and a point well inside to label it at."""
    text = json.dumps(json.loads(shapely.to_geojson(shape)), separators=(",", ":"))
    lon, lat = shapely.maximum_inscribed_circle(shape, tolerance=2e-4).coords[0]
    return {
        "boundary": text,
        "centre_lon": round(lon, DIGITS),
        "centre_lat": round(lat, DIGITS),
    }


def is_stored(text: str | None, shape: Any) -> bool:
    """Whether a stored boundary is this very shape, whatever vertex it begins with."""
    if text is None:
        return False
    held = shapely.from_geojson(text)
    return bool(held.is_valid and shapely.equals(held, shape))
