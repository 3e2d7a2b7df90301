"""Figures over time, for the trend beside a number.

One pass over the rows gives all buckets: rows that count once are sorted into
the bucket of their own moment, things that last (an open appeal, a member) into
every bucket whose end they see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, case, func, or_, select, true

from data.metrics import METRICS, measure
from data.queries.counting import (
    View,
    approved_minutes,
    counted_appeal,
    family_of,
    happened,
    in_period,
    last_day,
    view_of,
)
from data.queries.gaps import timed
from data.queries.staying import count_present, points_of_year
from data.schema import appeal, member, service_record, unit, visit, volunteer
from data.scope import Scope, below

Bucket = tuple[str, datetime, datetime]

# the moment by which a row that counts once falls into its bucket
_COUNTED_AT = {
    "received_appeals": appeal.c.received_at,
    "responded_appeals": appeal.c.received_at,
    "answerable_appeals": appeal.c.received_at,
    "service_minutes": service_record.c.started_at,
    "visits": visit.c.visited_at,
} | dict.fromkeys(
    (
        "closed_appeals",
        "rejected_appeals",
        "on_time_appeals",
        "asked_appeals",
        "resolved_appeals",
        "rated_appeals",
        "satisfied_appeals",
    ),
    appeal.c.closed_at,
)

# from when until when an appeal counts
_LASTS = {
    "open_appeals": (appeal.c.received_at, appeal.c.closed_at),
    "red_appeals": (appeal.c.due_at, appeal.c.closed_at),
    "yellow_appeals": (
        appeal.c.yellow_at,
        case((appeal.c.closed_at < appeal.c.due_at, appeal.c.closed_at), else_=appeal.c.due_at),
    ),
}


def fetch_trend(
    connection: Connection, scope: Scope, metric_key: str, buckets: Sequence[Bucket]
) -> pd.DataFrame:
    """A metric bucket by bucket: label, value (NaN: nothing to divide by, or not begun yet).

    ``buckets`` are (label, start, end), one after another.  What happened counts in
    its own bucket, so the parts of a rate add up to those of the whole period; what
    stands (open appeals, members) is counted at each bucket's end.  KeyError for an
    unknown metric.
    """
    metric = METRICS[metric_key]
    scopes = [replace(scope, start=start, end=end) for _, start, end in buckets]
    begun = [s for s in scopes if s.start <= scope.now]
    values: list[float | None] = [None] * len(scopes)
    if begun:
        names = [name for name in (metric.numerator, metric.denominator) if name]
        series = {name: _fact(connection, name, begun) for name in names}
        for i in range(len(begun)):
            values[i] = measure(metric, {name: line[i] for name, line in series.items()}).value
    labels = [label for label, _, _ in buckets]
    return pd.DataFrame({"label": labels, "value": pd.Series(values, dtype="float64")})


def _fact(connection: Connection, name: str, scopes: list[Scope]) -> np.ndarray:
    """One fact in every bucket."""
    if name in _COUNTED_AT:
        return _by_bucket(connection, name, scopes)
    if name in _LASTS:
        return _at_ends(connection, name, scopes)
    if name == "judged_appeals":
        late = _at_ends(connection, "red_appeals", scopes, timed())
        return _fact(connection, "closed_appeals", scopes) + late
    if name in ("members", "volunteers"):
        table = member if name == "members" else volunteer
        return count_present(connection, table, scopes)
    if name == "member_points":
        return points_of_year(connection, scopes)
    if name in ("active_volunteers", "volunteer_minutes"):
        return _by_volunteer(connection, name, scopes)
    return _unchanging(connection, name, scopes)


def _whole(scopes: list[Scope]) -> Scope:
    return replace(scopes[0], end=scopes[-1].end)


def _bucket(column: ColumnElement[Any], scopes: list[Scope], name: str) -> ColumnElement[int]:
    """The first bucket by whose end the moment has passed; len(scopes) when none.

    Group by its ``name``: PostgreSQL takes two copies of it for different expressions.
    """
    ends = [(happened(column, scope), i) for i, scope in enumerate(scopes)]
    return case(*ends, else_=len(scopes)).label(name)


def _by_bucket(connection: Connection, name: str, scopes: list[Scope]) -> np.ndarray:
    family = family_of(name, View(_whole(scopes)))
    moment = _COUNTED_AT[name]
    statement = select(_bucket(moment, scopes, "bucket"), family.facts[name].total)
    statement = statement.select_from(family.source)
    statement = statement.where(below(scopes[0].path), in_period(moment, _whole(scopes)))
    counts = np.zeros(len(scopes))
    for i, total in connection.execute(statement.group_by("bucket")):
        counts[i] = total
    return counts


def _at_ends(
    connection: Connection, name: str, scopes: list[Scope], only: ColumnElement[bool] | None = None
) -> np.ndarray:
    begins, ends = _LASTS[name]
    begun, ended = _bucket(begins, scopes, "begun_by"), _bucket(ends, scopes, "ended_by")
    statement = (
        select(begun, ended, func.count())
        .select_from(appeal.join(unit, unit.c.id == appeal.c.unit_id))
        .where(below(scopes[0].path), happened(begins, scopes[-1]))
        # what ended before the first bucket did is seen by none; it cannot end before it begins
        .where(or_(ends.is_(None), ends > begins), _still(scopes[0]), counted_appeal())
        .where(true() if only is None else only)
        .group_by("begun_by", "ended_by")
    )
    counts = np.zeros(len(scopes))
    for first, end, total in connection.execute(statement):
        counts[first:end] += total
    return counts


def _still(scope: Scope) -> ColumnElement[bool]:
    return or_(appeal.c.closed_at.is_(None), appeal.c.closed_at >= scope.start)


def _by_volunteer(connection: Connection, name: str, scopes: list[Scope]) -> np.ndarray:
    """Minutes, or volunteers with any, by volunteers who are present at the bucket's end."""
    started = service_record.c.started_at
    statement = (
        select(
            _bucket(started, scopes, "bucket"),
            volunteer.c.joined_on,
            volunteer.c.left_on,
            approved_minutes(),
        )
        .select_from(service_record)
        .join(volunteer, volunteer.c.id == service_record.c.volunteer_id)
        .join(unit, unit.c.id == volunteer.c.unit_id)
        .where(below(scopes[0].path), in_period(started, _whole(scopes)))
        .group_by("bucket", volunteer.c.id, volunteer.c.joined_on, volunteer.c.left_on)
    )
    counts, days = np.zeros(len(scopes)), [last_day(scope) for scope in scopes]
    for i, joined, left, minutes in connection.execute(statement):
        if joined <= days[i] and (left is None or left > days[i]):
            counts[i] += minutes if name == "volunteer_minutes" else minutes > 0
    return counts


def _unchanging(connection: Connection, name: str, scopes: list[Scope]) -> np.ndarray:
    """Grids and buildings have no history: as many as there are now, in every bucket."""
    family = family_of(name, view_of(connection, scopes[-1]))
    statement = select(family.facts[name].total).select_from(family.source)
    total = connection.scalar(statement.where(below(scopes[0].path)))
    return np.full(len(scopes), float(total or 0))
