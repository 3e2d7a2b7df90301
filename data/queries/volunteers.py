"""Volunteers: rankings, hours, stars, orders and the time bank.  Only approved hours count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, select

from data.access import Permit
from data.method import Star
from data.queries.counting import (
    APPROVED,
    approved_minutes,
    approved_services,
    happened,
    in_period,
    present,
)
from data.queries.frames import frame_of, masked, named
from data.queries.overview import Bucket, fetch_trend
from data.ranking import competition_rank, stars_of
from data.schema import (
    person,
    service_order,
    service_record,
    team,
    time_account,
    time_transfer,
    unit,
    volunteer,
)
from data.scope import Scope, below

MINUTES = 60

ORDER_STEPS = (
    ("placed", "点单", service_order.c.placed_at),
    ("dispatched", "派单", service_order.c.dispatched_at),
    ("accepted", "接单", service_order.c.accepted_at),
    ("served", "服务", service_order.c.served_at),
    ("rated", "评单", service_order.c.rated_at),
)


@dataclass(frozen=True)
class TimeBankTotals:
    """The time bank in points; ``issued`` = ``held`` + ``spent``, ``transfers`` counts gifts."""

    issued: int
    held: int
    spent: int
    transfers: int


def _ranked(frame: pd.DataFrame, tie_break: str) -> pd.DataFrame:
    """Most hours first, with the rank that ties share as the first column."""
    order = frame.sort_values(["hours", tie_break], ascending=[False, True])
    order.insert(0, "rank", competition_rank(order["hours"]))
    return order.reset_index(drop=True)


def fetch_volunteer_ranking(connection: Connection, scope: Scope, limit: int) -> pd.DataFrame:
    """Volunteers of the units below it by approved hours in the period, wherever served.

    Columns: rank, volunteer_id, name (masked), team_name, unit_name, hours, services,
    total_hours (since they joined, for stars).  Left out: who opted out of public
    ranking, who has left, who has no hours.  Ties share a rank; everybody whose rank
    is within ``limit`` is listed.
    """
    served = _served(connection, scope)
    served = served[served["minutes"] > 0].assign(hours=lambda t: t["minutes"] / MINUTES)
    ranked = _ranked(served, "volunteer_id")
    ranked = ranked[ranked["rank"] <= limit]
    people = _people(connection, scope, ranked["volunteer_id"].tolist())
    ranked = ranked.merge(people, on="volunteer_id", how="left")
    columns = ["rank", "volunteer_id", "name", "team_name", "unit_name", "hours", "services"]
    return ranked[[*columns, "total_hours"]]


def _served(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Approved minutes and services in the period of everybody who may be ranked."""
    record = service_record.c
    statement = (
        select(record.volunteer_id, approved_minutes().label("minutes"))
        .add_columns(approved_services().label("services"))
        .join(volunteer, volunteer.c.id == record.volunteer_id)
        .join(unit, unit.c.id == volunteer.c.unit_id)
        .where(below(scope.path), present(volunteer, scope), volunteer.c.in_public_ranking == 1)
        .where(in_period(record.started_at, scope))
        .group_by(record.volunteer_id)
    )
    return frame_of(connection, statement).astype("int64")


def minutes_ever(scope: Scope) -> ColumnElement[Any]:
    """All approved minutes of a volunteer up to the scope's moment."""
    record = service_record.c
    minutes = select(approved_minutes()).where(record.volunteer_id == volunteer.c.id)
    return minutes.where(happened(record.started_at, scope)).scalar_subquery()


def _people(connection: Connection, scope: Scope, volunteer_ids: list[int]) -> pd.DataFrame:
    statement = (
        select(volunteer.c.id.label("volunteer_id"), person.c.name)
        .add_columns(team.c.name.label("team_name"), unit.c.name.label("unit_name"))
        .add_columns((minutes_ever(scope) / float(MINUTES)).label("total_hours"))
        .join(person, person.c.id == volunteer.c.person_id)
        .join(team, team.c.id == volunteer.c.team_id)
        .join(unit, unit.c.id == volunteer.c.unit_id)
        .where(volunteer.c.id.in_(volunteer_ids))
    )
    people = frame_of(connection, statement)
    return people.assign(name=masked(people["name"])).astype({"volunteer_id": "int64"})


def fetch_team_ranking(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Every team by approved hours in the period given in the units below it.

    Columns: rank, team_id, team_name, skill, hours, services, volunteers (who served).
    """
    record = service_record.c
    served = (
        select(record.team_id, approved_minutes().label("minutes"))
        .add_columns(approved_services().label("services"))
        .add_columns(func.count(record.volunteer_id.distinct()).filter(APPROVED).label("people"))
        .join(unit, unit.c.id == record.unit_id)
        .where(below(scope.path), in_period(record.started_at, scope))
        .group_by(record.team_id)
        .subquery()
    )
    statement = select(
        team.c.id.label("team_id"),
        team.c.name.label("team_name"),
        team.c.skill,
        (func.coalesce(served.c.minutes, 0) / float(MINUTES)).label("hours"),
        func.coalesce(served.c.services, 0).label("services"),
        func.coalesce(served.c.people, 0).label("volunteers"),
    ).outerjoin(served, served.c.team_id == team.c.id)
    return _ranked(frame_of(connection, statement), "team_id")


def _ancestors(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


def fetch_hours_trend(
    connection: Connection, scope: Scope, buckets: Sequence[Bucket]
) -> pd.DataFrame:
    """Approved hours bucket by bucket: label, hours (None: not begun yet)."""
    return fetch_trend(connection, scope, "hours", buckets).rename(columns={"value": "hours"})


def fetch_star_distribution(
    connection: Connection, scope: Scope, stars: Sequence[Star]
) -> pd.DataFrame:
    """How many volunteers have how many stars by all their approved hours: stars, name, volunteers.

    Everybody present counts, opted out of ranking or not; 0 stars is the first row.
    """
    statement = select(minutes_ever(scope)).select_from(volunteer)
    statement = statement.join(unit, unit.c.id == volunteer.c.unit_id)
    statement = statement.where(below(scope.path), present(volunteer, scope))
    reached = [stars_of(stars, total / MINUTES) for total in connection.scalars(statement)]
    places = [(0, "未评星"), *((star.stars, star.name) for star in stars)]
    rows = [(n, name, reached.count(n)) for n, name in places]
    return pd.DataFrame(rows, columns=["stars", "name", "volunteers"])


def fetch_order_funnel(connection: Connection, scope: Scope) -> pd.DataFrame:
    """How far the orders placed in the period have come by now.

    Columns: step (key), name, orders, step_rate (of the step before) and rate (of
    all placed), 0–1 or NaN.
    """
    totals = [func.count().filter(happened(at, scope)).label(key) for key, _, at in ORDER_STEPS]
    statement = (
        select(*totals)
        .select_from(service_order.join(unit, unit.c.id == service_order.c.unit_id))
        .where(below(scope.path), in_period(service_order.c.placed_at, scope))
    )
    orders = pd.Series(list(connection.execute(statement).one()), dtype="int64")
    counts = orders.astype(float)
    before = counts.shift(fill_value=counts.iloc[0]).where(lambda n: n > 0)
    return pd.DataFrame(
        {
            "step": [key for key, _, _ in ORDER_STEPS],
            "name": [name for _, name, _ in ORDER_STEPS],
            "orders": orders,
            "step_rate": counts / before,
            "rate": counts / before.iloc[0],
        }
    )


def fetch_time_bank(connection: Connection) -> TimeBankTotals:
    """The time bank as a whole, now."""
    statement = select(time_account.c.kind, func.sum(time_account.c.balance))
    sums = {kind: int(total) for kind, total in connection.execute(statement.group_by("kind"))}
    gifts = select(func.count()).where(time_transfer.c.kind == "give")
    return TimeBankTotals(
        issued=-sums.get("issue", 0),
        held=sums.get("volunteer", 0),
        spent=sums.get("goods", 0),
        transfers=int(connection.scalar(gifts) or 0),
    )


def fetch_volunteers_of(
    connection: Connection, unit_path: str, permit: Permit | None = None
) -> pd.DataFrame:
    """Volunteers below a unit who have not left, for a form.

    Columns: id, code, name (masked without a permit), team_id, team_name.
    """
    statement = (
        select(volunteer.c.id, volunteer.c.code, person.c.name, volunteer.c.team_id)
        .add_columns(team.c.name.label("team_name"))
        .join(person, person.c.id == volunteer.c.person_id)
        .join(team, team.c.id == volunteer.c.team_id)
        .join(unit, unit.c.id == volunteer.c.unit_id)
        .where(below(unit_path), volunteer.c.left_on.is_(None))
        .order_by(volunteer.c.code)
    )
    people = frame_of(connection, statement)
    return people.assign(name=named(people["name"], permit, unit_path))
