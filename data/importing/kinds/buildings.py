"""Buildings and their households, placed by unit, or by point where no unit is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from data.importing.coordinates import SYSTEMS, to_wgs84
from data.importing.fields import UNIT_FIELDS, code_field, number_field, text_field
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.kinds.held import held_rows, refuse_without, unit_example
from data.importing.placing import place
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.schema import building, unit

DIGITS = 7
FARTHEST = 20_037_509  # metres: the edge of Web Mercator
NOWHERE = "没有写单位，坐标不在任何单位的边界内，请核对坐标，或填写单位编码"

FIELDS: tuple[Field, ...] = (
    code_field(
        "code",
        "楼栋编码",
        ("编码", "楼栋编号", "编号", "楼号编码", "building code", "id"),
        required=True,
        rules="楼栋的编码，全库唯一；已有的是更新，没有的是新增",
    ),
    text_field(
        "name",
        "楼栋名称",
        ("楼栋", "楼号", "名称", "楼栋名", "building", "building name"),
        rules="最多 60 个字；新增的楼栋必须填写",
    ),
    *UNIT_FIELDS,
    number_field(
        "households",
        "户数",
        ("住户数", "总户数", "households"),
        low=0,
        high=100_000,
        whole=True,
    ),
    number_field("lon", "经度", ("x", "lng", "longitude", "lon"), low=-FARTHEST, high=FARTHEST),
    number_field("lat", "纬度", ("y", "latitude", "lat"), low=-FARTHEST, high=FARTHEST),
)


@dataclass
class _Work:
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[int, Any, dict[str, Any]]] = field(default_factory=list)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(BUILDINGS.key, values)
    plan.work = _Work()
    _read_points(values)
    _convert(values, reading, plan)
    refuse_repeats(plan, values.of("code"), "楼栋编码")
    held = held_rows(connection, building, values, plan)
    _place(connection, values, reading, plan, held)
    ids = unit_of_rows(values, reading, plan, {n: row.unit_id for n, row in held.items()})
    for position in plan.left():
        row = {key: values.of(key)[position] for key in ("name", "households", "lon", "lat")}
        row["unit_id"] = ids[position]
        if position in held:
            _plan_known(plan, reading, position, held[position], row)
        elif not refuse_without(plan, values, position, {"name": "楼栋名称"}):
            plan.states[position] = "new"
            code = {"code": values.of("code")[position]}
            plan.work.new.append((position, row | code))
    return plan


def _plan_known(
    plan: Plan, reading: Reading, position: int, row: Any, given: dict[str, Any]
) -> None:
    codes = {one.id: one.code for one in reading.units.units}
    for key in ("lon", "lat"):  # what was stored with more digits is the same place
        held = row._mapping[key]
        if held is not None and round(held, DIGITS) == given[key]:
            given[key] = held
    before = dict(row._mapping) | {"unit_code": row.unit_id}
    after = {key: value for key, value in given.items() if key != "unit_id"}
    after["unit_code"] = given["unit_id"]
    plan.change(position, changes_of(BUILDINGS, before, after, {"unit_code": codes}))
    kept = {key: value for key, value in given.items() if value is not None}
    plan.work.changed.append((position, row, kept))


def _read_points(values: Values) -> None:
    """Features that are points bring their own coordinates."""
    if values.geometries is None or values.has("lon") or values.has("lat"):
        return
    spots = [_spot(one) for one in values.geometries]
    values.columns["lon"] = [spot and spot[0] for spot in spots]
    values.columns["lat"] = [spot and spot[1] for spot in spots]


def _spot(geometry: dict[str, Any] | None) -> tuple[float, float] | None:
    if geometry is None or geometry.get("type") != "Point":
        return None
    found = geometry.get("coordinates")
    if not isinstance(found, list) or len(found) < 2:
        return None
    lon, lat = found[:2]
    return (lon, lat) if isinstance(lon, int | float) and isinstance(lat, int | float) else None


def _convert(values: Values, reading: Reading, plan: Plan) -> None:
    """Coordinates into WGS84; half a pair, or one that is on no map, is refused."""
    lons, lats = list(values.of("lon")), list(values.of("lat"))
    for position in plan.left():
        if (lons[position] is None) != (lats[position] is None):
            plan.refuse(position, "经度和纬度要么都填，要么都不填，请补上或清空")
    given = [n for n in plan.left() if lons[n] is not None]
    pair = np.array([[lons[n], lats[n]] for n in given], float).reshape(-1, 2).T
    found = np.round(np.stack(to_wgs84(pair[0], pair[1], reading.mapping.system)), DIGITS).T
    for position, (lon, lat) in zip(given, found.tolist(), strict=True):
        lons[position], lats[position] = lon, lat
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            system = SYSTEMS[reading.mapping.system]
            plan.refuse(position, f"这个坐标不在{system}的范围内，请核对坐标系和经纬度")
    values.columns |= {"lon": lons, "lat": lats}


def _place(
    connection: Connection, values: Values, reading: Reading, plan: Plan, held: dict[int, Any]
) -> None:
    """Name the unit of rows that name none and lie in one's boundary; else it must be held."""
    codes = list(values.of("unit_code"))
    names, lons = values.of("unit_name"), values.of("lon")
    open_rows = [n for n in plan.left() if not codes[n] and not names[n] and lons[n] is not None]
    if not open_rows:
        return
    columns = (unit.c.id, unit.c.code, unit.c.boundary)
    rows = connection.execute(select(*columns).where(unit.c.boundary.is_not(None))).all()
    shapes = pd.DataFrame(
        {"id": [r.id for r in rows], "geometry": [shapely.from_geojson(r.boundary) for r in rows]}
    )
    pair = np.array([[lons[n], values.of("lat")[n]] for n in open_rows], float).T
    placed = place(pair[0], pair[1], shapes)
    for position, unit_id in zip(open_rows, placed.unit_ids, strict=True):
        if unit_id is not None:
            codes[position] = reading.units.by_id[unit_id].code
        elif position not in held:
            plan.refuse(position, NOWHERE)
    values.columns["unit_code"] = codes
    plan.notes.append(
        f"按坐标放入单位 {len(open_rows) - placed.outside} 行，"
        f"坐标不在任何单位内 {placed.outside} 行"
    )


def _write(_connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    names = ("unit_id", "code", "name", "households", "lon", "lat")
    columns = {name: [row[name] for _, row in work.new] for name in names}
    writing.insert(building, [n for n, _ in work.new], columns)
    writing.tick(0.6)
    for position, row, values in work.changed:
        writing.change(building, position, row, values)


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.restore(building)
    undoing.delete(building)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    return unit_example(reading) | {
        "code": "示例-01",
        "name": "示例小区1号楼",
        "households": 48,
    }


BUILDINGS = Kind(
    "buildings",
    "楼栋和户数",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    notes=(
        "一行一栋楼；单位写编码，没有编码时写名称，都没有时按经纬度放进单位的边界",
        "已有的楼栋编码是更新，空着的格子保持原样",
    ),
)
