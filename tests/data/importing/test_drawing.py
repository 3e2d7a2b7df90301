"""What an import looks like on the map: outlines, what lies apart, which system is likely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from data.importing.drawing import (
    fetch_ground,
    has_places,
    planned_points,
    planned_shapes,
    suggested,
)
from data.importing.kind import Reading
from data.importing.kinds import KINDS
from data.importing.mapping import Mapping
from data.importing.plan import Plan, make_reading, plan_import
from data.importing.sources import Source
from tests.data.importing.taking import IN_EAST, IN_WEST, NOWHERE, mapped, source_of
from tests.data.importing.test_kind_units import features_of, square
from tests.data.writes.world import NOW, STAMP, World, rows_of

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "经度", "纬度"]


def prepared(world: World, kind: str, source: Source) -> tuple[Mapping, Plan, Reading, Any]:
    mapping, one, now, who = mapped(kind, source), KINDS[kind], NOW, STAMP["actor"]
    with world.engines.read() as connection:
        plan = plan_import(connection, one, source, 0, mapping, now=now, actor=who)
        table = source.tables[0]
        reading = make_reading(connection, one, source, table, mapping, now=now, actor=who)
        return mapping, plan, reading, fetch_ground(connection)


def points(world: World, rows: list[list[Any]]) -> pd.DataFrame:
    source = source_of(HEADER, rows)
    _, plan, reading, ground = prepared(world, "buildings", source)
    return planned_points(KINDS["buildings"], source.tables[0], plan, reading, ground)


def test_the_ground_is_the_lowest_units_with_a_boundary(town: World) -> None:
    with town.engines.read() as connection:
        ground = fetch_ground(connection)
    assert set(ground["id"]) == {town.units["grid1"], town.units["grid2"]}


def test_points_are_placed_or_unplaced_and_what_else_was_refused_is_not_drawn(town: World) -> None:
    rows = [
        ["A", "一号楼", "", *IN_WEST],
        ["B", "二号楼", "", *NOWHERE],
        ["C", "", "", *IN_EAST],
        ["D", "四号楼", "第1网格", "", ""],
    ]
    found = points(town, rows)
    assert list(found["kind"]) == ["placed", "unplaced"]
    assert list(zip(found["lon"], found["lat"], strict=True)) == [IN_WEST, NOWHERE]
    assert found["text"].iloc[0] == ""
    assert found["text"].iloc[1].startswith("第 3 行：")


def test_many_on_one_coordinate_are_a_pile(town: World) -> None:
    rows = [[f"P{n}", f"{n}号楼", "", *IN_WEST] for n in range(20)]
    found = points(town, [*rows, ["A", "一号楼", "", *IN_EAST]])
    assert dict(found["kind"].value_counts()) == {"pile": 20, "placed": 1}


def test_outlines_are_drawn_and_refused_ones_are_marked(town: World) -> None:
    (parent,) = (u for u in rows_of(town.engines, "unit") if u.id == town.units["community"])
    facts = {"层级": "网格", "上级编码": parent.code}
    tie = square(112.45, 29.7)
    ring = tie["coordinates"][0]
    tie["coordinates"] = [[ring[0], ring[2], ring[1], ring[3], ring[0]]]
    source = features_of(
        [
            ({"单位编码": "N1", "单位名称": "新一"} | facts, square(112.43, 29.7)),
            ({"单位编码": "N2", "单位名称": "新二"} | facts, tie),
        ]
    )
    mapping, plan, reading, ground = prepared(town, "units", source)
    table, kind = source.tables[0], KINDS["units"]
    assert has_places(table, mapping)
    assert list(planned_shapes(kind, table, plan, reading)["name"]) == ["新一"]
    marked = planned_points(kind, table, plan, reading, ground)
    assert list(marked["kind"]) == ["refused"]
    assert abs(marked["lon"].iloc[0] - 112.455) < 0.01
    assert np.isfinite(marked["lat"].iloc[0])


def test_the_likely_system_comes_with_its_reason(town: World) -> None:
    source = source_of(HEADER, [["A", "一号楼", "", *IN_WEST], ["B", "二号楼", "", *IN_EAST]])
    _, _, reading, ground = prepared(town, "buildings", source)
    found = suggested(KINDS["buildings"], source.tables[0], reading, ground)
    assert found.system == "wgs84"
    assert "换算后落在已有单位范围内" in found.why


def test_without_coordinates_there_is_nothing_to_ask(town: World) -> None:
    source = source_of(HEADER[:3], [["A", "一号楼", "第1网格"]])
    assert not has_places(source.tables[0], mapped("buildings", source))
