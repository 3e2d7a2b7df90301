"""The points ledger and visits out of files: exact sums, once each, taken back by counter-entry."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from data import schema
from tests.data.importing.taking import Lines, planned, taken, undone
from tests.data.writes.world import World, copied, dump, rows_of

HEADER = ["党员编号", "积分项目", "日期", "分值", "备注"]


def code_of(world: World, which: int = 0) -> str:
    with world.engines.read() as connection:
        wanted = schema.member.c.id == world.members[which]
        return str(connection.scalar(select(schema.member.c.code).where(wanted)))


def rule_names(world: World) -> dict[str, str]:
    """A rule of each kind: kind → name."""
    assert world.method.points is not None
    return {rule.kind: rule.name for rule in world.method.points.rules}


def sums(world: World) -> dict[int, float]:
    found: dict[int, float] = {}
    for row in rows_of(world.engines, "points_entry"):
        found[row.member_id] = found.get(row.member_id, 0) + row.points
    return found


def ugly(world: World) -> Lines:
    first, second = code_of(world), code_of(world, 1)
    names = rule_names(world)
    return [
        [first, "基础分", "2026-01-01", 60, ""],
        [first, names["duty"], "2026/1/5", "2.5", "值班"],
        [first, names["deduction"], "20260301", 3, "缺席"],
        [first, names["deduction"], "2026-03-02", -1.5, ""],
        [second, names["award"], 46023, 5, "Excel 的日期"],  # 2026-01-01
        [first, names["duty"], "2026/1/5", "2.5", "值班"],  # the same again: a second time
        [first, "基础分", "2026-02-01", 60, "又一次"],  # the year is open already
        ["没有的人", names["duty"], "2026-01-05", 1, ""],
        [first, "不认识的项目", "2026-01-05", 1, ""],
        [first, names["duty"], "2026-01-05", 0.3, ""],
        [first, names["duty"], "2019-01-05", 1, ""],  # not a member yet
        [first, names["award"], "2026-01-05", -4, ""],
        [first, names["duty"], "", 1, ""],
        [first, names["duty"], "2026-12-01", 1, ""],  # not come yet
    ]


def test_an_ugly_ledger_gives_exactly_these_sums(town: World) -> None:
    report = taken(town, "points", HEADER, ugly(town))
    assert report.counts == {"new": 6, "changed": 0, "same": 1, "refused": 7}
    assert sums(town) == {town.members[0]: 60 + 2.5 - 3 - 1.5 + 2.5, town.members[1]: 5}
    rows = rows_of(town.engines, "points_entry")
    assert {(r.status, r.needs_approval, r.surface) for r in rows} == {("approved", 0, "import")}
    assert rows[4].happened_on == date(2026, 1, 1)
    said = report.plan.reasons
    assert "没有编号为 没有的人 的党员" in said[7]
    assert "0.5 的整数倍" in said[9]
    assert "还没有加入" in said[10]
    assert "应大于 0" in said[11]
    assert dict(report.plan.unmapped["积分项目"]) == {"不认识的项目": 1}


def test_points_come_once_and_are_taken_back_to_nothing(town: World) -> None:
    rows = ugly(town)
    report = taken(town, "points", HEADER, rows)
    before = dump(town.engines)
    assert taken(town, "points", HEADER, rows).batch_id is None
    assert dump(town.engines) == before
    wider = taken(town, "points", HEADER, [*rows[:6], rows[1]])
    assert (wider.counts["new"], wider.counts["same"]) == (1, 6)  # a third time of the same
    undone(town, wider)
    undone(town, report)
    assert set(sums(town).values()) == {0.0}
    again = taken(town, "points", HEADER, rows)
    assert again.counts["new"] == 6
    assert sums(town)[town.members[0]] == 60.5


def test_an_entry_that_somebody_took_back_does_not_come_again(town: World) -> None:
    from tests.data.writes.test_points import reversal_of

    rows = ugly(town)
    taken(town, "points", HEADER, rows)
    reversal_of(town, 2)
    assert taken(town, "points", HEADER, [*rows, rows[2]]).counts["new"] == 1  # only the new one
    assert taken(town, "points", HEADER, rows[:3]).counts["new"] == 0


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(halves=st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_sums_are_exact_whatever_the_file(
    drawn_world: World, tmp_path_factory: pytest.TempPathFactory, halves: list[int]
) -> None:
    with copied(drawn_world, tmp_path_factory.mktemp("points")) as world:
        name, code = rule_names(world)["duty"], code_of(world)
        rows = [[code, name, "2026-01-05", n / 2, ""] for n in halves]
        taken(world, "points", HEADER, rows)
        assert sums(world) == {world.members[0]: sum(halves) / 2}
        assert taken(world, "points", HEADER, rows[::-1]).counts["new"] == 0


def visits(world: World) -> Lines:
    rule = world.method.must_visit[0].name
    return [
        ["2026-03-02 09:00", "第1网格", rule, "一切正常"],
        ["2026/3/3 下午2:05", "第2网格", "", "门锁着"],
        ["2026-03-02 09:00", "第1网格", rule, "一切正常"],  # the same again
        ["2026-03-02 09:00", "第9网格", rule, ""],
        ["2026-03-02 09:00", "第1网格", "没有的事项", ""],
        ["2027-03-02 09:00", "第1网格", rule, ""],
        ["", "第1网格", rule, ""],
    ]


VISITS = ["走访时间", "网格", "走访类型", "情况"]


def standing(world: World) -> int:
    rows: list[Any] = rows_of(world.engines, "visit")
    return sum(1 if row.reverses_id is None else -1 for row in rows)


def test_visits_come_once_and_are_taken_back(town: World) -> None:
    rows = visits(town)
    report = taken(town, "visits", VISITS, rows)
    assert report.counts == {"new": 3, "changed": 0, "same": 0, "refused": 4}
    assert dict(report.plan.unmapped["必访事项"]) == {"没有的事项": 1}
    assert {row.rule_key for row in rows_of(town.engines, "visit")} == {
        town.method.must_visit[0].key,
        None,
    }
    assert taken(town, "visits", VISITS, rows[:2]).counts["same"] == 2
    undone(town, report)
    assert standing(town) == 0
    assert taken(town, "visits", VISITS, rows).counts["new"] == 3
    assert standing(town) == 3


def test_a_member_who_left_is_refused_and_planning_writes_nothing(town: World) -> None:
    with town.engines.write() as connection:
        change = update(schema.member).where(schema.member.c.id == town.members[0])
        connection.execute(change.values(left_on=date(2026, 1, 2)))
    before = dump(town.engines)
    plan = planned(town, "points", HEADER, ugly(town)[:3])
    assert plan.counts == {"new": 1, "changed": 0, "same": 0, "refused": 2}
    assert "转出" in plan.reasons[1]
    assert dump(town.engines) == before
