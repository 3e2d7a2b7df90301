"""What a file and its plan look like on a map: outlines to come, points, and what lies apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from data.errors import RuleError
from data.importing.coordinates import to_wgs84
from data.importing.kind import Kind, Reading
from data.importing.mapping import Mapping
from data.importing.placing import find_piles, on_pile
from data.importing.plan import Plan
from data.importing.polygons import read_polygon
from data.importing.rings import swapped
from data.importing.suggesting import Suggestion, suggest_system
from data.importing.tables import RawTable
from data.schema import unit

Array = np.ndarray[Any, Any]
Geometry = dict[str, Any] | None
DEEPEST = 8  # lists within lists in a geometry; GeoJSON needs four


def has_places(table: RawTable, mapping: Mapping) -> bool:
    """Whether the mapped part of a table has coordinates, of whatever system."""
    columns = mapping.columns
    return (
        table.geometries is not None
        or "boundary" in columns
        or ("lon" in columns and "lat" in columns)
    )


def fetch_ground(connection: Connection) -> pd.DataFrame:
    """Units with a boundary and none below them that has one: id, name, boundary (GeoJSON)."""
    columns = (unit.c.id, unit.c.parent_id, unit.c.name, unit.c.boundary)
    rows = connection.execute(select(*columns).where(unit.c.boundary.is_not(None))).all()
    above = {row.parent_id for row in rows}
    leaves = [(row.id, row.name, row.boundary) for row in rows if row.id not in above]
    return pd.DataFrame(leaves, columns=["id", "name", "boundary"])


def suggested(kind: Kind, table: RawTable, reading: Reading, ground: pd.DataFrame) -> Suggestion:
    """The likely coordinate system of a table, by its numbers and the ground there is."""
    shapes = _geometries(kind, table, reading)
    if shapes is None:
        x, y = _columns(kind, table, reading)
    else:
        spots = [spot for shape in shapes if shape for spot in _vertices(shape)]
        x, y = np.array(spots, float).reshape(-1, 2).T
    known = [s for s in shapely.from_geojson(list(ground["boundary"]), on_invalid="ignore") if s]
    return suggest_system(x, y, shapely.union_all(shapely.make_valid(known)) if known else None)


def planned_shapes(kind: Kind, table: RawTable, plan: Plan, reading: Reading) -> pd.DataFrame:
    """Outlines of the rows that are not refused: name, boundary (GeoJSON in WGS84)."""
    shapes = _geometries(kind, table, reading) or []
    names = _cells(table, reading.mapping, "name")
    found = []
    for position, shape in enumerate(shapes):
        if shape is None or plan.states[position] == "refused" or shape.get("type") == "Point":
            continue
        try:
            area, _ = read_polygon(shape, reading.mapping.system)
        except RuleError:  # part of a unit whose other features make it sound
            continue
        found.append((str(names[position] or ""), shapely.to_geojson(area)))
    return pd.DataFrame(found, columns=["name", "boundary"])


def planned_points(
    kind: Kind, table: RawTable, plan: Plan, reading: Reading, ground: pd.DataFrame
) -> pd.DataFrame:
    """Where the rows lie: lon, lat (WGS84, nan where nowhere), kind, count, text.

    ``kind`` is "refused" (an outline), "unplaced" (a refused point within no boundary),
    "pile" or "placed".  What was refused for another reason is not on the map.
    """
    shapes = _geometries(kind, table, reading)
    outlines = shapes is not None and "lon" not in reading.mapping.columns
    lon, lat = _middles(shapes or []) if outlines else _columns(kind, table, reading)
    lon, lat = _converted(lon, lat, reading.mapping.system)
    is_refused = np.array([state == "refused" for state in plan.states], bool)
    if outlines and any(shape and shape.get("type") != "Point" for shape in shapes or []):
        words = np.where(is_refused, "refused", "")
    else:
        words = _words(lon, lat, is_refused, ground)
    rows = np.flatnonzero(words != "").tolist()
    facts = {"lon": lon[rows], "lat": lat[rows], "kind": words[rows].tolist(), "count": 1}
    return pd.DataFrame(facts | {"text": [_why(plan, n) for n in rows]})


def _why(plan: Plan, position: int) -> str:
    reason = plan.reasons.get(position)
    return f"第 {plan.numbers[position]} 行：{reason}" if reason else ""


def _words(lon: Array, lat: Array, is_refused: Array, ground: pd.DataFrame) -> Array:
    """What each point is on the map; "" where it does not belong there."""
    there = np.isfinite(lon) & np.isfinite(lat)
    shapes = list(shapely.from_geojson(list(ground["boundary"]), on_invalid="ignore"))
    sound = [shape for shape in shapes if shape is not None]
    inside = np.zeros(len(lon), bool)
    inside[there] = _inside(lon[there], lat[there], sound)
    words = np.where(there & ~is_refused, "placed", "").astype(object)
    piled = on_pile(lon, lat, find_piles(lon[there], lat[there], sound))
    words[piled & ~is_refused] = "pile"
    words[is_refused & there & ~inside] = "unplaced"
    return words


def _inside(lon: Array, lat: Array, shapes: list[Any]) -> Array:
    held = np.zeros(len(lon), bool)
    if shapes and len(lon):
        tree = shapely.STRtree(shapely.points(lon, lat))
        _, points = tree.query(np.array(shapes, dtype=object), predicate="intersects")
        held[points] = True
    return held


def _converted(x: Array, y: Array, system: str) -> tuple[Array, Array]:
    """Into WGS84, longitude first whatever stood first; nan where it is no place on earth."""
    there = np.isfinite(x) & np.isfinite(y)
    turned = np.zeros(len(x), bool)
    turned[there] = swapped(x[there], y[there], system)
    lon, lat = np.where(turned, y, x), np.where(turned, x, y)
    lon[there], lat[there] = to_wgs84(lon[there], lat[there], system)
    there &= (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return np.where(there, lon, np.nan), np.where(there, lat, np.nan)


def _geometries(kind: Kind, table: RawTable, reading: Reading) -> list[Geometry] | None:
    """The rows' geometries as they stand in the file; None where it has none."""
    if table.geometries is not None:
        return table.geometries
    if "boundary" not in reading.mapping.columns:
        return None
    cells = _cells(table, reading.mapping, "boundary")
    return list(kind.field("boundary").read(cells, reading).values)


def _columns(kind: Kind, table: RawTable, reading: Reading) -> tuple[Array, Array]:
    """The numbers in the columns of longitude and latitude."""
    if not {"lon", "lat"} <= reading.mapping.columns.keys():
        return np.full(len(table.rows), np.nan), np.full(len(table.rows), np.nan)
    found = [
        kind.field(key).read(_cells(table, reading.mapping, key), reading).values
        for key in ("lon", "lat")
    ]
    return np.array(found[0], dtype=float), np.array(found[1], dtype=float)


def _cells(table: RawTable, mapping: Mapping, key: str) -> list[Any]:
    """The cells of the column that is mapped to a field; None where no column is."""
    title = mapping.columns.get(key)
    if title is None:
        return [None] * len(table.rows)
    place = table.header.index(title)
    return [row[place] for row in table.rows]


def _middles(shapes: list[Geometry]) -> tuple[Array, Array]:
    """A point in the middle of each geometry's corners; nan where it has none."""
    middles = np.full((len(shapes), 2), np.nan)
    for position, shape in enumerate(shapes):
        spots = list(_vertices(shape)) if shape else []
        if spots:
            middles[position] = np.array(spots, float).mean(axis=0)
    return middles[:, 0], middles[:, 1]


def _vertices(shape: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Every pair of numbers in a geometry, whatever else is wrong with it."""
    waiting: list[tuple[Any, int]] = [(shape.get("coordinates"), 0)]
    while waiting:
        held, depth = waiting.pop()
        if not isinstance(held, list) or depth > DEEPEST:
            continue
        if len(held) >= 2 and all(_is_number(x) for x in held[:2]):
            yield float(held[0]), float(held[1])
        else:
            waiting += [(one, depth + 1) for one in held]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e9 and math.isfinite(value)
