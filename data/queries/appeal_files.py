"""Single appeals: those with a light on, one case's timeline, what the entry form offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, case, literal, or_, select

from data.queries.counting import in_period, is_red, is_yellow, open_at
from data.queries.frames import frame_of
from data.schema import appeal, appeal_event, unit
from data.scope import Scope, below
from data.workflow import Head

HEAD = tuple(Head.__dataclass_fields__)


def fetch_light_list(connection: Connection, scope: Scope, limit: int) -> pd.DataFrame:
    """Open appeals with a light on at the scope's moment: red first, the earliest limit first.

    Columns: id, code, title, unit_id, unit_name, community_name (the unit's ancestor
    right below the top, itself where it is one), category_key, workflow_key, state,
    light (red or yellow), due_at (UTC), late_hours (below zero: hours left).
    """
    light = case((is_red(scope), literal("red")), else_=literal("yellow"))
    columns = (appeal.c.category_key, appeal.c.workflow_key, appeal.c.state)
    statement = (
        select(appeal.c.id, appeal.c.code, appeal.c.title, unit.c.id.label("unit_id"))
        .add_columns(unit.c.name.label("unit_name"), unit.c.path.label("community_name"))
        .add_columns(*columns, light.label("light"), appeal.c.due_at)
        .join(unit, unit.c.id == appeal.c.unit_id)
        .where(below(scope.path), or_(is_red(scope), is_yellow(scope)))
        # past its limit means due earlier, so red comes before yellow by itself
        .order_by(appeal.c.due_at, appeal.c.id)
        .limit(limit)
    )
    lights = frame_of(connection, statement)
    due = pd.to_datetime(lights["due_at"], utc=True)
    late = (pd.Timestamp(scope.until) - due) / pd.Timedelta(hours=1)
    names = _names_below_top(connection)
    community = [names.get(_second(path), "") for path in lights["community_name"]]
    return lights.assign(due_at=due, late_hours=late, community_name=community)


def _second(path: str) -> int:
    ids = path.strip("/").split("/")
    return int(ids[min(1, len(ids) - 1)])


def _names_below_top(connection: Connection) -> dict[int, str]:
    top = select(unit.c.id).where(unit.c.parent_id.is_(None))
    statement = select(unit.c.id, unit.c.name)
    rows = connection.execute(statement.where(unit.c.parent_id.in_(top) | unit.c.id.in_(top)))
    return {row.id: row.name for row in rows}


def fetch_appeal_timeline(
    connection: Connection, appeal_id: int
) -> tuple[dict[str, Any], pd.DataFrame]:
    """One appeal and its events, oldest first.  LookupError when there is no such appeal.

    The dict holds the columns of ``appeal``, unit_name and unit_path.  Columns of the frame:
    happened_at (UTC), kind, state, handler, reply, resolved, rating, new_due_at (UTC),
    untimed (bits, see data.imported, or null), recorded_at (UTC), recorded_by, surface.
    """
    statement = select(appeal, unit.c.name.label("unit_name"), unit.c.path.label("unit_path"))
    statement = statement.join(unit, unit.c.id == appeal.c.unit_id)
    row = connection.execute(statement.where(appeal.c.id == appeal_id)).mappings().first()
    if row is None:
        raise LookupError(f"no appeal with id {appeal_id}")
    event = appeal_event.c
    events = (
        select(event.happened_at, event.kind, event.state, event.handler, event.reply)
        .add_columns(event.resolved, event.rating, event.new_due_at, event.untimed)
        .add_columns(event.recorded_at, event.recorded_by, event.surface)
        .where(event.appeal_id == appeal_id)
        .order_by(event.id)
    )
    return dict(row), frame_of(connection, events)


def fetch_open_appeals(
    connection: Connection, unit_path: str, closed_since: datetime | None = None
) -> pd.DataFrame:
    """Appeals not closed yet below a unit, the earliest limit first; times in UTC.

    ``closed_since`` adds those closed (or rejected) at that moment or later, which may
    still be followed up or redone.  Columns: id, code, title, unit_id, unit_name,
    category_key, workflow_key, method_id, received_at and every field of
    ``data.workflow.Head``; cases not closed come first.
    """
    first = (appeal.c.id, appeal.c.code, appeal.c.title, appeal.c.unit_id)
    keys = (appeal.c.category_key, appeal.c.workflow_key, appeal.c.method_id, appeal.c.received_at)
    wanted: list[ColumnElement[bool]] = [appeal.c.closed_at.is_(None)]
    if closed_since is not None:
        wanted.append(appeal.c.closed_at >= closed_since)
    statement = (
        select(*first, unit.c.name.label("unit_name"), *keys, *(appeal.c[name] for name in HEAD))
        .join(unit, unit.c.id == appeal.c.unit_id)
        .where(below(unit_path), or_(*wanted))
        .order_by(appeal.c.closed_at.is_not(None), appeal.c.due_at, appeal.c.id)
    )
    return frame_of(connection, statement)


def fetch_appeal_choices(connection: Connection, scope: Scope, limit: int = 300) -> pd.DataFrame:
    """Appeals to choose one from: open ones first, the earliest limit first, then the latest.

    Columns: id, code, title.  Those received in the period or open at its end.
    """
    still_open = open_at(scope)
    statement = (
        select(appeal.c.id, appeal.c.code, appeal.c.title)
        .join(unit, unit.c.id == appeal.c.unit_id)
        .where(below(scope.path), or_(in_period(appeal.c.received_at, scope), still_open))
        .order_by(
            case((still_open, 0), else_=1),
            case((still_open, appeal.c.due_at)),
            appeal.c.received_at.desc(),
            appeal.c.id,
        )
        .limit(limit)
    )
    return frame_of(connection, statement)


def fetch_appeal_id(connection: Connection, path: str, code: str) -> int | None:
    """The id of the appeal with a code at or below a unit; None where there is none."""
    statement = select(appeal.c.id).join(unit, unit.c.id == appeal.c.unit_id)
    return connection.scalar(statement.where(below(path), appeal.c.code == code.strip()))
