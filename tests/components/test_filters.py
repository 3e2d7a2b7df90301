"""The present is never before now, and the filters survive the way through an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import filters
from data.periods import PERIODS

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy puts the zone on
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(MOMENTS)
def test_the_present_is_never_before_now_and_at_most_a_minute_ahead(now: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return now

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filters, "datetime", Clock)
        present = filters.present()
    assert timedelta(0) < present - now <= timedelta(minutes=1)
    assert (present.second, present.microsecond) == (0, 0)


class Browser:
    """One visitor's state and address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **params: str) -> None:
        self.session_state: dict[str, Any] = {}
        self.query_params = params
        monkeypatch.setattr(filters, "st", self)
        monkeypatch.setattr(filters.identity, "key_params", dict)


UNITS = {"A": (1, "A", "街道", "street", "/1/"), "B": (2, "B", "社区", "community", "/1/2/")}


@pytest.mark.parametrize("period", PERIODS)
def test_filters_come_back_from_the_address_they_were_written_to(
    monkeypatch: pytest.MonkeyPatch, period: str
) -> None:
    first = Browser(monkeypatch, unit="B", period=period, first="2026-03-04", last="2026-05-06")
    filters._restore(UNITS)
    address = urlencode(filters.link_params())
    params = {name: values[0] for name, values in parse_qs(address).items()}
    second = Browser(monkeypatch, **params)
    filters._restore(UNITS)
    names = [filters.UNIT, filters.PERIOD]
    names += [filters.FIRST, filters.LAST] if period == "custom" else []
    assert [second.session_state[n] for n in names] == [first.session_state[n] for n in names]


def test_days_stand_in_the_address_only_where_they_count(monkeypatch: pytest.MonkeyPatch) -> None:
    Browser(monkeypatch, unit="B", period="month", first="2026-03-04", last="2026-05-06")
    filters._restore(UNITS)
    assert filters.link_params() == {"unit": "B", "period": "month"}


@pytest.mark.parametrize("wrong", [{"unit": "Z"}, {"period": "decade"}, {}])
def test_what_the_address_does_not_know_is_the_default(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    Browser(monkeypatch, **wrong)
    filters._restore(UNITS)
    assert filters.link_params() == {"unit": "A", "period": "year"}


def test_a_choice_made_comes_before_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    Browser(monkeypatch, unit="A")
    filters.choose_unit("B")
    filters._restore(UNITS)
    assert filters.link_params()["unit"] == "B"


@pytest.mark.parametrize("text", [None, "", "soon", "2026-13-01", "<script>"])
def test_a_day_that_is_none_is_nothing(text: str | None) -> None:
    assert filters._parse_day(text) is None


def test_a_day_is_read_as_it_is_written() -> None:
    assert filters._parse_day("2026-03-04") == date(2026, 3, 4)
