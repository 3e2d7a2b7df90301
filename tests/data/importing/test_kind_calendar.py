"""The calendar: days set by a file, and the deadlines that move with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.errors import RuleError
from data.writes.appeals import record_appeal
from data.writes.calendar import set_calendar_days
from tests.data.importing.taking import planned, taken, undone
from tests.data.writes.world import NOW, STAMP, World, rows_of

HEADER = ["日期", "是否上班", "节日名称"]


def days(world: World) -> dict[date, tuple[int, str]]:
    return {row.day: (row.is_workday, row.name) for row in rows_of(world.engines, "calendar_day")}


def test_days_move_the_deadlines_counted_across_them(town: World) -> None:
    given = {"unit_id": town.units["grid1"], "category_key": "facilities", "content": ""}
    given |= {"channel": "网格员上报", "title": "灯不亮", "received_at": NOW - timedelta(hours=1)}
    record_appeal(town.engines, **given, **STAMP)
    due = rows_of(town.engines, "appeal")[0].due_at
    before = days(town)
    rows = [["2026-11-23", "休息", "临时放假"], ["2027/5/1", "休", "劳动节"]]
    report = taken(town, "calendar", HEADER, rows)
    assert report.plan is not None
    assert report.plan.states == ["changed", "new"]
    assert days(town)[date(2026, 11, 23)] == (0, "临时放假")
    assert days(town)[date(2027, 5, 1)] == (0, "劳动节")
    assert rows_of(town.engines, "appeal")[0].due_at == due + timedelta(
        days=3
    )  # the weekend between
    assert taken(town, "calendar", HEADER, rows).counts["same"] == 2
    undone(town, report)
    assert days(town) == before
    assert rows_of(town.engines, "appeal")[0].due_at == due


def test_a_day_changed_by_hand_since_is_not_taken_back(town: World) -> None:
    report = taken(town, "calendar", HEADER, [["2027-05-01", "休息", "劳动节"]])
    changed = {date(2027, 5, 1): (True, "补班")}
    set_calendar_days(town.engines, days=changed, **STAMP)
    with pytest.raises(RuleError, match="2027-05-01 之后又被改动"):
        undone(town, report)
    assert days(town)[date(2027, 5, 1)] == (1, "补班")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", "休息", ""], "日期不能为空"),
        (["2026-12-25", "也许", ""], "不认识 “也许”"),
        (["2026-12-25", "", ""], "是否上班不能为空"),
        (["1999-12-31", "休息", ""], "日期"),
        (["2026-02-30", "休息", ""], "日期"),
    ],
)
def test_a_day_that_cannot_be_is_refused(town: World, row: list[Any], words: str) -> None:
    plan = planned(town, "calendar", HEADER, [row, ["2027-05-01", "休息", ""]])
    assert plan.states == ["refused", "new"]
    assert words in plan.reasons[0]


def test_a_day_twice_is_refused_the_second_time(town: World) -> None:
    rows = [["2027-05-01", "休息", ""], ["2027年5月1日", "上班", ""]]
    plan = planned(town, "calendar", HEADER, rows)
    assert plan.states == ["new", "refused"]
