"""What the database holds of a drill: every acknowledged entry once, nothing by halves."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, func, select

from data import schema
from data.check import check
from data.engines import Engines
from tests.drills.worker import Tally

WHERE = {"appeal": schema.appeal.c.title, "visit": schema.visit.c.finding}


def need_kept(engines: Engines, tally: Tally) -> None:
    """Fails unless every acknowledged entry is there once and no other one more than once."""
    times = Counter(_texts(engines))
    lost = {text: times[text] for text in tally.acknowledged if times[text] != 1}
    twice = {text: n for text, n in times.items() if n > 1}
    assert not lost, f"acknowledged, but not there exactly once: {lost}"
    assert not twice, f"there more than once: {twice}"
    assert times.keys() <= tally.tried.keys(), "something that nobody entered"


def need_whole(engines: Engines) -> None:
    """Fails on half an entry, or on anything that ``data check`` finds."""
    with engines.read() as connection:
        events, unlogged = _appeals_without_event(connection), _entries_without_trace(connection)
    assert events == [], f"appeals without their registration: {events}"
    assert unlogged == [], f"entries that the log does not know: {unlogged}"
    assert check(engines) == []


def count_entries(engines: Engines) -> int:
    """How many entries of the drill there are."""
    return sum(1 for _ in _texts(engines))


def _texts(engines: Engines) -> list[str]:
    with engines.read() as connection:
        return [
            text
            for column in WHERE.values()
            for text in connection.scalars(select(column).where(_mine(column)))
        ]


def _mine(column: object) -> object:
    table = column.table  # type: ignore[attr-defined]
    return table.c.recorded_by.like("drill%")


def _appeals_without_event(connection: Connection) -> list[int]:
    known = select(schema.appeal_event.c.appeal_id)
    rows = select(schema.appeal.c.id).where(schema.appeal.c.id.not_in(known))
    return list(connection.scalars(rows))


def _entries_without_trace(connection: Connection) -> list[str]:
    """Entries of the drill that have no audit entry, or audit entries without the row."""
    log, found = schema.audit_entry, []
    for column in WHERE.values():
        table = column.table
        told = select(log.c.subject_id).where(
            log.c.subject_table == table.name, log.c.action == f"record_{table.name}"
        )
        rows = select(table.c.id).where(_mine(column), table.c.id.not_in(told))
        found += [f"{table.name} {row_id}" for row_id in connection.scalars(rows)]
        missing = told.where(log.c.subject_id.not_in(select(table.c.id)))
        found += [f"log {row_id}" for row_id in connection.scalars(missing)]
    assert connection.scalar(select(func.count()).select_from(log)), "there is no log at all"
    return found
