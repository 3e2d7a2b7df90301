"""The editable calendar; a changed day moves the deadlines that were counted across it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from data.access import require
from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.heads import head_values, recompute_heads, stored_head
from data.identity import Actor
from data.periods import midnight
from data.schema import appeal, calendar_day
from data.settings import zone
from data.workdays import published_calendar
from data.writes.requests import Act, acting
from data.writes.validation import NAME_LENGTH, clean_text, stamp

log = logging.getLogger(__name__)

FIRST_YEAR, LAST_YEAR = 2000, 2100


def set_calendar_days(
    engines: Engines,
    *,
    days: Mapping[date, tuple[bool, str]],
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> int:
    """Set days to (working day?, name of the holiday or "") and return how many changed.

    Setting the same days again changes nothing, so a retry is harmless.
    """
    act = Act("set_calendar_days", actor, at, request_id)
    stamp(at, actor, request_id)
    rows = [_checked_row(day, is_workday, name) for day, (is_workday, name) in days.items()]
    if not rows:
        raise RuleError("还没有选日期，请至少选一天", "日期")
    return _write(engines, rows, act)


def seed_calendar(
    engines: Engines,
    *,
    first_year: int,
    last_year: int,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> int:
    """Fill in the published calendar of whole years, keeping days that are set already.

    Returns how many days were added; years nobody has published yet are left out.
    """
    act = Act("seed_calendar", actor, at, request_id)
    stamp(at, actor, request_id)
    _check_years(first_year, last_year)
    return _write(engines, published_calendar(first_year, last_year), act, keep=True)


def fill_calendar(connection: Connection, first_year: int, last_year: int) -> None:
    """Add the published days of these years to an empty calendar, inside a transaction."""
    rows = published_calendar(first_year, last_year)
    if rows:
        connection.execute(insert(calendar_day), rows)


def _checked_row(day: date, is_workday: bool, name: str) -> dict[str, Any]:
    _check_years(day.year, day.year)
    label = clean_text("节日名称", name, NAME_LENGTH, required=False)
    return {"day": day, "is_workday": int(is_workday), "name": label}


def _check_years(first_year: int, last_year: int) -> None:
    if not FIRST_YEAR <= first_year <= last_year <= LAST_YEAR:
        raise RuleError(
            f"年份须在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，开始年份不能晚于结束年份，请修改", "年份"
        )


def _write(engines: Engines, rows: list[dict[str, Any]], act: Act, keep: bool = False) -> int:
    with engines.read() as connection:
        require(connection, act.actor, act.action, None, at=act.at)
        if not _changed(connection, rows, keep):
            return 0  # nothing new: no write, no new revision
    with acting(engines, act) as (connection, role):
        changed = _changed(connection, rows, keep)
        days = [row["day"] for row in changed]
        if not days:  # somebody else set the same days a moment ago
            return 0
        before = _as_set(connection, days)
        connection.execute(delete(calendar_day).where(calendar_day.c.day.in_(days)))
        connection.execute(insert(calendar_day), changed)
        moved = move_deadlines(connection, min(days), max(days))
        told = {"days": [[row["day"], row["is_workday"], row["name"]] for row in changed]}
        audit(
            connection,
            act.actor,
            act.action,
            at=act.at,
            role=role,
            table="calendar_day",
            before=before,
            after=told | {"appeals_moved": moved},
        )
    log.info("%s 修改了工作日历 %d 天，%d 件诉求的时限随之变化", act.actor.name, len(days), moved)
    return len(days)


def _as_set(connection: Connection, days: list[date]) -> dict[str, Any]:
    """These days as the calendar has them now, for the log."""
    table = calendar_day.c
    rows = connection.execute(select(table.day, table.is_workday, table.name))
    return {"days": [list(row) for row in rows if row.day in days]}


def _changed(connection: Connection, rows: list[dict[str, Any]], keep: bool) -> list[Any]:
    """The rows that are not in the calendar yet, or (unless ``keep``) differ from it."""
    table = calendar_day.c
    stored = select(table.day, table.is_workday, table.name)
    known = {row.day: (row.is_workday, row.name) for row in connection.execute(stored)}
    return [
        row
        for row in rows
        if row["day"] not in known
        or (not keep and known[row["day"]] != (row["is_workday"], row["name"]))
    ]


def move_deadlines(connection: Connection, first: date, last: date) -> int:
    """Recompute the appeals that a change between two days can reach; returns how many moved.

    A deadline is counted forward from the day a case came in, so only cases
    received by the last day, and not over long before the first, are concerned.
    """
    start, end = midnight(first, zone()), midnight(last + timedelta(days=1), zone())
    column = appeal.c
    latest = [column.due_at, column.state_due_at, column.closed_at]
    reaches = or_(column.closed_at.is_(None), *(moment >= start for moment in latest))
    moved = 0
    for row, head in list(recompute_heads(connection, (column.received_at < end) & reaches)):
        if isinstance(head, str):
            raise RuleError(f"诉求 {row.code} 的办理记录有问题：{head}，请先处理", "工作日历")
        if head != stored_head(row):
            change = update(appeal).where(column.id == row.id)
            connection.execute(change.values(head_values(head)))
            moved += 1
    return moved
