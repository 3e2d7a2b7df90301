"""How much one account has entered on a day: cheap enough to be asked on every run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select, union_all

from data import schema
from data.periods import midnight
from data.queries.my_entries import later_step
from data.settings import zone

TABLES = {
    "appeal": schema.appeal,
    "step": schema.appeal_event,
    "visit": schema.visit,
    "points": schema.points_entry,
    "service": schema.service_record,
    "checkup": schema.checkup_part,
    "signin": schema.activity_signin,
    "indicator": schema.indicator_report,
}  # by key of data.entry_forms.FORMS


class EntryCount(NamedTuple):
    """``last_kind`` is a key of FORMS, "" before the first entry; ``last_at`` is in UTC."""

    entries: int
    last_at: datetime | None
    last_kind: str


def fetch_entry_count(connection: Connection, account_id: int, day: date) -> EntryCount:
    """How many rows :func:`data.queries.my_entries.fetch_my_entries` has, and the latest."""
    start, end = midnight(day, zone()), midnight(day + timedelta(days=1), zone())
    counts = [_count(kind, account_id, start, end) for kind in TABLES]
    found = [row for row in connection.execute(union_all(*counts)) if row.entries]
    if not found:
        return EntryCount(0, None, "")
    last = max(found, key=lambda row: row.last_at)
    return EntryCount(sum(row.entries for row in found), last.last_at, last.kind)


def _count(kind: str, account_id: int, start: datetime, end: datetime) -> Select[Any, Any, Any]:
    table = TABLES[kind]
    recorded = table.c.recorded_at
    counted = select(
        literal(kind).label("kind"),
        func.count().label("entries"),
        func.max(recorded).label("last_at"),
    )
    mine = table.c.recorded_by_account == account_id
    return counted.where(mine, recorded >= start, recorded < end, *_entered(table))


def _entered(table: Table) -> list[ColumnElement[bool]]:
    """Not what takes another row back, nor what comes along with an appeal's registration."""
    if table is schema.appeal_event:
        return [later_step(table)]
    return [table.c.reverses_id.is_(None)] if "reverses_id" in table.c else []
