"""Heads of appeals (their derived columns), recomputed from the events in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, true

from data.errors import RuleError
from data.queries.calendar import fetch_calendar
from data.queries.methods import fetch_methods
from data.schema import appeal, appeal_event
from data.workdays import WorkCalendar
from data.workflow import Event, Head, fold

HEAD_COLUMNS = tuple(f.name for f in fields(Head))
EVENT_COLUMNS = tuple(f.name for f in fields(Event))


def stored_head(row: Row[Any]) -> Head:
    """The head as the appeal's own columns have it."""
    return Head(**{name: row._mapping[name] for name in HEAD_COLUMNS})


def head_values(head: Head) -> dict[str, Any]:
    """The derived columns of ``appeal`` for a head."""
    return {name: getattr(head, name) for name in HEAD_COLUMNS}  # asdict() copies each value


def recompute_heads(
    connection: Connection, which: ColumnElement[bool] | None = None
) -> Iterator[tuple[Row[Any], Head | str]]:
    """Each appeal (its row) with its head from events, or why the events make none (Chinese).

    ``which`` narrows the appeals down.
    """
    condition = true() if which is None else which
    methods = {m.id: m.method for m in fetch_methods(connection)}
    calendar = fetch_calendar(connection)
    events = _events_by_appeal(connection, condition)
    current = next(events, None)
    for row in connection.execute(select(appeal).where(condition).order_by(appeal.c.id)):
        mine: list[Any] = []
        if current is not None and current[0] == row.id:
            mine, current = current[1], next(events, None)
        yield row, _head(row, mine, methods, calendar)


def _events_by_appeal(
    connection: Connection, condition: ColumnElement[bool]
) -> Iterator[tuple[int, list[Any]]]:
    e = appeal_event.c
    columns = (e[name] for name in EVENT_COLUMNS)
    query = select(e.appeal_id, *columns).join(appeal, appeal.c.id == e.appeal_id).where(condition)
    rows = connection.execute(query.order_by(e.appeal_id, e.id))
    for appeal_id, group in groupby(rows, key=attrgetter("appeal_id")):
        yield appeal_id, list(group)


def _head(
    row: Row[Any], events: list[Any], methods: dict[int, Any], calendar: WorkCalendar
) -> Head | str:
    try:
        workflow = methods[row.method_id].workflow(row.workflow_key)
        category = methods[row.method_id].category(row.category_key)
        steps = (Event(*tuple(e)[1:]) for e in events)
        return fold(workflow, category, row.received_at, steps, calendar)
    except KeyError as error:
        return f"它的工作法里没有 {error.args[0]}"
    except RuleError as error:
        return error.message
