"""Whether all is well: the database, its backups, the calendar, errors and logins in one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from data.access import SESSION_IDLE
from data.engines import sqlite_warning
from data.keeping.state import BackupState, backup_state
from data.migrate import head_revision, revision_of
from data.periods import local_date
from data.queries.health import DatabaseHealth, fetch_database_health
from data.recent_errors import RecentError, recent_errors, remembered_since
from data.schema import calendar_day, session
from data.settings import zone

SOON = timedelta(days=30)  # before the calendar ends, that it will is said
CALENDAR_NONE = "还没有导入工作日历，全部按周一至周五计算工作日"
CALENDAR_OVER = "工作日历只到 {0}，之后按周一至周五计算工作日，请在放假安排公布后补上"
CALENDAR_SOON = "工作日历到 {0} 为止，请留意下一年的放假安排"
SCHEMA_OLD = "数据库结构是 {0}，程序需要 {1}，请运行 python -m data migrate"
ERRORS = "近一天有 {0} 个错误，详情见服务器日志"


@dataclass(frozen=True)
class Sessions:
    """Logins that hold now, of how many accounts, and how many of them had a request lately."""

    open: int
    accounts: int
    active: int


@dataclass(frozen=True)
class Health:
    """Everything that tells whether the product is well; ``problems`` in Chinese, [] when it is.

    ``errors_since`` is when this process began to
    count (UTC), None when it does not.
    """

    database: DatabaseHealth
    schema: str
    newest_schema: str
    calendar_until: date | None
    sessions: Sessions
    backups: BackupState
    errors: list[RecentError]
    errors_since: datetime | None
    problems: list[str]


def fetch_health(connection: Connection, url: str, now: datetime) -> Health:
    """How the database at ``url`` and what stands around it are at ``now``.

    Not for the loaders: backups, disks and errors change without the database's revision.
    """
    schema, newest = revision_of(connection) or "", head_revision()
    until = connection.scalar(select(func.max(calendar_day.c.day)))
    backups, errors = backup_state(url, now), recent_errors(now)
    problems = [
        *filter(None, [sqlite_warning() if connection.dialect.name == "sqlite" else None]),
        *([] if schema == newest else [SCHEMA_OLD.format(schema, newest)]),
        *backups.problems,
        *_calendar_problems(until, local_date(now, zone())),
        *([ERRORS.format(len(errors))] if errors else []),
    ]
    return Health(
        database=fetch_database_health(connection),
        schema=schema,
        newest_schema=newest,
        calendar_until=until,
        sessions=fetch_open_sessions(connection, now),
        backups=backups,
        errors=errors,
        errors_since=remembered_since(),
        problems=problems,
    )


def fetch_open_sessions(connection: Connection, now: datetime) -> Sessions:
    """The logins that hold at ``now``."""
    s = session.c
    idle = now - timedelta(seconds=SESSION_IDLE)
    live = s.revoked_at.is_(None) & (s.expires_at > now) & (s.last_seen_at > idle)
    lately = s.last_seen_at > now - timedelta(minutes=15)
    columns = (func.count(), func.count(s.account_id.distinct()), func.count().filter(lately))
    return Sessions(*connection.execute(select(*columns).where(live)).one())


def _calendar_problems(until: date | None, today: date) -> list[str]:
    if until is None:
        return [CALENDAR_NONE]
    if until < today:
        return [CALENDAR_OVER.format(until)]
    return [CALENDAR_SOON.format(until)] if until - today < SOON else []
