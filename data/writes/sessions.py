"""Logging in and out.  Wrong passwords get slower; a right one from elsewhere is never shut out."""

from __future__ import annotations

import math
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.access import OIDC, SESSION_LONGEST, is_sample, must_change, need_live_login
from data.audit import audit
from data.engines import Engines
from data.errors import AccessError, RuleError
from data.identity import Actor
from data.passwords import clean_password, hash_password, is_password
from data.schema import account, session
from data.writes.attempts import forgive, next_attempt, note_failure
from data.writes.requests import Act, acting

WRONG = "账号或密码不对，请核对后再试；忘记密码请联系管理员重置"
TOO_MANY = "密码错误次数较多，请 {}后再试；忘记密码请联系管理员重置"
TOO_MANY_OIDC = "统一身份认证登录失败次数较多，请 {}后再试；仍不行请联系管理员"
UNPROVEN = "统一身份认证的回答没有通过核对，没有登录。请重试；仍不行请联系管理员"
UNKNOWN = "统一身份认证确认您是“{}”，但本系统没有这个账号，请联系管理员开通"
DISABLED = "统一身份认证确认您是“{}”，但这个账号在本系统已停用，如需恢复请联系管理员"


class Throttled(RuleError):  # noqa: N818 (it tells a state, not a mistake)
    """Too many failures in a row: try again after ``seconds``."""

    def __init__(self, wait: timedelta, said: str = TOO_MANY) -> None:
        self.seconds = math.ceil(wait.total_seconds())
        minutes = f"{math.ceil(self.seconds / 60)} 分钟"
        shown = minutes if self.seconds > 90 else f"{self.seconds} 秒"
        super().__init__(said.format(shown), "登录")


@dataclass(frozen=True)
class Opened:
    """A new session; ``token`` goes into the cookie and is stored nowhere else."""

    token: str
    account_id: int
    session_id: int
    must_change_password: bool
    expires_at: datetime


def token_hash(token: str) -> str:
    """What the database keeps of a token or key."""
    return sha256(token.encode()).hexdigest()


def clean_login(login: str) -> str:
    """A login name as it is stored: without blanks around it, in lower case."""
    return login.strip().lower()


def open_session(
    engines: Engines,
    *,
    login: str,
    password: str,
    user_agent: str = "",
    actor: Actor,
    at: datetime,
) -> Opened:
    """Log in; ``actor`` is the visitor with an address.

    RuleError with one message for a wrong name, a wrong password and a disabled account;
    Throttled when it is too early for another attempt.
    """
    name = clean_login(login)
    with engines.read() as connection:
        _need_turn(connection, name, actor, at)
        found = _account_of(connection, name)
    # outside of any transaction: hashing is slow by design and must not hold up the writers
    right = is_password(found.password_hash if found else None, password)
    with engines.trace() as connection:
        # asked again: others may have tried meanwhile, and must not gain by trying at once
        _need_turn(connection, name, actor, at)
        now = _account_of(connection, name)
        unchanged = bool(found and now and found.password_hash == now.password_hash)
        if right and unchanged and now and now.disabled_at is None:
            forgive(connection, name, actor.address, at)
            return _open(connection, now, actor, at, user_agent)
        note_failure(connection, name, actor.address, at)
        # a name that no account has stays out of the log: people type passwords there
        subject = now.login if now else "（没有这个账号）"
        why = "disabled" if now and now.disabled_at is not None else "wrong"
        _tell_failure(connection, now, subject, actor, at, {"why": why})
    raise RuleError(WRONG, "登录")


def open_demo_session(
    engines: Engines, *, login: str, user_agent: str = "", actor: Actor, at: datetime
) -> Opened:
    """Log in to a demo account with one tap; refused everywhere but in the sample database."""
    with engines.trace() as connection:
        found = _account_of(connection, clean_login(login))
        if not is_sample(connection) or not found or not found.is_demo or found.disabled_at:
            raise AccessError("体验账号只在示例数据里有，请用自己的账号登录", "登录")
        return _open(connection, found, actor, at, user_agent, "demo")


def open_oidc_session(
    engines: Engines, *, login: str, user_agent: str = "", actor: Actor, at: datetime
) -> Opened:
    """Log in as ``login``, whom the identity provider has proven; "" when it proved nobody.

    The account has to be there already.  Failures are counted as wrong passwords are, but
    apart from them: whoever mistyped a password need not wait here.
    """
    name = clean_login(login)
    with engines.trace() as connection:
        need_oidc_turn(connection, actor, at, name)
        found = _proven(connection, login)
        if found and found.disabled_at is None:
            for turn in ("", name):
                forgive(connection, _oidc_turn(turn), actor.address, at)
            return _open(connection, found, actor, at, user_agent, OIDC)
        note_failure(connection, _oidc_turn(name), actor.address, at)
        why = "disabled" if found else "unknown" if name else "unproven"
        shown = _plain(login)[:60]
        _tell_failure(connection, found, shown, actor, at, {"why": why, "way": OIDC})
    said = {"disabled": DISABLED, "unknown": UNKNOWN, "unproven": UNPROVEN}[why]
    raise RuleError(said.format(shown), "登录")


def need_oidc_turn(connection: Connection, actor: Actor, at: datetime, login: str = "") -> None:
    """Throttled when it is too early for this address to come from the provider again."""
    wait = next_attempt(connection, _oidc_turn(login), actor.address, at)
    if wait > timedelta(0):
        raise Throttled(wait, TOO_MANY_OIDC)


def _oidc_turn(login: str) -> str:
    return f"{OIDC}\n{login}"  # no login name has a line break in it


def _proven(connection: Connection, login: str) -> Any:
    """The account of exactly this name, capitals aside; never a demo account.

    The provider's users may name themselves in letters that only turn into somebody
    else's when they are folded, such as the Kelvin sign: those are nobody's.
    """
    name = unicodedata.normalize("NFKC", login).strip()
    found = _account_of(connection, clean_login(name)) if name and name == login else None
    return None if found is None or found.is_demo else found


def close_session(engines: Engines, *, actor: Actor, at: datetime) -> None:
    """Log out: the session ends at once.  Harmless when it has ended already."""
    if actor.kind != "account":
        return
    with engines.trace() as connection:
        if _end(connection, at, session.c.id == actor.session_id):
            told: dict[str, Any] = {"table": "session", "row_id": actor.session_id}
            audit(connection, actor, "close_session", at=at, **told)


def close_other_sessions(engines: Engines, *, actor: Actor, at: datetime) -> int:
    """End every other session of one's own account; returns how many there were."""
    with engines.trace() as connection:
        _need_self(connection, actor, "close_other_sessions", at)
        mine = (session.c.account_id == actor.account_id) & (session.c.id != actor.session_id)
        ended = _end(connection, at, mine)
        audit(connection, actor, "close_other_sessions", at=at, after={"sessions": ended})
        return ended


def revoke_session(engines: Engines, *, session_id: int, actor: Actor, at: datetime) -> None:
    """End somebody's session at once, as an administrator."""
    with acting(engines, Act("revoke_session", actor, at)) as (connection, role):
        if not _end(connection, at, session.c.id == session_id):
            raise RuleError("这次登录已经结束，请刷新页面", "登录")
        told: dict[str, Any] = {"table": "session", "row_id": session_id}
        audit(connection, actor, "revoke_session", at=at, role=role, **told)


def change_password(
    engines: Engines, *, old: str, new: str, user_agent: str = "", actor: Actor, at: datetime
) -> Opened:
    """Change one's own password: every session of the account ends, and a new one opens."""
    with engines.read() as connection:
        _need_self(connection, actor, "change_password", at)
        found = _by_id(connection, actor)
        _need_turn(connection, found.login, actor, at)
    right = is_password(found.password_hash, old)
    new_hash = hash_password(clean_password(new, found.login)) if right else ""
    with engines.trace() as connection:
        _need_self(connection, actor, "change_password", at)
        if right and old != new and _by_id(connection, actor).password_hash == found.password_hash:
            values = {"password_hash": new_hash, "must_change_password": 0}
            connection.execute(update(account).where(account.c.id == found.id).values(values))
            end_sessions(connection, found.id, at)
            audit(connection, actor, "change_password", at=at, table="account", row_id=found.id)
            return _open(connection, _by_id(connection, actor), actor, at, user_agent)
        if not right:
            note_failure(connection, found.login, actor.address, at)
    if right:
        raise RuleError("新密码与原密码相同，请换一个", "新密码")
    raise RuleError("原密码不对，请重新输入", "原密码")


def end_sessions(connection: Connection, account_id: int, at: datetime) -> int:
    """End every session of an account, inside the caller's transaction."""
    return _end(connection, at, session.c.account_id == account_id)


def _end(connection: Connection, at: datetime, which: Any) -> int:
    ending = update(session).where(which, session.c.revoked_at.is_(None)).values(revoked_at=at)
    return int(connection.execute(ending).rowcount)


def _need_self(connection: Connection, actor: Actor, action: str, at: datetime) -> None:
    if actor.kind != "account":
        raise AccessError("还没有登录，请先登录再操作", "登录")
    need_live_login(connection, actor, action, at)


def _account_of(connection: Connection, login: str) -> Any:
    return connection.execute(select(account).where(account.c.login == login)).first()


def _by_id(connection: Connection, actor: Actor) -> Any:
    return connection.execute(select(account).where(account.c.id == actor.account_id)).one()


def _need_turn(connection: Connection, login: str, actor: Actor, at: datetime) -> None:
    wait = next_attempt(connection, login, actor.address, at)
    if wait > timedelta(0):
        raise Throttled(wait)


def _open(
    connection: Connection,
    found: Any,
    actor: Actor,
    at: datetime,
    user_agent: str,
    way: str = "password",
) -> Opened:
    token = secrets.token_urlsafe(32)
    row = {"token_hash": token_hash(token), "account_id": found.id, "created_at": at}
    row |= {"last_seen_at": at, "expires_at": at + timedelta(seconds=SESSION_LONGEST)}
    row |= {"address": actor.address[:60], "user_agent": _plain(user_agent)[:200]}
    row |= {"way": way}
    opened = insert(session).returning(session.c.id)
    session_id = connection.execute(opened, row).scalar_one()
    who = Actor(found.id, found.display_name, "account", actor.surface, actor.address, session_id)
    told: dict[str, Any] = {"table": "session", "row_id": session_id, "subject": found.login}
    after = {"ok": True} | ({"way": OIDC} if way == OIDC else {})
    audit(connection, who, "open_session", at=at, after=after, **told)
    first = must_change(found.must_change_password, way)
    return Opened(token, found.id, session_id, first, row["expires_at"])


def _tell_failure(
    connection: Connection,
    found: Any,
    subject: str,
    actor: Actor,
    at: datetime,
    told: dict[str, str],
) -> None:
    audit(
        connection,
        actor,
        "open_session",
        at=at,
        table="account",
        row_id=found.id if found else None,
        subject=subject,
        after={"ok": False} | told,
    )


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
