"""Numbers, days and lengths of time as people here write them; data never becomes markup."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.markup import day, escape, moment, number, quarter_text, span

MARCH = datetime(2019, 3, 4, 16, 5, tzinfo=UTC)


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    safe = escape(text)
    assert not set("<>\"'") & set(safe)
    assert unescape(safe) == unescape(unescape(safe)) or unescape(safe) == text


@given(st.text(alphabet="<>&\"'a;"))
def test_escaping_loses_nothing(text: str) -> None:
    assert unescape(escape(text)) == text


def test_nothing_is_an_empty_text() -> None:
    assert (escape(None), escape(0), escape("")) == ("", "0", "")


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (0, 0, "0"),
        (1234, 0, "1,234"),
        (1234.56, 1, "1,234.6"),
        (99_999, 0, "99,999"),
        (100_000, 0, "10.0万"),
        (-250_000, 0, "-25.0万"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-3.5, 1, "-3.5"),
        (None, 0, "—"),
        (math.nan, 1, "—"),
    ],
)
def test_a_number_as_people_write_it(value: float | None, decimals: int, words: str) -> None:
    assert number(value, decimals) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "0分钟"),
        (0.5, "30分钟"),
        (-0.5, "30分钟"),
        (1, "1小时"),
        (23.99, "23小时"),
        (24, "1天"),
        (27.2, "1天3小时"),
        (-52, "2天4小时"),
    ],
)
def test_a_length_of_time_in_words(hours: float, words: str) -> None:
    assert span(hours) == words


def test_a_moment_is_told_on_the_local_clock() -> None:
    assert moment(datetime(2019, 3, 4, 16, 5, tzinfo=UTC), MARCH) == "3月5日 00:05"
    assert moment(datetime(2018, 12, 31, 16, 5, tzinfo=UTC), MARCH) == "1月1日 00:05"


def test_another_year_is_named() -> None:
    assert moment(datetime(2018, 12, 31, 15, 5, tzinfo=UTC), MARCH) == "2018年12月31日 23:05"
    assert moment(datetime(2018, 3, 4, 1, 5, tzinfo=UTC)) == "2018年3月4日 09:05"


def test_a_moment_without_a_zone_is_local_already() -> None:
    assert moment(pd.Timestamp(2019, 3, 4, 9, 5)) == "2019年3月4日 09:05"


@pytest.mark.parametrize("nothing", [None, pd.NaT])
def test_no_moment_is_a_dash(nothing: datetime | None) -> None:
    assert moment(nothing) == "—"


def test_a_day_is_the_local_one() -> None:
    assert day(date(2026, 1, 2)) == "2026年1月2日"
    assert day(datetime(2026, 1, 1, 16, 0, tzinfo=UTC)) == "2026年1月2日"


def test_quarters_are_counted_in_chinese() -> None:
    words = [quarter_text(f"2026Q{n}") for n in (1, 2, 3, 4)]
    assert words == ["2026年一季度", "2026年二季度", "2026年三季度", "2026年四季度"]
