"""Points entries and their reversal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from data.check import check
from data.errors import RuleError
from data.identity import system
from data.method.loading import load_preset
from data.schema import member
from data.writes.points import RecordedPoints, record_points, reverse_points
from tests.builders import create_member, create_method
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    TODAY,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def points_of(world: World, **changes: Any) -> list[RecordedPoints]:
    given: dict[str, Any] = {
        "member_ids": world.members[:1],
        "rule_key": "check_in",
        "points": None,
        "happened_on": TODAY,
        "note": "",
    }
    return record_points(world.engines, **STAMP | given | changes)


def reversal_of(world: World, entry_id: int, **changes: Any) -> RecordedPoints:
    given: dict[str, Any] = {"entry_id": entry_id, "reason": "记错了人"}
    return reverse_points(world.engines, **STAMP | given | changes)


def test_record_points_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = points_of(world, member_ids=world.members, note=ODD_TEXT)
    rows = rows_of(world.engines, "points_entry")
    assert [r.id for r in rows] == [r.id for r in recorded]
    assert [r.member_id for r in rows] == world.members
    assert {(r.rule_name, r.kind, r.points, r.status, r.note) for r in rows} == {
        ("到社区报到并认领岗位", "duty", 2, "approved", ODD_TEXT)
    }
    assert {r.unit_id for r in rows} == {world.units["grid1"]}
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_points_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        points_of(world, member_ids=world.members)


def test_a_deduction_is_negative_and_waits_where_its_rule_asks(world: World) -> None:
    (recorded,) = points_of(world, rule_key="discipline", points=12)
    assert (recorded.points, recorded.status) == (-12, "pending")
    assert check(world.engines) == []


def test_an_entry_keeps_the_method_of_its_day(world: World) -> None:
    with world.engines.write() as connection:
        newer = create_method(connection, world.method, date(2026, 11, 1))
    points_of(world, happened_on=date(2026, 10, 31))
    points_of(world, happened_on=date(2026, 11, 1), member_ids=world.members[1:2])
    assert [r.method_id for r in rows_of(world.engines, "points_entry")] == [world.method_id, newer]


def test_a_repeated_request_gives_points_once(world: World) -> None:
    first = points_of(world, member_ids=world.members, request_id="p-1")
    before = dump(world.engines)
    assert points_of(world, member_ids=world.members, request_id="p-1") == first
    assert dump(world.engines) == before


def test_a_cap_counts_the_year_without_what_was_reversed_or_returned(world: World) -> None:
    (first,) = points_of(world)  # 2 of 2
    with refused(world.engines, "分值", "上限 2 分，已有 2 分"):
        points_of(world)
    reversal_of(world, first.id)
    points_of(world)
    points_of(world, happened_on=date(2025, 12, 31))
    assert [r.points for r in rows_of(world.engines, "points_entry")] == [2, -2, 2, 2]


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"member_ids": []}, "党员", "至少选一个"),
        ({"member_ids": [1, 1]}, "党员", "选了两次"),
        ({"member_ids": [9999]}, "党员", "找不到"),
        ({"rule_key": "no_such"}, "积分项目", "从列表里选择"),
        ({"points": 3}, "分值", "应为 2 分"),
        ({"points": 1.7}, "分值", "0.5 的整数倍"),
        ({"happened_on": TODAY + timedelta(days=1)}, "发生日期", "不能晚于今天"),
        ({"happened_on": date(1999, 12, 31)}, "发生日期", "不能早于 2000 年"),
        ({"happened_on": date(2019, 1, 1)}, "发生日期", "还没有启用任何工作法"),
        ({"note": "长" * 3000}, "说明", "最多 500 个字，现有 3000 个字"),
        ({"actor": system(" ", "test")}, "记录人", "不能为空"),
    ],
)
def test_wrong_points_are_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        points_of(world, **changes)


def test_one_wrong_member_refuses_them_all(world: World) -> None:
    with world.engines.write() as connection:
        moved = update(member).where(member.c.id == world.members[2])
        connection.execute(moved.values(left_on=date(2026, 6, 1)))
    with refused(world.engines, "发生日期", "转出"):
        points_of(world, member_ids=world.members)
    points_of(world, member_ids=world.members, happened_on=date(2026, 5, 31))


def test_members_of_another_grid_than_the_forms_are_refused_by_code(world: World) -> None:
    with world.engines.write() as connection:
        stranger = create_member(connection, world.units["grid2"], code="M-2-1")
    people = [*world.members, stranger]
    with refused(world.engines, "党员", "M-2-1", "不属于第1网格"):
        points_of(world, member_ids=people, unit_id=world.units["grid1"])
    points_of(world, member_ids=people, unit_id=world.units["community"])


def test_a_member_gets_nothing_from_before_joining(world: World) -> None:
    with world.engines.write() as connection:
        connection.execute(update(member).values(joined_on=date(2026, 11, 19)))
    with refused(world.engines, "发生日期", "还没有加入"):
        points_of(world, happened_on=date(2026, 11, 18))


def test_a_method_without_points_takes_none(world: World) -> None:
    with world.engines.write() as connection:
        create_method(connection, load_preset("quannan_1234"), TODAY)
    with refused(world.engines, "积分项目", "没有积分制"):
        points_of(world)


def test_reverse_points_commits(world: World) -> None:
    (entry,) = points_of(world, happened_on=date(2025, 12, 31))
    counter = reversal_of(world, entry.id, reason=ODD_TEXT)
    row = rows_of(world.engines, "points_entry")[1]
    assert (counter.points, counter.status) == (-2, "approved")
    assert (row.reverses_id, row.note, row.happened_on) == (entry.id, ODD_TEXT, date(2025, 12, 31))
    assert row.recorded_at == NOW
    assert check(world.engines) == []


def test_reverse_points_rolls_back(world: World) -> None:
    (entry,) = points_of(world)
    with rolled_back(world.engines):
        reversal_of(world, entry.id)


def test_a_repeated_reversal_reverses_once(world: World) -> None:
    (entry,) = points_of(world)
    first = reversal_of(world, entry.id, request_id="v-1")
    before = dump(world.engines)
    assert reversal_of(world, entry.id, request_id="v-1") == first
    assert dump(world.engines) == before


def test_what_may_not_be_reversed_is_refused(world: World) -> None:
    (entry,) = points_of(world)
    (waiting,) = points_of(world, rule_key="discipline", points=5)
    with refused(world.engines, "冲正原因", "不能为空"):
        reversal_of(world, entry.id, reason="")
    with refused(world.engines, "积分记录", "还没有计入"):
        reversal_of(world, waiting.id)
    with refused(world.engines, "积分记录", "找不到"):
        reversal_of(world, 9999)
    counter = reversal_of(world, entry.id)
    with refused(world.engines, "积分记录", "已经冲正过"):
        reversal_of(world, entry.id)
    with refused(world.engines, "积分记录", "本身是冲正"):
        reversal_of(world, counter.id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("give"), st.sampled_from(["fee", "absence", "volunteer", "honour"])),
            st.tuples(st.just("reverse"), st.integers(0, 7)),
        ),
        max_size=8,
    )
)
def test_any_course_of_entries_and_reversals_keeps_the_ledger_whole(
    world: World, steps: list[tuple[str, Any]]
) -> None:
    # one database for all courses: each goes on from where the last one ended
    for step, what in steps:
        rows = rows_of(world.engines, "points_entry")
        try:
            if step == "give":
                points_of(world, rule_key=what)
            elif rows:
                reversal_of(world, rows[what % len(rows)].id)
        except RuleError:
            continue
    rows = rows_of(world.engines, "points_entry")
    reversed_ids = {r.reverses_id for r in rows if r.reverses_id}
    standing = [r for r in rows if r.id not in reversed_ids and r.reverses_id is None]
    approved = [r.points for r in rows if r.status == "approved"]
    assert sum(approved) == sum(r.points for r in standing if r.status == "approved")
    assert check(world.engines) == []
