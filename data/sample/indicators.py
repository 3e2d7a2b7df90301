"""Reports of indicators as rows: most units most periods, a few corrected, some 未报."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from operator import itemgetter

from numpy.random import Generator

from data.method import Indicator, Method
from data.reporting import first_day, recent_periods
from data.sample.moments import Clock
from data.sample.people import People
from data.sample.units import Row, Street

PERIODS = {"week": 8, "month": 6, "quarter": 4, "half_year": 3, "year": 2}
REPORTED = 0.93
LATEST = 5  # days after a period's end by which it is reported
CORRECTED = 400  # one report in so many is taken back and made again
WHY = "数字填错，更正后重报"


def make_reports(
    rng: Generator, method: Method, street: Street, people: People, clock: Clock
) -> list[Row]:
    """Rows of ``indicator_report`` in order of recording, for periods that have ended."""
    by_unit = {grid.unit_id: people.workers[n] for n, grid in enumerate(street.grids)}
    rows = []
    for one in method.indicators:
        units = [unit for unit in street.units if unit["level"] == one.level]
        for unit in units:
            by = by_unit.get(unit["id"]) or people.reviewer(street, unit["id"])
            usual = _usual(rng, one)
            rows += list(_history(rng, one, unit["id"], usual, by, clock))
    rows += _corrections(rng, rows, clock)
    rows.sort(key=itemgetter("recorded_at"))
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    for row in rows:
        if row["reverses_id"] is not None:
            row["reverses_id"] = row["reverses_id"]["id"]
    return rows


def _history(
    rng: Generator, one: Indicator, unit_id: int, usual: float, by: str, clock: Clock
) -> Iterator[Row]:
    periods = recent_periods(one.every, clock.today, PERIODS[one.every])
    for following, period in pairwise(periods):
        reported, lag, hour, much = rng.random(4).tolist()
        day = first_day(one.every, following) + timedelta(days=int(lag * LATEST))
        if reported < REPORTED and clock.first_day < day < clock.today:
            yield {
                "unit_id": unit_id,
                "method_id": 1,
                "indicator_key": one.key,
                "indicator_name": one.name,
                "measure": one.measure,
                "period": period,
                "value": _within(one, usual * (0.75 + 0.5 * much)),
                "note": "",
                "reverses_id": None,
                "recorded_at": clock.office_moment(day, 0, hour),
                "recorded_by": by,
            }


def _usual(rng: Generator, one: Indicator) -> float:
    """About what a unit reports: a share nearly whole, of things a handful."""
    if one.measure == "%":
        return float(rng.uniform(72, 96))
    few = float(rng.lognormal(1.9, 0.5))
    return few if one.high is None else min(few, one.high / 3)


def _within(one: Indicator, value: float) -> float:
    high = value if one.high is None else min(value, one.high)
    return float(round(max(one.low, high), one.decimals))


def _corrections(rng: Generator, rows: list[Row], clock: Clock) -> list[Row]:
    """For a few reports the counter-entry and the report that followed it."""
    more = []
    for index in rng.choice(len(rows), len(rows) // CORRECTED, replace=False).tolist():
        first = rows[index]
        at = first["recorded_at"] + timedelta(minutes=25)
        if at + timedelta(minutes=2) < clock.now:
            taken = {"value": -first["value"], "note": WHY, "reverses_id": first}
            more.append(first | taken | {"recorded_at": at})
            more.append(first | {"recorded_at": at + timedelta(minutes=2)})
            first["value"] = float(first["value"] // 2)  # the slip that was noticed
    for counter in more[::2]:
        counter["value"] = -counter["reverses_id"]["value"]
    return more
