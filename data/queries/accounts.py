"""Accounts, logins, displays' keys and the log, for those who manage them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, select

from data.access import is_sample, require
from data.identity import Actor
from data.queries.frames import frame_of
from data.schema import account, account_grant, audit_entry, display_key, session, unit

MOST_ENTRIES = 500


def has_accounts(connection: Connection) -> bool:
    """Whether anybody could log in at all."""
    return connection.execute(select(account.c.id).limit(1)).first() is not None


def fetch_accounts(connection: Connection, *, actor: Actor, at: datetime) -> pd.DataFrame:
    """Every account and grant, one row a grant: id, login, display_name, must_change_password,
    is_demo, has_phone, created_at, disabled_at (UTC), grant_id, role, unit_id, unit_name ("":
    no grant, or the whole database).  AccessError for whoever may not see them.
    """
    require(connection, actor, "fetch_accounts", None, at=at)
    a, g = account.c, account_grant.c
    statement = (
        select(a.id, a.login, a.display_name, a.must_change_password, a.is_demo)
        .add_columns(a.phone_sealed.is_not(None).label("has_phone"), a.created_at, a.disabled_at)
        .add_columns(g.id.label("grant_id"), func.coalesce(g.role, "").label("role"), g.unit_id)
        .add_columns(func.coalesce(unit.c.name, "").label("unit_name"))
        .select_from(account)
        .outerjoin(account_grant, g.account_id == a.id)
        .outerjoin(unit, unit.c.id == g.unit_id)
        .order_by(a.login, g.role, g.id)
    )
    numbers = {"grant_id": "Int64", "unit_id": "Int64"}
    return frame_of(connection, statement).astype(numbers | {"has_phone": "bool"})


def fetch_sessions(
    connection: Connection, *, actor: Actor, at: datetime, account_id: int | None = None
) -> pd.DataFrame:
    """Sessions that have not been ended, the latest first: id, account_id, login, created_at,
    last_seen_at, expires_at (UTC), address, user_agent.
    """
    require(connection, actor, "fetch_sessions", None, at=at)
    s = session.c
    live: list[ColumnElement[bool]] = [s.revoked_at.is_(None), s.expires_at > at]
    if account_id is not None:
        live.append(s.account_id == account_id)
    statement = (
        select(s.id, s.account_id, account.c.login, s.created_at, s.last_seen_at, s.expires_at)
        .add_columns(s.address, s.user_agent)
        .join(account, account.c.id == s.account_id)
        .where(*live)
        .order_by(s.last_seen_at.desc(), s.id.desc())
    )
    return frame_of(connection, statement)


def fetch_display_keys(connection: Connection, *, actor: Actor, at: datetime) -> pd.DataFrame:
    """Displays' keys: id, name, unit_id, unit_name, created_at, revoked_at (UTC)."""
    require(connection, actor, "fetch_display_keys", None, at=at)
    k = display_key.c
    statement = select(k.id, k.name, k.unit_id, unit.c.name.label("unit_name"), k.created_at)
    statement = statement.add_columns(k.revoked_at).join(unit, unit.c.id == k.unit_id)
    return frame_of(connection, statement.order_by(k.id))


def fetch_audit(
    connection: Connection,
    *,
    actor: Actor,
    at: datetime,
    account_id: int | None = None,
    action: str | None = None,
    limit: int = MOST_ENTRIES,
) -> pd.DataFrame:
    """The log, the latest entry first: id, at (UTC), account_id, name, role, surface, address,
    session_id, action, subject_table, subject_id, subject, before, after (JSON or None).
    """
    require(connection, actor, "fetch_audit", None, at=at)
    columns = [c for c in audit_entry.c if c.name != "seal"]
    statement = select(*columns).order_by(audit_entry.c.id.desc()).limit(limit)
    if account_id is not None:
        statement = statement.where(audit_entry.c.account_id == account_id)
    if action is not None:
        statement = statement.where(audit_entry.c.action == action)
    numbers = {"account_id": "Int64", "subject_id": "Int64", "session_id": "Int64"}
    return frame_of(connection, statement).astype(numbers)


def fetch_demo_accounts(connection: Connection) -> pd.DataFrame:
    """The sample's one-tap accounts: login, display_name, role, unit_name; empty elsewhere."""
    columns: list[Any] = [account.c.login, account.c.display_name, account_grant.c.role]
    statement = select(*columns, unit.c.name.label("unit_name")).select_from(account)
    statement = statement.join(account_grant, account_grant.c.account_id == account.c.id)
    statement = statement.outerjoin(unit, unit.c.id == account_grant.c.unit_id)
    demo = (account.c.is_demo == 1) & account.c.disabled_at.is_(None)
    found = frame_of(connection, statement.where(demo).order_by(account.c.id))
    return found if is_sample(connection) else found.iloc[:0]
