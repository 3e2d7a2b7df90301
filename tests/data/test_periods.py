from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.periods import (
    PERIODS,
    buckets,
    local_date,
    midnight,
    period_bounds,
    previous_bounds,
    quarter_of,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RUNNING = ("week", "month", "quarter", "year")
MOMENTS = st.datetimes(datetime(2004, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
DAYS = st.dates(date(2004, 1, 1), date(2040, 1, 1))


def days(first: str, after: str) -> tuple[datetime, datetime]:
    """From local midnight of one day to local midnight of another, in UTC."""
    start, end = (midnight(date.fromisoformat(d), SHANGHAI) for d in (first, after))
    return start, end


@pytest.mark.parametrize(
    ("key", "first", "after"),
    [
        ("week", "2026-11-16", "2026-11-23"),
        ("month", "2026-11-01", "2026-12-01"),
        ("quarter", "2026-10-01", "2027-01-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_is_cut_at_local_midnights(key: str, first: str, after: str) -> None:
    assert period_bounds(key, NOW, SHANGHAI) == days(first, after)


def test_a_new_month_begins_with_the_local_day() -> None:
    evening_in_utc = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # 1 December, 00:00 in Shanghai
    assert period_bounds("month", evening_in_utc, SHANGHAI) == days("2026-12-01", "2027-01-01")
    assert local_date(evening_in_utc, SHANGHAI) == date(2026, 12, 1)


def test_the_last_day_of_a_custom_period_belongs_to_it() -> None:
    one_day = period_bounds("custom", NOW, SHANGHAI, date(2026, 11, 3), date(2026, 11, 3))
    assert one_day == days("2026-11-03", "2026-11-04")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, date(2026, 11, 3), "开始日期"),
        (date(2026, 11, 3), None, "结束日期"),
        (date(2026, 11, 3), date(2026, 11, 2), "结束日期"),
    ],
)
def test_a_custom_period_needs_both_days_in_order(
    first: date | None, last: date | None, field: str
) -> None:
    with pytest.raises(RuleError) as refused:
        period_bounds("custom", NOW, SHANGHAI, first, last)
    assert refused.value.field == field
    assert field in refused.value.message


def test_an_unknown_period_is_refused_with_those_there_are() -> None:
    with pytest.raises(RuleError, match=r"decade.*本周、本月、本季、本年、自定义"):
        period_bounds("decade", NOW, SHANGHAI)
    assert set(PERIODS) == {*RUNNING, "custom"}


@given(st.sampled_from(RUNNING), MOMENTS)
def test_now_lies_within_every_running_period(key: str, now: datetime) -> None:
    start, end = period_bounds(key, now, SHANGHAI)
    assert start <= now < end


@given(st.sampled_from(RUNNING), MOMENTS)
def test_periods_follow_one_another_without_gap_or_overlap(key: str, now: datetime) -> None:
    start, end = period_bounds(key, now, SHANGHAI)
    assert period_bounds(key, end, SHANGHAI)[0] == end
    assert period_bounds(key, end - timedelta(microseconds=1), SHANGHAI) == (start, end)
    before = period_bounds(key, start - timedelta(microseconds=1), SHANGHAI)
    assert previous_bounds(start, end, SHANGHAI) == before


def test_the_period_before_a_whole_month_is_the_month_before() -> None:
    november, october = days("2026-11-01", "2026-12-01"), days("2026-10-01", "2026-11-01")
    assert previous_bounds(*november, SHANGHAI) == october


@pytest.mark.parametrize("tz", [None, SHANGHAI])
def test_the_period_before_any_other_is_exactly_as_long(tz: ZoneInfo | None) -> None:
    assert previous_bounds(*days("2026-11-03", "2026-11-13"), tz) == days(
        "2026-10-24", "2026-11-03"
    )


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 3, 31), "2026Q1"),
        (date(2026, 4, 1), "2026Q2"),
        (date(2026, 9, 30), "2026Q3"),
        (date(2026, 12, 31), "2026Q4"),
    ],
)
def test_a_quarter_is_named_after_its_year(day: date, quarter: str) -> None:
    assert quarter_of(day) == quarter


@pytest.mark.parametrize(
    ("first", "after", "points", "first_label", "last_label"),
    [
        ("2026-11-16", "2026-11-23", 7, "11月16日", "11月22日"),
        ("2026-11-01", "2026-12-01", 30, "11月1日", "11月30日"),
        ("2026-10-01", "2027-01-01", 14, "10月1日起", "12月31日起"),
        ("2026-01-01", "2027-01-01", 12, "1月", "12月"),
        ("2025-01-15", "2026-11-21", 23, "2025年1月", "2026年11月"),
        ("2022-01-01", "2026-01-01", 16, "2022Q1", "2025Q4"),
        ("2010-01-01", "2026-01-01", 16, "2010年", "2025年"),
    ],
)
def test_a_trend_is_cut_so_that_it_has_a_readable_number_of_points(
    first: str, after: str, points: int, first_label: str, last_label: str
) -> None:
    cut = buckets(*days(first, after), SHANGHAI)
    assert (len(cut), cut[0][0], cut[-1][0]) == (points, first_label, last_label)


@given(DAYS, st.integers(1, 4000))
def test_buckets_cover_the_period_without_gap_or_overlap(first: date, length: int) -> None:
    start, end = midnight(first, SHANGHAI), midnight(first + timedelta(days=length), SHANGHAI)
    cut = buckets(start, end, SHANGHAI)
    assert (cut[0][1], cut[-1][2]) == (start, end)
    assert all(begin < stop for _, begin, stop in cut)
    assert all(one[2] == following[1] for one, following in pairwise(cut))


@given(DAYS, st.integers(1, 4000))
def test_a_trend_names_every_point_differently(first: date, length: int) -> None:
    start, end = midnight(first, SHANGHAI), midnight(first + timedelta(days=length), SHANGHAI)
    labels = [label for label, _, _ in buckets(start, end, SHANGHAI)]
    assert len(set(labels)) == len(labels)


@given(DAYS, st.integers(7, 4000))
def test_a_trend_has_at_least_seven_points_and_at_most_a_month_and_a_half_of_days(
    first: date, length: int
) -> None:
    start, end = midnight(first, SHANGHAI), midnight(first + timedelta(days=length), SHANGHAI)
    points = len(buckets(start, end, SHANGHAI))
    # between 32 and 42 days no cut gives 7 to 31 points: days it is
    assert 7 <= points <= (length if length <= 42 else 31)
