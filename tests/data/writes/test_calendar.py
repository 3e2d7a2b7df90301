"""Editing the calendar, and the deadlines that move with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.check import check
from data.engines import Engines
from data.queries.calendar import fetch_calendar
from data.writes.calendar import seed_calendar, set_calendar_days
from tests.data.writes.test_appeals import appeal_of
from tests.data.writes.world import (
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

MONDAY = date(2026, 11, 23)


def setting_days(engines: Engines, **changes: Any) -> int:
    given: dict[str, Any] = {"days": {MONDAY: (False, "运动会")}}
    return set_calendar_days(engines, **STAMP | given | changes)


def seeding(engines: Engines, **changes: Any) -> int:
    given: dict[str, Any] = {"first_year": 2024, "last_year": 2026}
    return seed_calendar(engines, **STAMP | given | changes)


def test_set_calendar_days_commits(world: World) -> None:
    before = revision_of(world.engines)
    assert setting_days(world.engines) == 1
    (row,) = [r for r in rows_of(world.engines, "calendar_day") if r.day == MONDAY]
    assert (row.is_workday, row.name) == (0, "运动会")
    with world.engines.read() as connection:
        assert not fetch_calendar(connection).is_workday(MONDAY)
    assert revision_of(world.engines) == before + 1


def test_set_calendar_days_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        setting_days(world.engines)


def test_a_day_off_moves_the_deadlines_counted_across_it(world: World) -> None:
    appeal = appeal_of(world)
    setting_days(world.engines)
    (row,) = rows_of(world.engines, "appeal")
    # Friday the 27th was the fifth working day; now it is Monday the 30th
    assert row.due_at == appeal.due_at + timedelta(days=3)
    assert check(world.engines) == []


def test_a_day_before_an_appeal_leaves_its_deadline(world: World) -> None:
    appeal = appeal_of(world)
    setting_days(world.engines, days={date(2026, 11, 19): (False, "停电")})
    assert rows_of(world.engines, "appeal")[0].due_at == appeal.due_at
    assert check(world.engines) == []


def test_the_same_days_again_write_nothing(world: World) -> None:
    setting_days(world.engines)
    before = dump(world.engines)
    assert setting_days(world.engines) == 0
    assert dump(world.engines) == before


def test_wrong_days_are_refused(world: World) -> None:
    with refused(world.engines, "日期", "至少选一天"):
        setting_days(world.engines, days={})
    with refused(world.engines, "节日名称", "现有 3000 个字"):
        setting_days(world.engines, days={MONDAY: (True, "长" * 3000)})
    with refused(world.engines, "年份", "2000 到 2100"):
        setting_days(world.engines, days={date(1999, 1, 1): (True, "")})


def test_seed_calendar_commits(engines: Engines) -> None:
    days = 366 + 365 + 365  # 2024 is a leap year
    assert seeding(engines) == days
    assert len(rows_of(engines, "calendar_day")) == days
    with engines.read() as connection:
        calendar = fetch_calendar(connection)
        recent = fetch_calendar(connection, since=date(2026, 5, 1))
    assert calendar.known_until == recent.known_until == date(2026, 12, 31)
    assert not calendar.is_workday(date(2024, 10, 1))
    assert calendar.is_workday(date(2026, 2, 14)), "a Saturday made up for the spring festival"
    assert recent.is_workday(date(2026, 2, 14)), "days of the whole year are read"
    assert recent.is_workday(date(2024, 10, 1)), "a year left out follows Monday to Friday"


def test_seed_calendar_rolls_back(engines: Engines) -> None:
    with rolled_back(engines):
        seeding(engines)


def test_seeding_keeps_days_that_were_edited(world: World) -> None:
    setting_days(world.engines)
    assert seeding(world.engines) == 366  # 2024 alone is new
    assert [r.name for r in rows_of(world.engines, "calendar_day") if r.day == MONDAY] == ["运动会"]
    before = dump(world.engines)
    assert seeding(world.engines) == 0
    assert dump(world.engines) == before


@pytest.mark.parametrize("years", [(1999, 2026), (2026, 2025), (2026, 2101)])
def test_wrong_years_are_refused(engines: Engines, years: tuple[int, int]) -> None:
    with refused(engines, "年份", "2000 到 2100"):
        seeding(engines, first_year=years[0], last_year=years[1])


def test_a_year_nobody_has_published_is_left_out(engines: Engines) -> None:
    assert seeding(engines, first_year=2099, last_year=2099) == 0
