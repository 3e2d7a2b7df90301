from __future__ import annotations

import math
from dataclasses import replace

import pytest

from data.metrics import METRICS, measure
from data.periods import buckets
from data.queries.facts import fetch_unit_facts
from data.queries.overview import fetch_trend
from data.scope import Scope
from data.settings import zone
from tests.data.queries.busy import DAY, MONTH, MONTH_END, NOW, Busy

DAYS = buckets(MONTH, MONTH_END, zone())
MONTHS = [
    ("9月", MONTH - 61 * DAY, MONTH - 31 * DAY),
    ("10月", MONTH - 31 * DAY, MONTH),
    ("11月", MONTH, MONTH_END),
    ("12月", MONTH_END, MONTH_END + 31 * DAY),
]


def values(busy: Busy, key: str, cut: list[tuple[str, object, object]]) -> list[float]:
    with busy.engines.read() as connection:
        return fetch_trend(connection, busy.scope(), key, cut)["value"].tolist()


@pytest.mark.parametrize("cut", [MONTHS, DAYS], ids=["months", "days"])
def test_each_bucket_is_the_figure_of_its_own_period(busy: Busy, cut: list) -> None:
    with busy.engines.read() as connection:
        scopes = [Scope(busy.path, start, end, NOW) for _, start, end in cut]
        totals = [fetch_unit_facts(connection, scope).sum() for scope in scopes]
    for key in sorted(set(METRICS) - {"response_rate"}):
        trend = values(busy, key, cut)
        for scope, total, value in zip(scopes, totals, trend, strict=True):
            figure = measure(METRICS[key], total).value
            if scope.start > NOW or figure is None:
                assert math.isnan(value), (key, scope)
            else:
                assert value == pytest.approx(figure), (key, scope)


def test_a_response_counts_where_the_appeal_was_received(busy: Busy) -> None:
    months = values(busy, "response_rate", MONTHS)
    # October: of red_from_october, late and closed_in_october two were answered
    assert months[1:3] == pytest.approx([2 / 3 * 100, 4 / 6 * 100])
    days = values(busy, "response_rate", DAYS)
    assert days[1] == pytest.approx(3 / 4 * 100)  # 2 November: on_time, not_asked, rejected; red


def test_an_appeal_lights_up_and_goes_out_day_by_day(busy: Busy) -> None:
    red = values(busy, "red_appeals", DAYS)
    # late was open and overdue until the 2nd; red (due on the 6th) joins red_from_october
    assert red[:7] == [2, 1, 1, 1, 1, 2, 2]


def test_buckets_that_have_not_begun_have_no_value(busy: Busy) -> None:
    trend = values(busy, "visits", DAYS)
    assert [math.isnan(value) for value in trend] == [False] * 20 + [True] * 10
    assert trend[1] == 1 + 1


def test_labels_are_those_of_the_buckets(busy: Busy) -> None:
    with busy.engines.read() as connection:
        trend = fetch_trend(connection, busy.scope(), "visits", MONTHS)
    assert list(trend["label"]) == ["9月", "10月", "11月", "12月"]


def test_a_period_that_lies_ahead_has_no_value(busy: Busy) -> None:
    ahead = replace(busy.scope(), start=MONTH_END, end=MONTH_END + DAY)
    with busy.engines.read() as connection:
        trend = fetch_trend(connection, ahead, "members", [("1日", MONTH_END, MONTH_END + DAY)])
    assert trend["value"].isna().all()
