"""Units: their tree in any order, what may change, and boundaries from features."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely.geometry import shape

from data.check import check
from data.engines import open_engines
from data.importing.apply import ImportReport, apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import guess_mapping
from data.importing.sources import Source, read_source
from data.method.loading import load_preset
from data.migrate import upgrade
from tests import builders
from tests.data.importing.taking import EAST, SIDE, WEST, planned, taken, undone, unit_code
from tests.data.writes.world import STAMP, World, rows_of

HEADER = ["网格编码", "网格名称", "层级", "上级编码", "户数"]


def units(world: World) -> dict[str, Any]:
    return {row.code: row for row in rows_of(world.engines, "unit")}


def square(x: float, y: float, side: float = SIDE) -> dict[str, Any]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def features_of(features: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> Source:
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in features],
    }
    return read_source("边界.geojson", json.dumps(document).encode())


def take_features(world: World, source: Source) -> ImportReport:
    kind = KINDS["units"]
    mapping = guess_mapping(kind, source.tables[0].header)
    report = apply_import(world.engines, kind, source, 0, mapping, **STAMP)
    assert check(world.engines) == []
    return report


def test_children_may_stand_before_their_parents(town: World) -> None:
    street = unit_code(town, "street")
    rows = [
        ["W1", "东一微网格", "", "G9", 30],
        ["G9", "第九网格", "网格", "C9", 60],
        ["C9", "九里社区", "社区", street, ""],
    ]
    report = taken(town, "units", HEADER, rows)
    assert report.counts == {"new": 3, "changed": 0, "same": 0, "refused": 0}
    held = units(town)
    assert [held[code].level for code in ("C9", "G9", "W1")] == ["community", "grid", "micro_grid"]
    assert held["W1"].path == f"{held['G9'].path}{held['W1'].id}/"
    assert held["G9"].parent_id == held["C9"].id
    assert held["W1"].initials == "dywwg"
    assert held["C9"].households is None


def test_a_name_path_is_a_parent_where_only_one_unit_has_it(town: World) -> None:
    header = ["编码", "名称", "上级单位"]
    with town.engines.write() as connection:
        other = builders.create_unit(connection, town.units["street"], "community", name="隔壁社区")
        builders.create_unit(connection, other, "grid", name="第1网格", code="TWIN")
    rows = [
        ["M1", "甲", "第1网格"],
        ["M2", "乙", "测试社区/第1网格"],
        ["M3", "丙", "不存在的社区"],
    ]
    plan = planned(town, "units", header, rows)
    assert plan.states == ["refused", "new", "refused"]
    assert "有 2 个" in plan.reasons[0]
    assert "没有找到" in plan.reasons[2]
    taken(town, "units", header, rows)
    assert units(town)["M2"].parent_id == town.units["grid1"]


def test_a_circle_is_refused_and_what_hangs_on_it_too(town: World) -> None:
    street = unit_code(town, "street")
    rows = [
        ["A", "甲", "", "B", ""],
        ["B", "乙", "", "A", ""],
        ["C", "丙", "", "B", ""],
        ["D", "丁", "", street, ""],
    ]
    plan = planned(town, "units", HEADER, rows)
    assert plan.states == ["refused", "refused", "refused", "new"]
    assert "绕成了圈（A → B → A）" in plan.reasons[0]
    assert "上级单位 B 未通过" in plan.reasons[2]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["X1", "", "网格", "COMMUNITY", ""], "要有单位名称"),
        (["X1", "新网格", "街道", "COMMUNITY", ""], "层级须低于"),
        (["X1", "新网格", "乡", "COMMUNITY", ""], "不认识 “乡”"),
        (["X1", "新网格", "网格", "", ""], "没有写上级单位"),
        (["X1", "新街道", "", "", ""], "已经有最上一级"),
        (["X1", "新网格", "", "NOPE", ""], "没有编码为 NOPE 的上级单位"),
        (["X1", "第1网格", "", "COMMUNITY", ""], "下已有叫 “第1网格” 的单位"),
        (["X1", "新网格", "", "COMMUNITY", "-3"], "户数"),
        (["", "新网格", "", "COMMUNITY", ""], "没有写单位编码"),
        (["X1", "新\x01网格", "", "COMMUNITY", ""], "控制字符"),
        (["X1", "网" * 10_000, "", "COMMUNITY", ""], "名称"),
        (["GRID1", "", "社区", "", ""], "不能改层级"),
        (["GRID1", "", "", "STREET", ""], "不能改上级"),
        (["GRID1", "第2网格", "", "", ""], "下已有叫 “第2网格” 的单位"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_the_next_goes_in(
    town: World, row: list[Any], words: str
) -> None:
    codes = {key.upper(): unit_code(town, key) for key in ("street", "community", "grid1")}
    rows = [[codes.get(cell, cell) for cell in row], ["OK", "好", "", codes["COMMUNITY"], ""]]
    plan = planned(town, "units", HEADER, rows)
    assert plan.states == ["refused", "new"]
    assert words in plan.reasons[0]
    report = taken(town, "units", HEADER, rows)
    assert report.counts["refused"] == 1
    assert "OK" in units(town)
    assert "X1" not in units(town)


def test_markup_and_formulas_stay_text(town: World) -> None:
    community = unit_code(town, "community")
    odd = "=HYPERLINK(\"x\")<script>alert('x')</script>"
    taken(town, "units", HEADER, [["OK", odd, "", community, ""]])
    assert units(town)["OK"].name == odd


def test_a_code_that_is_there_is_changed_and_blank_cells_change_nothing(town: World) -> None:
    code = unit_code(town, "grid1")
    before = units(town)[code]
    report = taken(town, "units", HEADER, [[code, "幸福网格", "", "", 188]])
    assert report.counts["changed"] == 1
    assert report.plan is not None
    told = [(c.label, c.before, c.after) for c in report.plan.changes[0]]
    assert told == [("单位名称", before.name, "幸福网格"), ("户数", "（空）", "188")]
    after = units(town)[code]
    assert (after.name, after.households, after.initials) == ("幸福网格", 188, "xfwg")
    assert after.boundary == before.boundary
    undone(town, report)
    assert units(town)[code] == before


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        # a new unit and a renamed one want one name: the one that is there gets it
        ([["A", "甲", "COMMUNITY"], ["GRID1", "甲", ""]], ["refused", "changed"]),
        ([["GRID1", "甲", ""], ["A", "甲", "COMMUNITY"]], ["changed", "refused"]),
        ([["GRID1", "甲", ""], ["GRID2", "甲", ""]], ["changed", "refused"]),
        # a name that is given up is free, and two may change theirs
        ([["A", "第1网格", "COMMUNITY"], ["GRID1", "甲", ""]], ["new", "changed"]),
        ([["GRID1", "第2网格", ""], ["GRID2", "第1网格", ""]], ["changed", "changed"]),
        ([["GRID1", "第2网格", ""], ["GRID2", "第3网格", "STREET"]], ["refused", "refused"]),
        # a row without a code never takes the place of one with it
        ([["", "甲", "", "测试社区"], ["A", "甲", "COMMUNITY"]], ["refused", "new"]),
        # a parent is named as it will be called
        ([["B", "乙", "", "甲"], ["COMMUNITY", "甲", ""]], ["new", "changed"]),
        ([["B", "乙", "", "测试社区"], ["COMMUNITY", "甲", ""]], ["refused", "changed"]),
    ],
)
def test_names_are_given_all_at_once_and_the_file_says_the_same_again(
    rows: list[list[str]], states: list[str], town: World
) -> None:
    header = ["单位编码", "单位名称", "上级编码", "上级单位"]
    codes = {key.upper(): unit_code(town, key) for key in town.units}
    table = [[codes.get(cell, cell) for cell in [*row, ""][:4]] for row in rows]
    report = taken(town, "units", header, table)
    assert report.plan is not None
    assert report.plan.states == states
    again = planned(town, "units", header, table).states
    assert again == ["refused" if state == "refused" else "same" for state in states]


def test_a_code_twice_in_a_table_is_refused_the_second_time(town: World) -> None:
    community = unit_code(town, "community")
    rows = [["A", "甲", "", community, ""], ["A", "乙", "", community, ""]]
    plan = planned(town, "units", HEADER, rows)
    assert plan.states == ["new", "refused"]
    assert f"第 {plan.numbers[0]} 行相同" in plan.reasons[1]


def test_the_first_street_of_an_empty_database_comes_in_whole(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    upgrade(url)
    engines = open_engines(url)
    method = load_preset("demo_street")
    with engines.write() as connection:
        method_id = builders.create_method(connection, method)
    world = World(engines, method, method_id, {}, [], [])
    rows = [["G", "网格", "", "C", 9], ["C", "社区", "", "S", ""], ["S", "街道", "", "", ""]]
    report = taken(world, "units", HEADER, rows)
    assert report.counts["new"] == 3
    assert units(world)["S"].path == "/1/"
    again = planned(world, "units", HEADER, [*rows, ["S2", "又一街道", "", "", ""]])
    assert again.states == ["same", "same", "same", "refused"]
    engines.dispose()


def test_features_bring_boundaries_to_units_by_code_and_split_ones_are_joined(
    town: World,
) -> None:
    community, grid1 = unit_code(town, "community"), unit_code(town, "grid1")
    x, y = EAST[0] + 0.02, EAST[1]
    bow = {"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}
    source = features_of(
        [
            ({"code": "N1", "name": "北网格", "parent": community}, square(x, y)),
            ({"code": "N1", "name": "北网格", "parent": community}, square(x + SIDE, y)),
            ({"code": grid1, "name": None, "parent": None}, square(*WEST, SIDE / 2)),
            ({"code": "BAD", "name": "坏网格", "parent": community}, bow),
            ({"code": "N2", "name": "没测的网格", "parent": community}, None),
        ]
    )
    report = take_features(town, source)
    assert report.plan is not None
    assert report.plan.states == ["new", "new", "changed", "refused", "new"]
    assert "边界" in report.plan.reasons[3]
    held = units(town)
    joined = shape(json.loads(held["N1"].boundary))
    assert joined.area == pytest.approx(2 * SIDE * SIDE)
    assert joined.contains(shape({"type": "Point", "coordinates": [x + SIDE, y + SIDE / 2]}))
    assert joined.contains(
        shape({"type": "Point", "coordinates": [held["N1"].centre_lon, held["N1"].centre_lat]})
    )
    assert shape(json.loads(held[grid1].boundary)).area == pytest.approx(SIDE * SIDE / 4)
    assert held["N2"].boundary is None
    assert "BAD" not in held
    again = take_features(town, source)
    assert again.batch_id is None
    assert again.counts == {"new": 0, "changed": 0, "same": 4, "refused": 1}
    assert "导入过" in again.message
    undone(town, report)
    assert "N1" not in units(town)
    assert shape(json.loads(units(town)[grid1].boundary)).area == pytest.approx(SIDE * SIDE)


def test_a_feature_without_a_code_is_taken_for_the_only_unit_of_its_name(town: World) -> None:
    source = features_of(
        [({"name": "第2网格"}, square(*EAST, SIDE / 2)), ({"name": "没有的网格"}, square(*WEST))]
    )
    report = take_features(town, source)
    assert report.plan is not None
    assert report.plan.states == ["changed", "refused"]
    assert "没有写单位编码" in report.plan.reasons[1]
