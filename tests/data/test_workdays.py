from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.method import Span
from data.workdays import WorkCalendar, published_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICIAL = WorkCalendar(
    {row["day"]: bool(row["is_workday"]) for row in published_calendar(2024, 2026)}, SHANGHAI
)
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
DAYS = st.dates(date(2023, 1, 1), date(2029, 1, 1))
COUNTS = st.integers(1, 30)
CLOCKS = st.one_of(
    st.builds(Span, minutes=st.integers(1, 5000)), st.builds(Span, hours=st.integers(1, 500))
)
SPANS = st.one_of(CLOCKS, st.builds(Span, working_days=COUNTS))


def shanghai(text: str) -> datetime:
    """A local moment such as ``2026-09-24 16:00``, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def working_days(count: int) -> Span:
    return Span(working_days=count)


def edited(**days: bool) -> WorkCalendar:
    """A calendar that holds only the given days (``d20261121=True``)."""
    return WorkCalendar(
        {date.fromisoformat(key[1:]): works for key, works in days.items()}, SHANGHAI
    )


def test_a_make_up_weekend_is_a_working_day_and_a_holiday_is_not() -> None:
    make_up_saturday, new_year_monday = date(2026, 2, 14), date(2026, 2, 16)
    assert OFFICIAL.is_workday(make_up_saturday)
    assert not OFFICIAL.is_workday(new_year_monday)


def test_a_day_the_calendar_does_not_hold_follows_monday_to_friday() -> None:
    calendar = edited(d20261121=True)
    week = [date(2026, 11, 16) + timedelta(days=i) for i in range(7)]
    assert [calendar.is_workday(d) for d in week] == [True, True, True, True, True, True, False]


def test_known_until_is_the_last_day_held() -> None:
    assert OFFICIAL.known_until == date(2026, 12, 31)
    assert WorkCalendar({}, SHANGHAI).known_until is None


@pytest.mark.parametrize(
    ("at", "count", "deadline"),
    [
        ("2026-11-18 09:00", 1, "2026-11-20 00:00"),  # Wednesday → end of Thursday
        ("2026-11-18 23:59", 1, "2026-11-20 00:00"),
        ("2026-11-20 10:00", 1, "2026-11-24 00:00"),  # Friday → end of Monday
        ("2026-11-21 10:00", 1, "2026-11-24 00:00"),  # Saturday → end of Monday
        ("2026-11-16 10:00", 5, "2026-11-24 00:00"),
        ("2026-09-30 10:00", 1, "2026-10-09 00:00"),  # over the National Day week
        ("2026-02-13 10:00", 1, "2026-02-15 00:00"),  # make-up Saturday
        ("2026-12-31 10:00", 1, "2027-01-02 00:00"),  # a year nobody has published: Friday
    ],
)
def test_a_deadline_in_working_days_is_the_end_of_the_nth_working_day_after(
    at: str, count: int, deadline: str
) -> None:
    assert OFFICIAL.add(shanghai(at), working_days(count)) == shanghai(deadline)


def test_the_day_a_deadline_is_counted_from_is_the_local_one() -> None:
    late = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # already Thursday in Shanghai
    assert OFFICIAL.add(late, working_days(1)) == shanghai("2026-11-21 00:00")
    assert WorkCalendar({}, UTC).add(late, working_days(1)) == datetime(2026, 11, 20, tzinfo=UTC)


def test_minutes_and_hours_run_by_the_clock_through_holidays() -> None:
    eve = shanghai("2026-09-30 23:50")
    assert OFFICIAL.add(eve, Span(minutes=15)) == shanghai("2026-10-01 00:05")
    assert OFFICIAL.add(eve, Span(hours=24)) == shanghai("2026-10-01 23:50")


@pytest.mark.parametrize(
    ("deadline", "count", "yellow"),
    [
        ("2026-11-20 00:00", 1, "2026-11-19 00:00"),  # end of Thursday → end of Wednesday
        ("2026-11-24 00:00", 1, "2026-11-21 00:00"),  # end of Monday → end of Friday
        ("2026-11-24 00:00", 2, "2026-11-20 00:00"),
        ("2026-11-23 15:00", 1, "2026-11-20 15:00"),  # Monday 15:00 → Friday 15:00
        ("2026-11-22 15:00", 1, "2026-11-20 00:00"),  # Sunday counts as the end of Friday
        ("2026-10-09 00:00", 1, "2026-10-01 00:00"),
    ],
)
def test_a_yellow_light_in_working_days_leaves_that_many_of_them(
    deadline: str, count: int, yellow: str
) -> None:
    assert OFFICIAL.before(shanghai(deadline), working_days(count)) == shanghai(yellow)


def test_a_calendar_edited_to_a_long_shutdown_still_finds_the_next_working_day() -> None:
    first = date(2026, 1, 1)
    shut = WorkCalendar({first + timedelta(days=i): False for i in range(800)}, SHANGHAI)
    reopened = first + timedelta(days=800)  # 2028-03-11, a Saturday
    assert shut.add(shanghai("2026-01-05 10:00"), working_days(1)) == shanghai("2028-03-14 00:00")
    assert shut.before(shanghai(f"{reopened} 00:00"), working_days(1)) == shanghai(
        "2025-12-31 00:00"
    )


@given(MOMENTS, MOMENTS, SPANS)
def test_who_comes_later_is_never_due_earlier(a: datetime, b: datetime, span: Span) -> None:
    first, second = sorted((a, b))
    assert OFFICIAL.add(first, span) <= OFFICIAL.add(second, span)


@given(MOMENTS, MOMENTS, SPANS)
def test_a_later_deadline_never_turns_yellow_earlier(a: datetime, b: datetime, span: Span) -> None:
    first, second = sorted((a, b))
    assert OFFICIAL.before(first, span) <= OFFICIAL.before(second, span)


@given(MOMENTS, COUNTS)
def test_one_more_working_day_is_always_later(at: datetime, count: int) -> None:
    assert at < OFFICIAL.add(at, working_days(count)) < OFFICIAL.add(at, working_days(count + 1))


@given(MOMENTS, SPANS)
def test_a_yellow_moment_lies_before_its_deadline(at: datetime, span: Span) -> None:
    assert OFFICIAL.before(at, span) < at


@given(MOMENTS, CLOCKS)
def test_clock_time_added_and_taken_back_is_the_same_moment(at: datetime, span: Span) -> None:
    assert OFFICIAL.before(OFFICIAL.add(at, span), span) == at


@given(MOMENTS, COUNTS, COUNTS)
def test_working_days_taken_back_from_a_deadline_are_those_added(
    at: datetime, count: int, more: int
) -> None:
    deadline = OFFICIAL.add(at, working_days(count + more))
    assert OFFICIAL.before(deadline, working_days(more)) == OFFICIAL.add(at, working_days(count))


@given(MOMENTS, COUNTS)
def test_all_working_days_taken_back_end_on_the_day_of_the_start_or_before(
    at: datetime, count: int
) -> None:
    back = OFFICIAL.before(OFFICIAL.add(at, working_days(count)), working_days(count))
    today = at.astimezone(SHANGHAI).date()
    last_day = (back - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
    assert OFFICIAL.is_workday(last_day)
    assert last_day <= today
    assert OFFICIAL.working_days_between(last_day, today) == 0


@given(MOMENTS, COUNTS)
def test_a_deadline_ends_a_working_day_and_has_that_many_working_days_before_it(
    at: datetime, count: int
) -> None:
    deadline = OFFICIAL.add(at, working_days(count)).astimezone(SHANGHAI)
    last_day = deadline.date() - timedelta(days=1)
    assert (deadline.hour, deadline.minute, deadline.second) == (0, 0, 0)
    assert OFFICIAL.is_workday(last_day)
    assert OFFICIAL.working_days_between(at.astimezone(SHANGHAI).date(), last_day) == count


@given(DAYS, st.integers(0, 400))
def test_working_days_between_are_the_working_days_counted_one_by_one(
    first: date, length: int
) -> None:
    days = [first + timedelta(days=i) for i in range(1, length + 1)]
    counted = sum(OFFICIAL.is_workday(day) for day in days)
    last = first + timedelta(days=length)
    assert OFFICIAL.working_days_between(first, last) == counted
    assert OFFICIAL.working_days_between(last, first) == -counted


@given(DAYS, DAYS, DAYS)
def test_working_days_between_add_up(a: date, b: date, c: date) -> None:
    between = OFFICIAL.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(MOMENTS, MOMENTS, COUNTS)
def test_an_answer_does_not_depend_on_what_was_asked_before(
    at: datetime, earlier: datetime, count: int
) -> None:
    fresh, used = WorkCalendar({}, SHANGHAI), WorkCalendar({}, SHANGHAI)
    used.add(earlier, working_days(5))
    used.before(earlier, working_days(5))
    assert used.add(at, working_days(count)) == fresh.add(at, working_days(count))
    assert used.before(at, working_days(count)) == fresh.before(at, working_days(count))


def test_the_published_calendar_names_holidays_and_make_up_days_in_chinese() -> None:
    rows = {row["day"]: row for row in published_calendar(2026, 2026)}
    assert len(rows) == 365
    assert rows[date(2026, 2, 17)] == {"day": date(2026, 2, 17), "is_workday": 0, "name": "春节"}
    assert rows[date(2026, 2, 14)]["name"] == "春节调休上班"
    assert rows[date(2026, 2, 14)]["is_workday"] == 1
    assert rows[date(2026, 11, 20)] == {"day": date(2026, 11, 20), "is_workday": 1, "name": ""}


def test_years_that_nobody_has_published_are_left_out() -> None:
    years = {row["day"].year for row in published_calendar(2002, 2040)}
    assert 2004 in years
    assert 2026 in years
    assert not years & {2002, 2003, 2035, 2040}
