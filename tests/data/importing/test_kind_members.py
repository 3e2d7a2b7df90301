"""Members: the roster, the opening entry of their year, and taking a roster back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from data import schema
from data.errors import RuleError
from data.queries.facts import fetch_unit_facts
from data.scope import Scope
from data.writes.points import record_points
from tests import builders
from tests.data.importing.taking import planned, taken, undone, unit_code
from tests.data.writes.world import NOW, STAMP, TODAY, World, refused, rows_of

HEADER = ["党员编号", "姓名", "所属网格", "党员类别", "转入日期", "转出日期"]


def base_of(world: World) -> dict[str, list[tuple[float, date]]]:
    """Base entries by the member's code."""
    codes = {row.id: row.code for row in rows_of(world.engines, "member")}
    found: dict[str, list[tuple[float, date]]] = {}
    for row in rows_of(world.engines, "points_entry"):
        assert (row.kind, row.rule_key, row.status) == ("base", "base", "approved")
        found.setdefault(codes[row.member_id], []).append((row.points, row.happened_on))
    return found


def members(world: World) -> dict[str, Any]:
    return {row.code: row for row in rows_of(world.engines, "member")}


def name_of(world: World, code: str) -> str:
    names = {row.id: row.name for row in rows_of(world.engines, "person")}
    return str(names[members(world)[code].person_id])


def test_a_roster_opens_the_year_by_class(town: World) -> None:
    rows = [
        ["007", "王小明", "第1网格", "在职党员", "2015-03-01", ""],
        ["008", "李大红", "测试社区/第2网格", "retired", "2026-05-04", ""],
        ["009", "张离", "第1网格", "青年党员", "2019-07-01", "2025-06-30"],
    ]
    report = taken(town, "members", HEADER, rows)
    assert report.counts == {"new": 3, "changed": 0, "same": 0, "refused": 0}
    # the classes' base points in demo_street: employed 65, retired 70; who has left gets none
    assert base_of(town) == {
        "007": [(65, date(2026, 1, 1))],
        "008": [(70, date(2026, 5, 4))],
    }
    assert members(town)["008"].unit_id == town.units["grid2"]
    assert name_of(town, "007") == "王小明"
    assert members(town)["009"].left_on == date(2025, 6, 30)


def test_the_same_roster_again_adds_nothing_and_says_so(town: World) -> None:
    rows = [["007", "王小明", "第1网格", "在职党员", "2015-03-01", ""]]
    taken(town, "members", HEADER, rows)
    before = [rows_of(town.engines, t) for t in ("member", "points_entry", "audit_entry")]
    again = taken(town, "members", HEADER, rows)
    assert (again.batch_id, again.counts["same"]) == (None, 1)
    assert "导入过" in again.message
    assert "什么也没有写入" in again.message
    assert before == [rows_of(town.engines, t) for t in ("member", "points_entry", "audit_entry")]


def test_a_member_without_this_years_entry_gets_it_and_what_changed_is_told(town: World) -> None:
    code = members(town).popitem()[0]
    with town.engines.write() as connection:
        other = builders.create_member(connection, town.units["grid2"], "旁人", code="OTHER")
    report = taken(town, "members", ["党员编号", "姓名", "类别"], [[code, "王新名", "退休党员"]])
    assert report.plan is not None
    told = {(c.label, c.before, c.after) for c in report.plan.changes[0]}
    assert told == {
        ("姓名", "王*", "王新名"),
        ("党员类别", "在职党员", "退休党员"),
        ("基础分", "（空）", "70"),
    }
    assert base_of(town) == {code: [(70, date(2026, 1, 1))]}
    assert name_of(town, code) == "王新名"
    assert name_of(town, "OTHER") == "旁人"
    assert members(town)["OTHER"].id == other


def test_a_class_may_be_mapped_and_what_is_not_is_listed(town: World) -> None:
    rows = [
        ["1", "甲", "第1网格", "退役", "2020-01-01", ""],
        ["2", "乙", "第1网格", "退役", "2020-01-01", ""],
    ]
    plan = planned(town, "members", HEADER, rows)
    assert plan.states == ["refused", "refused"]
    assert plan.unmapped == {"党员类别": {"退役": 2}}
    report = taken(town, "members", HEADER, rows, choices={"class_key": {"退役": "retired"}})
    assert report.counts["new"] == 2
    assert base_of(town)["1"] == [(70, date(2026, 1, 1))]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", "甲", "第1网格", "在职党员", "2020-01-01", ""], "党员编号不能为空"),
        (["1", "", "第1网格", "在职党员", "2020-01-01", ""], "要有姓名"),
        (["1", "甲", "", "在职党员", "2020-01-01", ""], "没有写单位"),
        (["1", "甲", "无名网格", "在职党员", "2020-01-01", ""], "没有叫 “无名网格”"),
        (["1", "甲", "第1网格", "", "2020-01-01", ""], "要有党员类别"),
        (["1", "甲", "第1网格", "在职党员", "", ""], "要有转入日期"),
        (["1", "甲", "第1网格", "在职党员", "1900-01-01", ""], "转入日期"),
        (["1", "甲", "第1网格", "在职党员", "2027-01-01", ""], "转入日期"),
        (["1", "甲", "第1网格", "在职党员", "2020-01-01", "2019-01-01"], "须晚于"),
        (["1", "甲\u202e乙", "第1网格", "在职党员", "2020-01-01", ""], "姓名"),
    ],
)
def test_a_member_that_cannot_be_is_refused(town: World, row: list[Any], words: str) -> None:
    plan = planned(town, "members", HEADER, [row])
    assert plan.states == ["refused"]
    assert words in plan.reasons[0]


def test_undoing_a_roster_leaves_figures_as_they_were_and_it_may_come_again(town: World) -> None:
    def figures() -> dict[str, Any]:
        with town.engines.read() as connection:
            scope = Scope("/", NOW.replace(month=1), NOW, NOW)
            return fetch_unit_facts(connection, scope).sum().to_dict()

    before = figures()
    rows = [
        ["007", "王小明", "第1网格", "在职党员", "2015-03-01", ""],
        ["009", "张离", "第1网格", "青年党员", "2019-07-01", "2025-06-30"],
    ]
    report = taken(town, "members", HEADER, rows)
    assert figures() != before
    undone(town, report)
    assert figures() == before
    # the one with a ledger left the day he came; the other is gone with his name
    assert members(town)["007"].left_on == members(town)["007"].joined_on
    assert "009" not in members(town)
    assert "张离" not in [row.name for row in rows_of(town.engines, "person")]
    assert base_of(town)["007"] == [(65, date(2026, 1, 1)), (-65, date(2026, 1, 1))]
    again = taken(town, "members", HEADER, rows)
    assert again.counts["new"] == 2
    assert members(town)["007"].left_on is None
    assert sum(points for points, _ in base_of(town)["007"]) == 65
    assert taken(town, "members", HEADER, rows).counts["same"] == 2
    undone(town, again)
    assert figures() == before


def test_a_roster_with_points_given_since_cannot_be_undone(town: World) -> None:
    report = taken(
        town, "members", HEADER, [["007", "王小明", "第1网格", "在职党员", "2015-03-01", ""]]
    )
    member_id = members(town)["007"].id
    given = {"rule_key": "study", "points": None, "happened_on": TODAY, "note": ""}
    record_points(town.engines, member_ids=[member_id], **given, **STAMP)
    with refused(town.engines, "导入", "积分记录 1 条"):
        undone(town, report)


def test_a_roster_changed_by_a_later_file_is_undone_after_that_one(town: World) -> None:
    row = ["007", "王小明", "第1网格", "在职党员", "2015-03-01", ""]
    first = taken(town, "members", HEADER, [row])
    second = taken(town, "members", HEADER, [["007", "王小明", "第2网格", "", "", ""]])
    with refused(town.engines, "导入", f"第 {second.batch_id} 次导入"):
        undone(town, first)
    undone(town, second)
    assert members(town)["007"].unit_id == town.units["grid1"]
    undone(town, first)


def test_what_was_changed_by_hand_since_is_not_put_back(town: World) -> None:
    code = next(iter(members(town)))
    report = taken(town, "members", ["党员编号", "姓名"], [[code, "王新名"]])
    with town.engines.write() as connection:
        person = members(town)[code].person_id
        mine = schema.person.update().where(schema.person.c.id == person)
        connection.execute(mine.values(name="又一名"))
        connection.execute(insert(schema.person).values(name="旁人"))
    with pytest.raises(RuleError, match="之后又被改动"):
        undone(town, report)


def test_names_are_not_in_the_log(town: World) -> None:
    taken(town, "members", HEADER, [["007", "欧阳不凡", "第1网格", "在职党员", "2015-03-01", ""]])
    log = rows_of(town.engines, "audit_entry")
    assert [row.action for row in log] == ["apply_import"]
    told = str(log[0].after)
    assert "欧阳" not in told
    assert '"new": 1' in told
    assert log[0].subject_table == "import_batch"


def test_unit_codes_exclude_names(town: World) -> None:
    """A code goes before a name, whatever the name says."""
    header = ["党员编号", "姓名", "单位编码", "单位名称", "党员类别", "转入日期"]
    code = unit_code(town, "grid2")
    taken(town, "members", header, [["1", "甲", code, "第1网格", "在职党员", "2020-01-01"]])
    assert members(town)["1"].unit_id == town.units["grid2"]
