"""From a cookie or a display's key to the actor behind it, at every request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from data.access import ended, must_change
from data.access_table import GRANTED
from data.engines import Engines
from data.identity import Actor
from data.schema import account, account_grant, display_key, session, unit
from data.writes.sessions import token_hash

TOUCHED = timedelta(minutes=1)  # last_seen_at is at most this much behind


@dataclass(frozen=True)
class Held:
    """A role in a unit; the unit is None (and ``path`` "/") for the whole database."""

    grant_id: int
    role: str
    unit_id: int | None
    path: str
    unit_name: str


@dataclass(frozen=True)
class Me:
    """The account behind a login, for the page's head and menu."""

    account_id: int
    login: str
    display_name: str
    must_change_password: bool
    is_demo: bool
    grants: list[Held] = field(default_factory=list)


def resolve_session(
    engines: Engines,
    token: str,
    *,
    at: datetime,
    address: str,
    surface: str = "entry",
    touch: bool = True,
) -> Actor | None:
    """The actor a session's token stands for; None when it is forged, ended or revoked.

    ``touch`` False: a look that is no sign of life, so the session goes on idling.
    """
    columns = (session.c.id, session.c.last_seen_at, session.c.expires_at, session.c.revoked_at)
    people = (account.c.id.label("account_id"), account.c.display_name, account.c.disabled_at)
    statement = select(*columns, *people).join(account, account.c.id == session.c.account_id)
    with engines.read() as connection:
        mine = statement.where(session.c.token_hash == token_hash(token))
        row = connection.execute(mine).first()
    if row is None or row.revoked_at or row.disabled_at or ended(row, at):
        return None
    if touch and at - row.last_seen_at >= TOUCHED:
        _touch(engines, row.id, at)
    return Actor(row.account_id, row.display_name, "account", surface, address, row.id)


def _touch(engines: Engines, session_id: int, at: datetime) -> None:
    live = (session.c.id == session_id) & session.c.revoked_at.is_(None)
    with engines.in_passing() as connection:
        if connection is None:
            return  # nobody's page waits for it: the next look comes soon
        connection.execute(update(session).where(live).values(last_seen_at=at))


def resolve_display_key(engines: Engines, key: str, *, at: datetime, address: str) -> Actor | None:
    """The display a key stands for; None when it is forged or revoked."""
    columns = (display_key.c.id, display_key.c.name, display_key.c.revoked_at)
    with engines.read() as connection:
        hashed = display_key.c.key_hash == token_hash(key)
        row = connection.execute(select(*columns).where(hashed)).first()
    if row is None or row.revoked_at is not None:
        return None
    return Actor(None, row.name, "display", "wall", address, row.id)


def display_path(connection: Connection, actor: Actor) -> str | None:
    """The path of the unit a display shows; None when its key is revoked."""
    statement = select(unit.c.path).join(display_key, display_key.c.unit_id == unit.c.id)
    live = (display_key.c.id == actor.session_id) & display_key.c.revoked_at.is_(None)
    path: str | None = connection.scalar(statement.where(live))
    return path if actor.kind == "display" else None


def me(connection: Connection, actor: Actor) -> Me | None:
    """Who is logged in and what the account holds now; None for everybody else."""
    if actor.kind != "account":
        return None
    mine = session.c.id == actor.session_id
    statement = select(account, session.c.way).outerjoin(session, mine)
    row: Any = connection.execute(statement.where(account.c.id == actor.account_id)).first()
    if row is None:
        return None
    first, demo = must_change(row.must_change_password, row.way), bool(row.is_demo)
    return Me(row.id, row.login, row.display_name, first, demo, _held(connection, row.id))


def _held(connection: Connection, account_id: int) -> list[Held]:
    g = account_grant.c
    statement = select(g.id, g.role, g.unit_id, unit.c.path, unit.c.name)
    statement = statement.outerjoin(unit, unit.c.id == g.unit_id).where(g.account_id == account_id)
    held = [
        Held(row.id, row.role, row.unit_id, row.path or "/", row.name or "全部单位")
        for row in connection.execute(statement)
        if row.role in GRANTED and (row.path or row.role == "admin")
    ]
    return sorted(held, key=lambda one: (GRANTED.index(one.role), one.path))
