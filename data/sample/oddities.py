"""Odd entries, a few of each: what every rule of 数据质量 finds something in.

They are ordinary rows of the sample, changed where they were recorded oddly, so nothing is
counted twice.  They begin in the community of the demo accounts, for its secretary to see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from data.quality import ALIKE_FROM, AT_ONCE
from data.sample.geometry import Array
from data.sample.moments import Clock
from data.sample.people import SOMEBODY, People
from data.sample.units import Row, Street

LATE_DAYS = (34, 51)
LATE_GRIDS, LATE_EACH = (1, 24, 47), 3
ROUND_GRIDS, ROUND_DAYS = (2, 33), 75
ALIKE, SAME_WORDS = 7, "家中平安，无新增需求"
CLOSED, CLOSED_EVERY = 11, timedelta(seconds=5)
RECENT = 25  # days back in which odd entries are looked for
CLOSED_SINCE = 50  # the same for closings: nobody closes ten on one day of a long holiday


def grids_in_order(street: Street) -> list[int]:
    """Numbers of the grids as the demo accounts are given them: the demo grid first."""
    paths = [street.units[grid.unit_id - 1]["path"] for grid in street.grids]
    return sorted(range(len(paths)), key=paths.__getitem__)


def odd_grids(street: Street, people: People, places: tuple[int, ...]) -> list[int]:
    """The grids at some places of that order that have a worker of their own."""
    ordered = [g for g in grids_in_order(street) if people.workers[g] != SOMEBODY]
    return [ordered[place] for place in places if place < len(ordered)]


def record_late(
    rows: list[Row], earlier: Callable[[Row, int], None], names: set[str], clock: Clock
) -> None:
    """Let a few of the youngest entries of some recorders be of a month and more before.

    ``earlier`` puts the happening of a row so many days back.
    """
    since = clock.now - timedelta(days=RECENT)
    found: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: row["recorded_at"], reverse=True):
        by = row["recorded_by"]
        if row["recorded_at"] < since:
            return
        if by in names and found[by] < LATE_EACH and row["reverses_id"] is None:
            spread = LATE_DAYS[1] - LATE_DAYS[0]
            earlier(row, LATE_DAYS[0] + 7 * found[by] % spread)
            found[by] += 1


def visits_recorded_late(rows: list[Row], street: Street, people: People, clock: Clock) -> None:
    """Visits of a month before, entered by a few grid workers."""

    def earlier(row: Row, days: int) -> None:
        row["visited_at"] -= timedelta(days=days)

    names = {people.workers[grid] for grid in odd_grids(street, people, LATE_GRIDS)}
    record_late(rows, earlier, names, clock)


def visits_written_alike(rows: list[Row], street: Street, people: People, clock: Clock) -> None:
    """One recorder's visits of some weeks, entered in one evening in the same words."""
    first = grids_in_order(street)[0]
    area = set(street.units[street.grids[first].unit_id - 1]["path"].split("/")[:-2])
    since, until = clock.now - timedelta(days=RECENT), clock.midnight(clock.today)
    by_whom: dict[str, list[Row]] = defaultdict(list)
    late = {people.workers[grid] for grid in odd_grids(street, people, LATE_GRIDS)}
    for row in rows:
        if since < row["visited_at"] < until and row["recorded_by"] not in late:
            path = street.units[row["unit_id"] - 1]["path"].split("/")
            if area <= set(path):
                by_whom[row["recorded_by"]].append(row)
    if not by_whom:
        return
    busiest: list[Row] = max(by_whom.values(), key=len)
    alike = sorted(busiest, key=lambda row: row["visited_at"])[-ALIKE:]
    evening = _evening(alike[-1]["visited_at"], clock)
    if len(alike) >= ALIKE_FROM and evening:
        for number, row in enumerate(alike):
            at = evening + timedelta(seconds=38 * number)
            row |= {"recorded_at": at, "finding": SAME_WORDS}


def _evening(last: datetime, clock: Clock) -> datetime | None:
    """A little after the last visit of that day, while the day lasts."""
    at = last + timedelta(minutes=20)
    end = at + timedelta(minutes=10)
    return at if clock.local_day(end) == clock.local_day(last) and end < clock.now else None


def whole_hours(
    length: Array, minutes: Array, who: Array, street: Street, people: People, clock: Clock
) -> Array:
    """Lengths in which some grids' services of the last weeks are rounded to hours."""
    grid_of = np.array([street.spots[spot].grid for spot in people.spot_of_volunteer])
    chosen = np.isin(grid_of[who], odd_grids(street, people, ROUND_GRIDS))
    chosen &= minutes > clock.minute_of(clock.now) - ROUND_DAYS * 1440
    return np.where(chosen, np.maximum(60, np.round(length / 60) * 60), length).astype(int)


def closed_at_once(rows: list[Row], histories: list[list[Row]], clock: Clock) -> None:
    """One evening on which somebody entered the closing of the day's appeals in one go."""
    groups: dict[tuple[date, str], list[tuple[Row, Any]]] = defaultdict(list)
    since = clock.now - timedelta(days=CLOSED_SINCE)
    for row, history in zip(rows, histories, strict=True):
        closed = row["closed_at"]
        if row["state_type"] == "closed" and closed > since:
            place = next(n for n, event in enumerate(history) if event["happened_at"] == closed)
            following = history[place + 1]["happened_at"] if history[place + 1 :] else None
            day = clock.local_day(closed)
            groups[day, history[place]["recorded_by"]].append((history[place], following))
    for key in sorted(groups, reverse=True):
        if _close_at_once(groups[key], clock):
            return


def _close_at_once(group: list[tuple[Row, Any]], clock: Clock) -> bool:
    """Whether there were enough of them that nothing had happened to since."""
    at = _evening(max(event["happened_at"] for event, _ in group), clock)
    if at is None:
        return False
    over = at + CLOSED * CLOSED_EVERY
    quiet = [event for event, following in group if following is None or following > over]
    if len(quiet) < AT_ONCE:
        return False
    for number, event in enumerate(quiet[-CLOSED:]):
        event["recorded_at"] = at + number * CLOSED_EVERY
    return True
