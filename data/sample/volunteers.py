"""Service records as rows: who served when, for how long, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter

import numpy as np
from numpy.random import Generator

from data.method import Method
from data.sample.decisions import Verdict
from data.sample.geometry import Array
from data.sample.moments import SERVICE_HOURS, Clock, day_weights, draw_minutes
from data.sample.oddities import whole_hours
from data.sample.people import People
from data.sample.sizes import Sizes
from data.sample.units import Row, Street

LENGTHS = (30, 40, 60, 90, 120, 150, 180, 240)  # minutes of one service
LENGTH_SHARES = (0.08, 0.06, 0.25, 0.2, 0.22, 0.08, 0.08, 0.03)
RETURNED, LEFT_WAITING, MISTAKEN = 0.012, 0.0006, 0.0012
OWN_SKILL, AT_HOME = 0.65, 0.8
OVERLAPPING = 1.04  # records drawn for each one kept
NOTES = ("", "", "", "", "按计划开展", "居民反响好", "与物业共同完成", "节前集中行动")


@dataclass
class Service:
    """Records in order of recording, the decisions on them, and who took part in orders."""

    records: list[Row]
    verdicts: list[Verdict]


def make_service(
    rng: Generator, method: Method, street: Street, people: People, sizes: Sizes, clock: Clock
) -> Service:
    """Service records of the history; hours that need approval mostly have it by now."""
    minutes, who, length = _sessions(rng, street, people, sizes, clock)
    rows = _record_rows(rng, method, street, people, clock, minutes, who, length)
    verdicts = _decide(rng, method, street, people, clock, rows)
    rows += _reversals(rng, clock, rows, verdicts)
    rows.sort(key=itemgetter("recorded_at"))
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    for row in rows:
        if row["reverses_id"] is not None:
            row["reverses_id"] = row["reverses_id"]["id"]
    return Service(rows, verdicts)


def _march(month: int) -> float:
    """Volunteers' month is March; the coldest and hottest weeks are slower."""
    return {3: 1.6, 1: 0.8, 2: 0.75, 7: 0.85, 8: 0.85}.get(month, 1.0)


def _sessions(
    rng: Generator, street: Street, people: People, sizes: Sizes, clock: Clock
) -> tuple[Array, Array, Array]:
    """Start minutes, volunteer numbers and lengths; nobody serves in two places at once."""
    count = round(sizes.service_records * OVERLAPPING)
    weights = day_weights(clock, 1.35, _march)
    minutes = draw_minutes(rng, clock, count, weights, SERVICE_HOURS)
    length = rng.choice(LENGTHS, count, p=LENGTH_SHARES)
    minutes = np.minimum(minutes, clock.minute_of(clock.now) - length - 5)
    who = _who_serves(rng, people, clock, minutes)
    length = whole_hours(length, minutes, who, street, people, clock)
    minutes = np.minimum(minutes, clock.minute_of(clock.now) - length - 5)
    order = np.lexsort((minutes, who))
    who, minutes, length = who[order], minutes[order], length[order]
    clear = np.ones(count, bool)
    clear[1:] = (who[1:] != who[:-1]) | (minutes[1:] >= minutes[:-1] + length[:-1])
    keep = np.flatnonzero(clear & (who >= 0))
    keep = keep[np.argsort(minutes[keep], kind="stable")]
    return minutes[keep], who[keep], length[keep]


def _who_serves(rng: Generator, people: People, clock: Clock, minutes: Array) -> Array:
    """A volunteer for each session, present that day; -1 where nobody was found."""
    activity = rng.lognormal(0, 0.85, len(people.volunteers))
    share = activity / activity.sum()
    first = np.array([(v["joined_on"] - clock.first_day).days for v in people.volunteers])
    last = np.array(
        [((v["left_on"] or clock.today) - clock.first_day).days for v in people.volunteers]
    )
    day = (minutes // 1440).astype(int)
    who = np.full(len(minutes), -1)
    for _ in range(12):
        open_ = np.flatnonzero(who < 0)
        tried = rng.choice(len(share), len(open_), p=share)
        present = (first[tried] <= day[open_]) & (day[open_] <= last[tried])
        who[open_[present]] = tried[present]
    return who


def _record_rows(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    clock: Clock,
    minutes: Array,
    who: Array,
    length: Array,
) -> list[Row]:
    count = len(minutes)
    waits = method.volunteering.hours_need_approval
    lag = np.where(rng.random(count) < 0.7, rng.uniform(2, 90, count), rng.uniform(90, 2000, count))
    starts, noted = clock.times(minutes), clock.times(minutes + length + lag)
    skills = {team["id"]: team["skill"] for team in people.teams}
    draws = rng.random((count, 4)).tolist()
    rows = []
    for index, volunteer_index in enumerate(who.tolist()):
        volunteer, (skilled, other, place, note) = people.volunteers[volunteer_index], draws[index]
        skill = skills[volunteer["team_id"]] if skilled < OWN_SKILL else ""
        worker = people.worker_of_volunteer(street, volunteer["id"])
        rows.append(
            {
                "volunteer_id": volunteer["id"],
                "unit_id": _where(street, people, volunteer, place),
                "team_id": volunteer["team_id"],
                "order_id": None,
                "activity": _what(method.volunteering.activities, skill, other),
                "started_at": starts[index],
                "minutes": int(length[index]),
                "note": NOTES[int(note * len(NOTES))],
                "certified_by": worker,
                "reverses_id": None,
                "needs_approval": int(waits),
                "status": "pending" if waits else "approved",
                "recorded_at": noted[index],
                "recorded_by": worker,
            }
        )
    return rows


def _what(activities: list[str], skill: str, draw: float) -> str:
    """The volunteer's own skill where that is a kind of service, else any kind."""
    return skill if skill in activities else activities[int(draw * len(activities))]


def _where(street: Street, people: People, volunteer: Row, draw: float) -> int:
    """The volunteer's own unit, or now and then another one of the same grid."""
    if draw < AT_HOME:
        return int(volunteer["unit_id"])
    home = street.spots[people.spot_of_volunteer[volunteer["id"] - 1]]
    spots = street.grids[home.grid].spots
    return street.spots[spots[int((draw - AT_HOME) / (1 - AT_HOME) * len(spots))]].unit_id


def _decide(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    clock: Clock,
    rows: list[Row],
) -> list[Verdict]:
    """Decisions within some days; the youngest records and a few old ones still wait."""
    if not method.volunteering.hours_need_approval:
        return []
    draws = rng.random((len(rows), 4)).tolist()
    verdicts = []
    for row, (lag, hour, returned, waits) in zip(rows, draws, strict=True):
        day = clock.local_day(row["recorded_at"])
        at = max(
            clock.office_moment(day, 1 + 3.5 * lag**2, hour),
            row["recorded_at"] + timedelta(minutes=20),
        )
        if at >= clock.now or waits < LEFT_WAITING:
            continue
        row["status"] = "returned" if returned < RETURNED else "approved"
        by = people.reviewer(street, row["unit_id"])
        verdicts.append(Verdict("service_record", row, row["status"], at, by))
    return verdicts


def _reversals(rng: Generator, clock: Clock, rows: list[Row], verdicts: list[Verdict]) -> list[Row]:
    """Counter-entries for a few counted records."""
    counted = [(v.row, v.at) for v in verdicts if v.verdict == "approved"]
    counted = counted or [(row, row["recorded_at"]) for row in rows]
    count = max(1, round(len(counted) * MISTAKEN))
    counter_entries = []
    for index in rng.choice(len(counted), min(count, len(counted)), replace=False).tolist():
        row, since = counted[index]
        at = since + timedelta(minutes=int(rng.integers(60, 15_000)))
        if at < clock.now:
            changes = {"minutes": -row["minutes"], "reverses_id": row, "needs_approval": 0}
            changes |= {"status": "approved", "recorded_at": at, "note": "重复登记，冲正"}
            counter_entries.append(row | changes)
    return counter_entries
