"""What waits for somebody's approval."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, select, true

from data.access import Permit
from data.queries.frames import frame_of, named
from data.schema import account, member, person, points_entry, service_record, unit, volunteer
from data.scope import below

COLUMNS = ["subject", "id", "unit_name", "who", "what", "amount", "recorded_at", "recorded_by"]


def fetch_pending(connection: Connection, path: str, permit: Permit | None = None) -> pd.DataFrame:
    """Points and service hours below a unit that wait for approval, the oldest first.

    Columns: subject (points_entry or service_record), id, unit_name, who (masked without a permit),
    what, amount (text with its unit), recorded_at (UTC), recorded_by.
    """
    return _waiting(connection, path, true(), permit)


def fetch_waiting(
    connection: Connection, path: str, account_id: int | None, permit: Permit | None = None
) -> pd.DataFrame:
    """What an account may decide on: ``fetch_pending`` without what it entered or is about.

    ``account_id`` None (the system itself) leaves nothing out.
    """
    if account_id is None:
        return fetch_pending(connection, path, permit)
    me = select(account.c.person_id).where(account.c.id == account_id).scalar_subquery()
    about_others = person.c.id.is_distinct_from(me)
    return _waiting(connection, path, about_others, permit, account_id)


def _waiting(
    connection: Connection,
    path: str,
    whom: ColumnElement[bool],
    permit: Permit | None,
    account_id: int | None = None,
) -> pd.DataFrame:
    points = _pending(connection, path, points_entry, member, whom, account_id)
    services = _pending(connection, path, service_record, volunteer, whom, account_id)
    points["amount"] = [f"{n:+g}分" for n in points["amount"]]
    services["amount"] = [f"{n:g}分钟" for n in services["amount"]]
    parts = [frame for frame in (points, services) if len(frame)] or [points]
    pending = pd.concat(parts, ignore_index=True).sort_values("recorded_at", kind="stable")
    return pending.assign(who=named(pending["who"], permit, path))[COLUMNS].reset_index(drop=True)


def _pending(
    connection: Connection,
    path: str,
    entries: Table,
    people: Table,
    whom: ColumnElement[bool],
    account_id: int | None,
) -> pd.DataFrame:
    what, amount = ("rule_name", "points") if entries is points_entry else ("activity", "minutes")
    statement = (
        select(entries.c.id, unit.c.name.label("unit_name"), person.c.name.label("who"))
        .add_columns(entries.c[what].label("what"), entries.c[amount].label("amount"))
        .add_columns(entries.c.recorded_at, entries.c.recorded_by)
        .join(people, people.c.id == entries.c[f"{people.name}_id"])
        .join(person, person.c.id == people.c.person_id)
        .join(unit, unit.c.id == entries.c.unit_id)
        .where(below(path), entries.c.status == "pending", whom)
        .order_by(entries.c.recorded_at, entries.c.id)
    )
    if account_id is not None:
        statement = statement.where(entries.c.recorded_by_account.is_distinct_from(account_id))
    return frame_of(connection, statement).assign(subject=entries.name)
