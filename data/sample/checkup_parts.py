"""Check-ups of the running quarter, entered part by part: some whole, some not yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from numpy.random import Generator

from data.method import Method
from data.periods import quarter_of
from data.sample.moments import Clock
from data.sample.people import People
from data.sample.units import Row, Street
from data.scoring import weights_of

PARTS = ("self", "democratic", "organisation")
USUAL = (92.0, 87.0, 86.0)
ONE_GRID_IN = 4
WHOLE, TWO = 0.55, 0.8  # chances: below the first all parts are there, below the second two
LONGEST = 24  # days that the checking has gone on for at most


@dataclass
class PartwiseCheckups:
    """Rows of ``checkup_part``, the check-ups that they make, and the members concerned."""

    parts: list[Row] = field(default_factory=list)
    checkups: list[Row] = field(default_factory=list)
    members: set[int] = field(default_factory=set)


def make_checkup_parts(
    rng: Generator, method: Method, street: Street, people: People, clock: Clock
) -> PartwiseCheckups:
    """Parts of the running quarter in one grid of four, in order of recording."""
    made = PartwiseCheckups()
    if method.checkup is None:
        return made
    weights = {f"{part}_weight": weight for part, weight in weights_of(method.checkup).items()}
    begun = date(clock.today.year, (clock.today.month - 1) // 3 * 3 + 1, 1)
    begun = max(begun, clock.today - timedelta(days=LONGEST))
    for index, member in enumerate(people.members):
        grid = street.spots[people.spot_of_member[index]].grid
        if grid % ONE_GRID_IN or member["left_on"] or member["joined_on"] > begun:
            continue
        by = people.worker_of_member(street, index)
        mine = _parts(rng, member, people.quality[index], begun, clock)
        made.members.add(member["id"])
        made.parts += [row | {"recorded_by": by} for row in mine]
        if len(mine) == len(PARTS):
            made.checkups.append(_checkup(mine, weights) | {"recorded_by": by})
    made.parts.sort(key=lambda row: (row["recorded_at"], row["member_id"]))
    made.parts = [{"id": number, **row} for number, row in enumerate(made.parts, start=1)]
    return made


def _parts(rng: Generator, member: Row, quality: float, begun: date, clock: Clock) -> list[Row]:
    """One to three parts, one after another between ``begun`` and now."""
    drawn = float(rng.random())
    count = 3 if drawn < WHOLE else 2 if drawn < TWO else 1
    span = (clock.today - begun).days
    days = sorted(int(back) for back in rng.integers(0, span + 1, count))
    moments = sorted(_moment(clock, begun + timedelta(days=n), float(rng.random())) for n in days)
    rows = []
    for part, usual, at in zip(PARTS, USUAL, moments, strict=False):
        score = usual + 2.5 * quality + float(rng.normal(0, 2.5))
        day = clock.local_day(at)
        rows.append(
            {
                "member_id": member["id"],
                "unit_id": member["unit_id"],
                "quarter": quarter_of(day),
                "part": part,
                "score": round(min(100.0, max(60.0, score)) * 2) / 2,
                "checked_on": day,
                "note": "",
                "reverses_id": None,
                "recorded_at": at,
            }
        )
    return rows


def _moment(clock: Clock, day: date, draw: float) -> datetime:
    """In office hours of the day, as far as they have come, and on that day in any case."""
    return max(clock.office_moment(day, 0, draw), clock.midnight(day))


def _checkup(parts: list[Row], weights: Row) -> Row:
    last = parts[-1]
    kept = {name: last[name] for name in ("member_id", "unit_id", "quarter", "recorded_at")}
    scores = {f"{row['part']}_score": row["score"] for row in parts}
    checked_on = max(row["checked_on"] for row in parts)
    kept |= {"method_id": 1, **scores, **weights, "checked_on": checked_on}
    return kept | {"published_on": None}
