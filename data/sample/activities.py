"""Activities of the last months as rows, and who signed in at them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from operator import itemgetter

from numpy.random import Generator

from data.method import ActivityKind, Method
from data.sample.moments import Clock
from data.sample.people import People
from data.sample.units import Row, Street

DAYS, EVERY = 180, 30  # how far back activities go, and how often a grid has one
COMES = {"member": 0.72, "volunteer": 0.4}
PLACES = ("社区党群服务中心", "网格党群驿站", "小区活动广场", "居民议事室")
SETTLE = 20  # minutes in which people sign in


def make_activities(
    rng: Generator, method: Method, street: Street, people: People, clock: Clock
) -> tuple[list[Row], list[Row]]:
    """Rows of ``activity`` and of ``activity_signin``, each in order of recording."""
    if not method.activities:
        return [], []
    residents = _residents(street, people)
    held = []
    for number, grid in enumerate(street.grids):
        first = int(rng.integers(0, EVERY))
        for turn, back in enumerate(range(first, DAYS, EVERY)):
            day = clock.today - timedelta(days=back)
            kind = method.activities[(number + turn) % len(method.activities)]
            started_at = clock.office_moment(day, 0, float(rng.random()))
            if clock.local_day(started_at) == day and started_at < clock.now:
                by, place = people.workers[number], PLACES[int(rng.integers(len(PLACES)))]
                row = _row(grid.unit_id, kind, day, place, started_at, by)
                held.append((row, _present(kind, residents[number], day)))
    held.sort(key=lambda pair: pair[0]["recorded_at"])
    activities = [{"id": n, **row} for n, (row, _) in enumerate(held, start=1)]
    signins = [
        signin
        for activity, (_, present) in zip(activities, held, strict=True)
        for signin in _signins(rng, activity, present, clock.now)
    ]
    signins.sort(key=itemgetter("recorded_at"))
    return activities, [{"id": n, **row} for n, row in enumerate(signins, start=1)]


Residents = dict[str, list[Row]]  # by kind of person


def _residents(street: Street, people: People) -> list[Residents]:
    """The members and volunteers of each grid."""
    found: list[Residents] = [{"member": [], "volunteer": []} for _ in street.grids]
    for kind, rows, spots in (
        ("member", people.members, people.spot_of_member),
        ("volunteer", people.volunteers, people.spot_of_volunteer),
    ):
        for row, spot in zip(rows, spots, strict=True):
            found[street.spots[spot].grid][kind].append(row)
    return found


def _present(kind: ActivityKind, residents: Residents, day: date) -> list[tuple[str, int]]:
    """Whoever of those that this kind is for belonged to the grid on the day."""
    return [
        (who, row["id"])
        for who in kind.who
        for row in residents[who]
        if row["joined_on"] <= day <= (row["left_on"] or day)
    ]


def _row(
    unit_id: int, kind: ActivityKind, day: date, place: str, started_at: datetime, by: str
) -> Row:
    return {
        "unit_id": unit_id,
        "method_id": 1,
        "kind_key": kind.key,
        "kind_name": kind.name,
        "title": f"{day.month}月{kind.name}",
        "place": place,
        "started_at": started_at,
        "recorded_at": started_at,
        "recorded_by": by,
    }


def _signins(
    rng: Generator, activity: Row, present: list[tuple[str, int]], now: datetime
) -> list[Row]:
    rows = []
    draws = rng.random((len(present), 2)).tolist()
    for (who, person_id), (comes, late) in zip(present, draws, strict=True):
        at = min(now, activity["started_at"] + timedelta(seconds=int(late * SETTLE * 60)))
        if comes < COMES[who]:
            ids = {"member_id": None, "volunteer_id": None} | {f"{who}_id": person_id}
            row = {"activity_id": activity["id"], **ids, "signed_at": at, "note": ""}
            row |= {"reverses_id": None, "recorded_at": at}
            rows.append(row | {"recorded_by": activity["recorded_by"]})
    return rows
