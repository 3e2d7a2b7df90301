"""Reporting periods of indicators."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.method import Indicator
from data.reporting import (
    EXAMPLES,
    check_period,
    check_value,
    first_day,
    period_key,
    period_name,
    recent_periods,
)

DAY = date(2026, 11, 20)
CYCLES = st.sampled_from(list(EXAMPLES))
DAYS = st.dates(date(2000, 1, 10), date(2090, 1, 1))


@pytest.mark.parametrize(("every", "key"), EXAMPLES.items())
def test_a_day_lies_in_one_period_of_each_kind(every, key):
    assert period_key(every, DAY) == key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026W07", "2026年第7周"),
        ("2026-03", "2026年3月"),
        ("2026Q3", "2026年3季度"),
        ("2026H1", "2026年上半年"),
        ("2026H2", "2026年下半年"),
        ("2026", "2026年"),
    ],
)
def test_a_period_is_named_as_people_say_it(key, name):
    assert period_name(key) == name


@given(CYCLES, DAYS)
def test_a_period_begins_with_its_first_day_and_not_before(every, day):
    key = period_key(every, day)
    first = first_day(every, key)
    assert first <= day
    assert period_key(every, first) == key
    assert period_key(every, first - timedelta(days=1)) != key


@given(CYCLES, DAYS)
def test_recent_periods_follow_one_another_without_a_gap(every, day):
    keys = recent_periods(every, day, 5)
    assert keys[0] == period_key(every, day)
    for later, earlier in pairwise(keys):
        assert period_key(every, first_day(every, later) - timedelta(days=1)) == earlier


@pytest.mark.parametrize(
    ("every", "key"),
    [
        ("month", "2026-13"),
        ("month", "2026Q1"),
        ("quarter", "2026Q5"),
        ("week", "2025W53"),
        ("half_year", "H1"),
        ("year", "二〇二六"),
        ("year", "0000"),
        ("month", ""),
        ("year", "２０２６"),
    ],
)
def test_what_is_no_period_is_refused_with_an_example(every, key):
    with pytest.raises(RuleError, match=EXAMPLES[every]):
        first_day(every, key)


def test_a_period_that_has_not_begun_is_refused():
    check_period("month", "2026-11", DAY)
    with pytest.raises(RuleError, match="2026年12月还没有到"):
        check_period("month", "2026-12", DAY)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-1, "不能小于 0"),
        (101, "不能大于 100"),
        (1.25, "最多 1 位小数"),
        (float("nan"), "一个数"),
        (float("inf"), "一个数"),
    ],
)
def test_a_number_the_indicator_cannot_take_is_refused(value, word):
    rate = Indicator(
        key="r", name="覆盖率", measure="%", every="month", level="grid", decimals=1, high=100
    )
    check_value(rate, 99.9)
    with pytest.raises(RuleError, match=word) as caught:
        check_value(rate, value)
    assert caught.value.field == "覆盖率"


def test_a_whole_number_is_asked_for_where_there_are_no_decimals():
    count = Indicator(key="c", name="巡查", measure="次", every="week", level="grid")
    check_value(count, 3.0)
    with pytest.raises(RuleError, match="须填整数"):
        check_value(count, 3.5)
