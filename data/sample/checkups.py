"""Quarterly check-ups (党性体检) as rows; a few members fall below the warning lines."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from data.method import Method
from data.periods import quarter_of
from data.sample.checkup_parts import PartwiseCheckups
from data.sample.geometry import Array
from data.sample.moments import Clock
from data.sample.people import People
from data.sample.units import Row, Street
from data.scoring import weights_of

TAKEN_PART = 0.97
POOR, VERY_POOR = -1.85, -2.3  # quality below which a check-up goes wrong
DROP, BIG_DROP = 18.0, 29.0


def make_checkups(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    clock: Clock,
    partwise: PartwiseCheckups,
) -> list[Row]:
    """Check-ups of every quarter that the history touches, in order of time.

    Those of the running quarter that are entered part by part are in ``partwise`` already.
    """
    if method.checkup is None:
        return []
    weights = {f"{part}_weight": weight for part, weight in weights_of(method.checkup).items()}
    quality = np.array(people.quality)
    rows: list[Row] = [*partwise.checkups]
    running = quarter_of(clock.today)
    for number, last in enumerate(_quarter_ends(clock)):
        scores = _scores(rng, quality, number)
        taken = rng.random(len(quality)) < TAKEN_PART
        days = rng.integers(0, 16, len(quality)).tolist()
        wait = rng.integers(1, method.checkup.publish_within_days + 1, len(quality)).tolist()
        for index, member in enumerate(people.members):
            day = last - timedelta(days=days[index])
            left = member["left_on"] or clock.today
            if not taken[index] or not member["joined_on"] <= day <= min(left, clock.today):
                continue
            if quarter_of(day) == running and member["id"] in partwise.members:
                continue
            published = day + timedelta(days=wait[index])
            rows.append(
                {
                    "member_id": member["id"],
                    "unit_id": member["unit_id"],
                    "method_id": 1,
                    "quarter": quarter_of(day),
                    **dict(zip(_PARTS, scores[index].tolist(), strict=True)),
                    **weights,
                    "checked_on": day,
                    "published_on": published if published <= clock.today else None,
                    "recorded_at": clock.office_moment(day, 0, 0.5),
                    "recorded_by": people.worker_of_member(street, index),
                }
            )
    rows.sort(key=lambda row: (row["recorded_at"], row["member_id"]))
    return [{"id": number, **row} for number, row in enumerate(rows, start=1)]


_PARTS = ("self_score", "democratic_score", "organisation_score")


def _quarter_ends(clock: Clock) -> list[date]:
    """The last day of each quarter from the first of the history to the present one."""
    ends, day = [], date(clock.first_day.year, (clock.first_day.month - 1) // 3 * 3 + 1, 1)
    while day <= clock.today:
        following = date(day.year + (day.month + 2) // 12, (day.month + 2) % 12 + 1, 1)
        ends.append(following - timedelta(days=1))
        day = following
    return ends


def _scores(rng: Generator, quality: Array, quarter: int) -> Array:
    """Three scores a member, in half points; everybody improves a little over time."""
    count = len(quality)
    today = 0.94 * quality + 0.34 * rng.normal(0, 1, count)
    drop = np.where(today < VERY_POOR, BIG_DROP, np.where(today < POOR, DROP, 0.0))
    better = 0.25 * quarter
    own = 92 + 1.5 * quality + rng.normal(0, 3, count) - drop / 4
    others = 86 + better + 4.2 * today + rng.normal(0, 2.6, count) - drop
    committee = 85 + better + 4.6 * today + rng.normal(0, 3.0, count) - drop
    return np.round(np.column_stack([own, others, committee]).clip(20, 100) * 2) / 2
