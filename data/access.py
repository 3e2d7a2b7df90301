"""The check that every write and every personal read makes against data.access_table.

It reads account, session and grants afresh inside the caller's transaction, so a
disabled account, a revoked session or a grant taken away refuses from that moment on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from data.access_table import ACCESS as ACCESS
from data.access_table import GRANTED as GRANTED
from data.access_table import ROLES as ROLES
from data.access_table import Rule as Rule
from data.errors import AccessError
from data.identity import Actor
from data.schema import account, account_grant, display_key, session, setting, unit

SESSION_IDLE = 8 * 3600  # seconds without a request after which a session has ended
SESSION_LONGEST = 7 * 24 * 3600  # seconds after which it has ended however busy it was
OIDC = "oidc"  # the way of a session that the office's identity provider vouched for
PUBLIC_DISPLAY = "public_display"  # key in the table setting: displays readable without login


@dataclass(frozen=True)
class Grant:
    """A role in a unit; ``path`` is "/" for the whole database."""

    id: int
    role: str
    path: str


@dataclass(frozen=True)
class Permit:
    """Proof that full names below ``path`` may be read; only :func:`permit` makes one.

    ``role`` is the role that allowed it.
    """

    path: str
    role: str = ""

    def covers(self, path: str) -> bool:
        """Whether ``path`` is the permit's unit or lies below it."""
        return path.startswith(self.path)


def require(
    connection: Connection,
    actor: Actor,
    action: str,
    path: str | None,
    *,
    at: datetime | None = None,
    recorded_by: int | None = None,
) -> str:
    """The role that lets ``actor`` do ``action`` in the unit at ``path``; AccessError without one.

    ``path`` None means what belongs to no unit.  ``recorded_by`` is the account that
    recorded the row concerned, for those who may only touch their own.  KeyError for an
    action that is not in ACCESS: whoever writes a new one has to say who may do it.
    """
    rule = ACCESS[action]
    if actor.kind == "system":
        return "system"
    if rule.visitor:
        return actor.kind
    granted = _grants(connection, actor, action, at or datetime.now(UTC))
    if rule.everyone and actor.kind == "account":
        return granted[0].role if granted else "account"
    for grant in granted:
        if _reaches(rule, grant, path, mine=_is_mine(actor, recorded_by)):
            return grant.role
    raise _refusal(rule, granted, path)


def permit(connection: Connection, actor: Actor, action: str, path: str, at: datetime) -> Permit:
    """Leave to read full names below ``path``; AccessError without it."""
    return Permit(path, require(connection, actor, action, path, at=at))


def allowed(
    connection: Connection,
    actor: Actor,
    action: str,
    path: str | None,
    *,
    at: datetime | None = None,
) -> bool:
    """Whether :func:`require` would pass, for menus; rows of one's own count as possible."""
    try:
        require(connection, actor, action, path, at=at, recorded_by=actor.account_id)
    except AccessError:
        return False
    return True


def reach(
    connection: Connection, actor: Actor, action: str, *, at: datetime | None = None
) -> list[str]:
    """Paths of the units below which ``actor`` may do ``action``: ["/"] everywhere, [] nowhere."""
    if actor.kind == "system":
        return ["/"]
    try:
        granted = _grants(connection, actor, action, at or datetime.now(UTC))
    except AccessError:
        return []
    return reach_of(action, granted)


def reach_of(action: str, granted: Iterable[Any]) -> list[str]:
    """:func:`reach` of somebody who holds these grants (each with a role and a path)."""
    rule = ACCESS[action]
    levels = [(getattr(rule, grant.role), grant.path) for grant in granted]
    return sorted({"/" if level == "any" else path for level, path in levels if level})


def _reaches(rule: Rule, grant: Grant, path: str | None, *, mine: bool) -> bool:
    level = getattr(rule, grant.role)
    if level == "any":
        return True
    if path is None or not level:
        return False
    if level == "own":
        return path == grant.path
    return path.startswith(grant.path) and (level == "below" or (level == "mine" and mine))


def _is_mine(actor: Actor, recorded_by: int | None) -> bool:
    return recorded_by is not None and recorded_by == actor.account_id


def _grants(connection: Connection, actor: Actor, action: str, at: datetime) -> list[Grant]:
    """What the database says the actor holds now; AccessError when the login itself is gone."""
    if actor.kind == "account":
        need_live_login(connection, actor, action, at)
        return grants_of(connection, actor.account_id or 0)
    if actor.kind == "display":
        return [Grant(0, "display", path) for path in _display_paths(connection, actor)]
    if displays_are_public(connection) and ACCESS[action].display:
        return [Grant(0, "display", "/")]
    raise AccessError("还没有登录，请先登录再操作", "登录")


def need_live_login(connection: Connection, actor: Actor, action: str, at: datetime) -> Any:
    """The account behind a login that holds at ``at``; AccessError that says why it does not."""
    columns = (account.c.disabled_at, account.c.must_change_password, session.c.revoked_at)
    others = (session.c.last_seen_at, session.c.expires_at, session.c.way)
    statement = select(*columns, *others).join(session, session.c.account_id == account.c.id)
    mine = (account.c.id == actor.account_id) & (session.c.id == actor.session_id)
    row = connection.execute(statement.where(mine)).first()
    if row is None or row.revoked_at is not None or ended(row, at):
        raise AccessError("登录已经失效，请重新登录后再操作", "登录")
    if row.disabled_at is not None:
        raise AccessError("这个账号已经停用，如需恢复请联系管理员", "登录")
    first = must_change(row.must_change_password, row.way)
    if first and action not in ("change_password", "close_session"):
        raise AccessError("第一次登录请先修改密码，改好后再操作", "密码")
    return row


def must_change(flag: int, way: str | None) -> bool:
    """Whether a first password stands in the way of a session that was opened that ``way``.

    Whoever came by the identity provider proved himself without it, and may never have
    been told it: it stays to be changed by whoever logs in with it.
    """
    return bool(flag) and way != OIDC


def ended(row: Any, at: datetime) -> bool:
    """Whether a session (last_seen_at, expires_at) has run out, by idling or for good."""
    idle = (at - row.last_seen_at).total_seconds() >= SESSION_IDLE
    return idle or bool(at >= row.expires_at)


def grants_of(connection: Connection, account_id: int) -> list[Grant]:
    """The grants of an account, in the order of ROLES."""
    columns = (account_grant.c.id, account_grant.c.role, unit.c.path)
    statement = select(*columns).outerjoin(unit, unit.c.id == account_grant.c.unit_id)
    rows = connection.execute(statement.where(account_grant.c.account_id == account_id))
    held = [
        Grant(row.id, row.role, row.path or "/")
        for row in rows
        if row.role in GRANTED and (row.path or row.role == "admin")
    ]
    return sorted(held, key=lambda g: (GRANTED.index(g.role), g.path))


def _display_paths(connection: Connection, actor: Actor) -> list[str]:
    live = (display_key.c.id == actor.session_id) & display_key.c.revoked_at.is_(None)
    statement = select(unit.c.path).join(display_key, display_key.c.unit_id == unit.c.id)
    return list(connection.scalars(statement.where(live)))


def displays_are_public(connection: Connection) -> bool:
    """Whether displays can be read without a key or a login."""
    return _flag(connection, PUBLIC_DISPLAY)


def is_sample(connection: Connection) -> bool:
    """Whether this is the invented street, which alone has demo accounts."""
    return _flag(connection, "sample")


def _flag(connection: Connection, key: str) -> bool:
    return connection.scalar(select(setting.c.value).where(setting.c.key == key)) == "1"


def _refusal(rule: Rule, granted: list[Grant], path: str | None) -> AccessError:
    held = {grant.role for grant in granted}
    able = [role for role in (*GRANTED, "display") if getattr(rule, role)]
    if not held:
        return AccessError("这个账号还没有任何角色，请联系管理员授予", "权限")
    names = "、".join(ROLES[role] for role in sorted(held, key=list(ROLES).index))
    if held & set(able) and any(getattr(rule, role) == "mine" for role in held):
        return AccessError(
            f"“{rule.label}”只能对自己在本单位登记的记录做，请联系登记人或社区处理", "权限"
        )
    if held & set(able):
        where = "这个单位不在您的范围内" if path else "这项操作不属于任何单位"
        return AccessError(f"不能{rule.label}：{where}，请联系该单位的书记或管理员", "权限")
    needed = "、".join(ROLES[role] for role in able) or "登录的账号"
    return AccessError(f"您的角色是{names}，不能{rule.label}；需要{needed}，请联系管理员", "权限")
