"""Buildings: by unit, or by point; households; coordinate systems."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from data.importing.apply import apply_import
from data.importing.coordinates import from_wgs84
from data.importing.kinds import KINDS
from data.importing.mapping import guess_mapping
from data.importing.sources import read_source
from tests import builders
from tests.data.importing.taking import IN_EAST, IN_WEST, NOWHERE, planned, taken, undone
from tests.data.writes.world import STAMP, World, rows_of

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "户数", "经度", "纬度"]


def buildings(world: World) -> dict[str, Any]:
    return {row.code: row for row in rows_of(world.engines, "building")}


def test_a_building_goes_where_it_is_said_to_be_else_where_it_lies(town: World) -> None:
    rows = [
        ["0001", "一号楼", "第2网格", 36, *IN_WEST],
        ["0002", "二号楼", "", 40, *IN_EAST],
        ["0003", "三号楼", "", 40, *NOWHERE],
        ["0004", "四号楼", "第1网格", "", "", ""],
        ["0005", "五号楼", "", 12, "", ""],
        ["0006", "六号楼", "第1网格", 12, 112.4, ""],
    ]
    report = taken(town, "buildings", HEADER, rows)
    assert report.plan is not None
    assert report.plan.states == ["new", "new", "refused", "new", "refused", "refused"]
    held = buildings(town)
    assert {code: row.unit_id for code, row in held.items()} == {
        "0001": town.units["grid2"],
        "0002": town.units["grid2"],
        "0004": town.units["grid1"],
    }
    assert (held["0001"].households, held["0004"].households) == (36, None)
    assert any("不在任何单位内 1 行" in note for note in report.plan.notes)
    assert "要么都填" in report.plan.reasons[5]
    assert taken(town, "buildings", HEADER, rows).batch_id is None
    undone(town, report)
    assert buildings(town) == {}


@pytest.mark.parametrize("system", ["gcj02", "bd09", "mercator"])
def test_coordinates_are_converted_within_two_metres(town: World, system: str) -> None:
    x, y = from_wgs84(np.array([IN_EAST[0]]), np.array([IN_EAST[1]]), system)
    row = ["1", "一号楼", "", 1, float(x[0]), float(y[0])]
    taken(town, "buildings", HEADER, [row], system=system)
    held = buildings(town)["1"]
    # a degree of latitude is about 111 km
    assert held.lon == pytest.approx(IN_EAST[0], abs=2 / 111_000)
    assert held.lat == pytest.approx(IN_EAST[1], abs=2 / 111_000)
    assert held.unit_id == town.units["grid2"]


def test_metres_taken_for_degrees_are_refused(town: World) -> None:
    plan = planned(town, "buildings", HEADER, [["1", "一号楼", "第1网格", 1, 12514467, 3467126]])
    assert plan.states == ["refused"]
    assert "请核对坐标系" in plan.reasons[0]


def test_a_known_code_is_changed_alone(town: World) -> None:
    with town.engines.write() as connection:
        for code in ("A", "B"):
            builders.create_building(connection, town.units["grid1"], code=code, name="旧名")
    before = buildings(town)
    report = taken(
        town, "buildings", ["楼栋编码", "户数", "网格"], [["A", 55, "第2网格"], ["B", "", ""]]
    )
    assert report.plan is not None
    assert report.plan.states == ["changed", "same"]
    assert {c.label for c in report.plan.changes[0]} == {"户数", "单位编码"}
    held = buildings(town)
    assert (held["A"].households, held["A"].unit_id, held["A"].name) == (
        55,
        town.units["grid2"],
        "旧名",
    )
    assert held["B"] == before["B"]
    undone(town, report)
    assert buildings(town) == before


def test_points_of_a_geojson_are_buildings(town: World) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"P{n}", "name": f"{n}号楼", "households": 8},
            "geometry": {"type": "Point", "coordinates": list(spot)},
        }
        for n, spot in enumerate([IN_WEST, IN_EAST, NOWHERE])
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    source = read_source("楼栋.geojson", text.encode())
    kind = KINDS["buildings"]
    mapping = guess_mapping(kind, source.tables[0].header)
    report = apply_import(town.engines, kind, source, 0, mapping, **STAMP)
    assert report.counts["new"] == 2
    units = {row.code: row.unit_id for row in rows_of(town.engines, "building")}
    assert units == {"P0": town.units["grid1"], "P1": town.units["grid2"]}
