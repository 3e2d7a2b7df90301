"""Full names and phones: each read is checked and told to the log before anything is shown.

The log is written in the same transaction as the read, so there is no view without an entry.
Looking at the same thing again within VIEWED does not fill the log; an export always does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, select

from data.access import Permit, permit, require
from data.audit import audit
from data.cipher import open_text
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.queries.members import MemberFile, fetch_member, fetch_members_of
from data.queries.pending import fetch_pending
from data.queries.rows import fetch_metric_rows
from data.queries.units import fetch_posts
from data.queries.volunteers import fetch_volunteers_of
from data.schema import account, audit_entry, member, unit
from data.scope import Scope

VIEWED = timedelta(minutes=5)


def fetch_member_file(
    engines: Engines, *, member_id: int, actor: Actor, at: datetime
) -> MemberFile:
    """One member with the full name; LookupError when there is none."""
    with engines.trace() as connection:
        of_member = select(unit.c.path).join(member, member.c.unit_id == unit.c.id)
        path = connection.scalar(of_member.where(member.c.id == member_id))
        if path is None:
            raise LookupError(f"no member with id {member_id}")
        allowed = permit(connection, actor, "fetch_member_file", path, at)
        _tell(connection, actor, "fetch_member_file", at, allowed.role, path, "member", member_id)
        return fetch_member(connection, member_id, allowed)


def fetch_member_names(
    engines: Engines, *, path: str, actor: Actor, at: datetime
) -> dict[int, str]:
    """Full names of the members below a unit who have not left, by member id."""
    with _viewing(engines, actor, "fetch_member_names", path, at) as (connection, allowed):
        people = fetch_members_of(connection, path, allowed)
    return dict(zip(people["id"], people["name"], strict=True))


def fetch_volunteer_names(
    engines: Engines, *, path: str, actor: Actor, at: datetime
) -> dict[int, str]:
    """Full names of the volunteers below a unit who have not left, by volunteer id."""
    with _viewing(engines, actor, "fetch_volunteer_names", path, at) as (connection, allowed):
        people = fetch_volunteers_of(connection, path, allowed)
    return dict(zip(people["id"], people["name"], strict=True))


def fetch_post_names(engines: Engines, *, unit_id: int, actor: Actor, at: datetime) -> pd.DataFrame:
    """Who fills the posts of a unit: columns as ``fetch_posts``, names in full."""
    with engines.read() as connection:
        path = connection.scalar(select(unit.c.path).where(unit.c.id == unit_id))
    if path is None:
        raise RuleError("找不到所选的单位，请刷新页面后重新选择", "单位")
    with _viewing(engines, actor, "fetch_post_names", path, at) as (connection, allowed):
        return fetch_posts(connection, unit_id, allowed)


def fetch_pending_names(engines: Engines, *, path: str, actor: Actor, at: datetime) -> pd.DataFrame:
    """What waits for approval below a unit: columns as ``fetch_pending``, names in full."""
    with _viewing(engines, actor, "fetch_pending_names", path, at) as (connection, allowed):
        return fetch_pending(connection, path, allowed)


def fetch_named_rows(
    engines: Engines, *, metric_key: str, scope: Scope, actor: Actor, at: datetime
) -> pd.DataFrame:
    """The rows behind a figure, as ``fetch_metric_rows`` but with full names.

    Who opted out of being named stays unnamed here too.
    """
    action, subject = "fetch_named_rows", f"{scope.path} {metric_key}"
    with engines.trace() as connection:
        allowed = permit(connection, actor, action, scope.path, at)
        _tell(connection, actor, action, at, allowed.role, subject)
        return fetch_metric_rows(connection, metric_key, scope, allowed)


def export_named_rows(
    engines: Engines, *, metric_key: str, scope: Scope, actor: Actor, at: datetime
) -> pd.DataFrame:
    """The same for a file to take away: each one is told to the log with its number of rows."""
    action, subject = "export_named_rows", f"{scope.path} {metric_key}"
    with engines.trace() as connection:
        allowed = permit(connection, actor, action, scope.path, at)
        rows = fetch_metric_rows(connection, metric_key, scope, allowed)
        told = {"rows": len(rows)}
        audit(connection, actor, action, at=at, role=allowed.role, subject=subject, after=told)
        return rows


def fetch_account_phone(engines: Engines, *, account_id: int, actor: Actor, at: datetime) -> str:
    """An account's phone number, "" where none is stored; RuleError without its key."""
    with engines.trace() as connection:
        role = require(connection, actor, "fetch_account_phone", None, at=at)
        sealed = connection.scalar(select(account.c.phone_sealed).where(account.c.id == account_id))
        _tell(connection, actor, "fetch_account_phone", at, role, "", "account", account_id)
        return open_text(sealed) if sealed else ""


@contextmanager
def _viewing(
    engines: Engines, actor: Actor, action: str, path: str, at: datetime
) -> Iterator[tuple[Connection, Permit]]:
    with engines.trace() as connection:
        allowed = permit(connection, actor, action, path, at)
        _tell(connection, actor, action, at, allowed.role, path)
        yield connection, allowed


def _tell(
    connection: Connection,
    actor: Actor,
    action: str,
    at: datetime,
    role: str,
    subject: str,
    table: str = "",
    row_id: int | None = None,
) -> None:
    e = audit_entry.c
    same = (e.action == action) & (e.subject == subject) & e.subject_id.is_not_distinct_from(row_id)
    mine = e.session_id.is_not_distinct_from(actor.session_id) & (e.name == actor.name)
    lately = select(e.id).where(mine, same, e.at > at - VIEWED, e.at <= at)
    if connection.execute(lately.limit(1)).first() is None:
        audit(
            connection,
            actor,
            action,
            at=at,
            role=role,
            table=table,
            row_id=row_id,
            subject=subject,
        )
