"""What only the wall asks: what just happened, what turned red, and who is thanked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, select, union_all

from data.method.appeals import UNFINISHED
from data.periods import local_date, midnight
from data.queries.counting import APPROVED, happened, is_red, open_at
from data.queries.frames import frame_of, masked
from data.schema import appeal, appeal_event, person, service_record, team, unit, visit, volunteer
from data.scope import Scope, below
from data.settings import zone

EVENTS_LAST = timedelta(days=2)  # how far back the ticker reaches
EVENT_COLUMNS = (
    *("kind", "at", "unit_name", "title", "state", "workflow_key", "method_id"),
    *("closes", "on_time", "activity", "minutes", "name", "team_name"),
)


def fetch_next_light(connection: Connection, after: datetime) -> datetime | None:
    """The next moment (UTC) after ``after`` at which an open appeal turns yellow or red."""
    open_ = (appeal.c.state_type.in_(UNFINISHED), appeal.c.closed_at.is_(None))
    moments = (
        # red begins right after the limit, yellow at its moment (see data.queries.counting)
        select(func.min(appeal.c.due_at).label("at")).where(*open_, appeal.c.due_at >= after),
        select(func.min(appeal.c.yellow_at).label("at")).where(*open_, appeal.c.yellow_at > after),
    )
    both = union_all(*moments).subquery()
    found: datetime | None = connection.scalar(select(func.min(both.c.at)))
    return found


def fetch_last_appeal_id(connection: Connection) -> int:
    """The id of the appeal registered last; 0 before the first."""
    return int(connection.scalar(select(func.max(appeal.c.id))) or 0)


def fetch_red_cases(connection: Connection, scope: Scope, limit: int) -> pd.DataFrame:
    """Open appeals past their limit, the most overdue first.

    Columns: id, code, title, unit_name, category_key, workflow_key, method_id, state,
    due_at (UTC), handler (full name or organisation, None), late_hours (below zero: left).
    """
    return _cases(connection, scope, is_red(scope), limit)


def fetch_turned_red(
    connection: Connection, scope: Scope, since: datetime, limit: int
) -> pd.DataFrame:
    """Appeals that were in time at ``since`` and are red now; columns of fetch_red_cases."""
    return _cases(connection, scope, is_red(scope) & (appeal.c.due_at >= since), limit)


def fetch_received_after(
    connection: Connection,
    scope: Scope,
    after_id: int,
    category_keys: tuple[str, ...],
    limit: int,
) -> pd.DataFrame:
    """Open appeals of some categories registered after the one with ``after_id``."""
    newer = (appeal.c.id > after_id) & appeal.c.category_key.in_(category_keys)
    return _cases(connection, scope, open_at(scope) & newer, limit)


def _cases(
    connection: Connection, scope: Scope, condition: ColumnElement[bool], limit: int
) -> pd.DataFrame:
    event = appeal_event.c
    handler = select(event.handler).where(event.appeal_id == appeal.c.id)
    handler = handler.where(event.handler.is_not(None)).order_by(event.id.desc()).limit(1)
    a = appeal.c
    statement = (
        select(a.id, a.code, a.title, unit.c.name.label("unit_name"), a.category_key)
        .add_columns(a.workflow_key, a.method_id, a.state, a.due_at)
        .add_columns(handler.scalar_subquery().label("handler"))
        .join(unit, unit.c.id == a.unit_id)
        .where(below(scope.path), condition)
        .order_by(a.due_at, a.id)
        .limit(limit)
    )
    cases = frame_of(connection, statement)
    due = pd.to_datetime(cases["due_at"], utc=True)
    late = (pd.Timestamp(scope.until) - due) / pd.Timedelta(hours=1)
    return cases.assign(due_at=due, late_hours=late)


def fetch_latest_events(connection: Connection, scope: Scope, limit: int) -> pd.DataFrame:
    """What happened last below a unit, the latest first, no older than two days.

    Columns: kind (appeal, service or visit), at (UTC), unit_name; of an appeal title,
    state, workflow_key, method_id, closes and on_time (bool); of a service activity,
    minutes, team_name and name (masked; "" for who opted out of being named).
    """
    rows: list[dict[str, Any]] = []
    services = _services(scope, service_record.c.recorded_at)
    for kind, statement in (
        ("appeal", _appeal_events(scope)),
        ("service", services.where(_recent(service_record.c.recorded_at, scope))),
        ("visit", _visits(scope)),
    ):
        found = connection.execute(statement.limit(limit)).mappings()
        rows += [{"kind": kind} | dict(row) for row in found]
    rows.sort(key=lambda row: row["at"], reverse=True)
    events = pd.DataFrame(rows[:limit], columns=list(EVENT_COLUMNS))
    return events.assign(name=masked(events["name"]))


def _recent(column: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    return (column > scope.now - EVENTS_LAST) & (column <= scope.now)


def _appeal_events(scope: Scope) -> Select[Any]:
    event, a = appeal_event.c, appeal.c
    return (
        select(event.happened_at.label("at"), unit.c.name.label("unit_name"), a.title)
        .add_columns(event.state, a.workflow_key, a.method_id)
        .add_columns((a.closed_at == event.happened_at).label("closes"))
        .add_columns((a.closed_at <= a.due_at).label("on_time"))
        .select_from(appeal_event)
        .join(appeal, a.id == event.appeal_id)
        .join(unit, unit.c.id == a.unit_id)
        .where(below(scope.path), event.kind.in_(("advance", "return", "redo")))
        .where(a.state_type != "withdrawn", _recent(event.happened_at, scope))
        # rows come in the order they were recorded; the primary key is the quick way back
        .order_by(event.id.desc())
    )


def _services(scope: Scope, at: ColumnElement[Any]) -> Select[Any]:
    record = service_record.c
    undo = service_record.alias("undo")
    shown = func.coalesce(person.c.name, "")
    return (
        select(at.label("at"), unit.c.name.label("unit_name"), record.activity, record.minutes)
        .add_columns(team.c.name.label("team_name"))
        .add_columns(_when_public(shown).label("name"))
        .select_from(service_record)
        .join(unit, unit.c.id == record.unit_id)
        .join(team, team.c.id == record.team_id)
        .join(volunteer, volunteer.c.id == record.volunteer_id)
        .join(person, person.c.id == volunteer.c.person_id)
        .where(below(scope.path), APPROVED, record.reverses_id.is_(None))
        .where(~exists().where(undo.c.reverses_id == record.id))
        .order_by(record.id.desc())
    )


def _when_public(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The name of whoever may be named in public, else the empty text."""
    return case((volunteer.c.in_public_ranking == 1, name), else_="")


def _visits(scope: Scope) -> Select[Any]:
    undo = visit.alias("undo")
    return (
        select(visit.c.visited_at.label("at"), unit.c.name.label("unit_name"))
        .select_from(visit.join(unit, unit.c.id == visit.c.unit_id))
        .where(below(scope.path), visit.c.reverses_id.is_(None))
        .where(~exists().where(undo.c.reverses_id == visit.c.id))
        .where(_recent(visit.c.visited_at, scope))
        .order_by(visit.c.visited_at.desc(), visit.c.id.desc())
    )


def fetch_thanks(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Approved services of the last local day that has any, the latest first.

    Columns: at (UTC, when it began), unit_name, activity, minutes, team_name, name
    (masked; "" for who opted out of being named).
    """
    record = service_record.c
    last = select(func.max(record.started_at)).join(unit, unit.c.id == record.unit_id)
    given = (APPROVED, record.reverses_id.is_(None), happened(record.started_at, scope))
    latest: datetime | None = connection.scalar(last.where(below(scope.path), *given))
    first = midnight(local_date(latest or scope.now, zone()), zone())
    statement = _services(scope, record.started_at)
    statement = statement.where(record.started_at >= first, happened(record.started_at, scope))
    thanks = frame_of(connection, statement)
    thanks = thanks.sort_values("at", ascending=False).reset_index(drop=True)
    return thanks.assign(name=masked(thanks["name"]))
