"""People and posts: who fills which post since when, and who is the same person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import builders
from tests.data.importing.taking import planned, taken, undone
from tests.data.writes.world import World, refused, rows_of

HEADER = ["网格", "岗位", "姓名", "党员编号", "任职日期", "离任日期"]
FILLED = ["第1网格", "专职网格员", "赵一", "", "2025-01-01", ""]


def posts(world: World) -> list[tuple[Any, ...]]:
    names = {row.id: row.name for row in rows_of(world.engines, "person")}
    return [
        (row.unit_id, row.post_key, names[row.person_id], row.since, row.until)
        for row in rows_of(world.engines, "post")
    ]


def test_a_person_may_fill_several_posts_of_one_unit(town: World) -> None:
    rows = [
        FILLED,
        ["第1网格", "网格党支部书记", "赵一", "", "2025-03-01", ""],
        ["第2网格", "grid_worker", "赵一", "", "2025-01-01", "2026-01-31"],
    ]
    before = len(rows_of(town.engines, "person"))
    report = taken(town, "people", HEADER, rows)
    assert report.counts["new"] == 3
    one, two = town.units["grid1"], town.units["grid2"]
    assert posts(town) == [
        (one, "grid_worker", "赵一", date(2025, 1, 1), None),
        (one, "grid_head", "赵一", date(2025, 3, 1), None),
        (two, "grid_worker", "赵一", date(2025, 1, 1), date(2026, 1, 31)),
    ]
    # one person in the first grid, another of the same name in the second
    assert len(rows_of(town.engines, "person")) == before + 2
    assert taken(town, "people", HEADER, rows).counts["same"] == 3
    undone(town, report)
    assert posts(town) == []
    assert len(rows_of(town.engines, "person")) == before


def test_a_member_in_a_post_is_the_same_person(town: World) -> None:
    member = rows_of(town.engines, "member")[0]
    rows = [["第2网格", "专职网格员", "王小明", member.code, "2025-01-01", ""]]
    taken(town, "people", HEADER, rows)
    assert rows_of(town.engines, "post")[0].person_id == member.person_id
    wrong = planned(town, "people", HEADER, [[*rows[0][:2], "别人", *rows[0][3:]]])
    assert "不叫这个名字" in wrong.reasons[0]
    assert "王小明" not in wrong.reasons[0]
    unknown = planned(town, "people", HEADER, [[*rows[0][:3], "NOPE", *rows[0][4:]]])
    assert "没有编号为 NOPE 的党员" in unknown.reasons[0]


def test_better_days_change_a_filling_and_another_term_is_a_new_one(town: World) -> None:
    with town.engines.write() as connection:
        person = builders.create_person(connection, "赵一")
        unit = town.units["grid1"]
        builders.create_post(connection, unit, "grid_worker", person_id=person)
        builders.create_post(connection, unit, "grid_head", person_id=person)
    ended = [*FILLED[:5], "2026-03-31"]
    report = taken(town, "people", HEADER, [ended])
    assert report.counts["changed"] == 1
    moved = ["第1网格", "专职网格员", "赵一", "", "2024-12-01", ""]
    assert planned(town, "people", HEADER, [moved]).states == ["changed"]
    later = ["第1网格", "专职网格员", "赵一", "", "2026-06-01", ""]
    assert planned(town, "people", HEADER, [ended, later]).states == ["same", "new"]
    untils = {row.post_key: row.until for row in rows_of(town.engines, "post")}
    assert untils == {"grid_worker": date(2026, 3, 31), "grid_head": None}
    undone(town, report)
    assert {row.until for row in rows_of(town.engines, "post")} == {None}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({1: "街道党工委书记"}, "是街道的岗位"),
        ({1: "皇帝"}, "不认识 “皇帝”"),
        ({1: ""}, "岗位不能为空"),
        ({2: ""}, "姓名不能为空"),
        ({4: ""}, "任职日期不能为空"),
        ({5: "2024-01-01"}, "不能早于任职日期"),
        ({0: ""}, "没有写单位"),
    ],
)
def test_a_filling_that_cannot_be_is_refused(
    town: World, changes: dict[int, str], words: str
) -> None:
    row = [changes.get(n, cell) for n, cell in enumerate(FILLED)]
    plan = planned(town, "people", HEADER, [row, FILLED])
    assert plan.states == ["refused", "new"]
    assert words in plan.reasons[0]


def test_a_person_who_has_become_a_visitor_keeps_the_import(town: World) -> None:
    report = taken(town, "people", HEADER, [FILLED])
    with town.engines.write() as connection:
        person = rows_of(town.engines, "post")[0].person_id
        builders.create_visit(connection, town.units["grid1"], person_id=person)
    with refused(town.engines, "导入", "走访记录 1 条"):
        undone(town, report)
