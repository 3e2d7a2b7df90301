"""Accounts and their roles, as administrators keep them.  No account is ever deleted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data import setup_code
from data.access_table import GRANTED, ROLES
from data.audit import audit, told
from data.cipher import seal_text
from data.engines import Engines
from data.errors import AccessError, RuleError
from data.identity import VISITOR, Actor
from data.passwords import clean_password, generate_password, hash_password
from data.schema import account, account_grant, person, unit
from data.writes.requests import Act, acting
from data.writes.sessions import clean_login, end_sessions
from data.writes.validation import NAME_LENGTH, clean_text, need_row

LOGIN = re.compile(r"[\w.-]{2,40}")
PHONE = re.compile(r"\+?\d[\d -]{5,18}\d")
LABEL = "账号"
Grants = Sequence[tuple[str, int | None]]


@dataclass(frozen=True)
class NewAccount:
    """An account and its first password, which is shown once and kept nowhere."""

    id: int
    login: str
    password: str = field(repr=False)


def create_account(
    engines: Engines,
    *,
    login: str,
    display_name: str,
    password: str = "",
    phone: str = "",
    person_id: int | None = None,
    grants: Grants = (),
    actor: Actor,
    at: datetime,
) -> NewAccount:
    """Add an account; without ``password`` one is generated.  It has to be changed at first login.

    ``grants`` are (role, unit id); an administrator's unit is None.
    """
    facts = _checked(login, display_name, phone) | {"person_id": person_id, "created_at": at}
    first, facts["password_hash"] = _first_password(password, facts["login"])
    with acting(engines, Act("create_account", actor, at)) as (connection, role):
        if person_id is not None:
            need_row(connection, person, person_id, "人员")
        account_id = _insert(connection, facts)
        for given, unit_id in grants:
            _grant(connection, account_id, given, unit_id)
        _tell(connection, actor, "create_account", at, role, account_id)
    return NewAccount(account_id, facts["login"], first)


def create_first_account(
    engines: Engines,
    *,
    code: str,
    login: str,
    display_name: str,
    password: str,
    actor: Actor = VISITOR,
    at: datetime,
) -> NewAccount:
    """The first administrator, by the code on the server's console; only while there is none."""
    facts = _checked(login, display_name, "") | {"created_at": at, "must_change_password": 0}
    facts["password_hash"] = hash_password(clean_password(password, facts["login"]))
    with acting(engines, Act("create_first_account", actor, at)) as (connection, role):
        if connection.scalar(select(func.count()).select_from(account)):
            raise AccessError("已经有账号了，请登录；需要新账号请联系管理员", LABEL)
        if not setup_code.matches(code):
            raise AccessError(
                "启用码不对，请照服务器控制台上显示的输入；多次输错后须重新启动程序取新码", "启用码"
            )
        account_id = _insert(connection, facts)
        _grant(connection, account_id, "admin", None)
        _tell(connection, actor, "create_first_account", at, role, account_id)
    setup_code.withdraw()
    return NewAccount(account_id, facts["login"], password)


def reset_password(
    engines: Engines, *, account_id: int, password: str = "", actor: Actor, at: datetime
) -> NewAccount:
    """A new first password for an account; its sessions end.  Generated when none is given."""
    with engines.read() as connection:
        login = need_row(connection, account, account_id, LABEL).login
    first, hashed = _first_password(password, login)
    with acting(engines, Act("reset_password", actor, at)) as (connection, role):
        values = {"password_hash": hashed, "must_change_password": 1}
        _change(connection, account_id, values)
        end_sessions(connection, account_id, at)
        _tell(connection, actor, "reset_password", at, role, account_id)
    return NewAccount(account_id, login, first)


def disable_account(engines: Engines, *, account_id: int, actor: Actor, at: datetime) -> None:
    """Shut an account out at once; what it recorded stays."""
    with acting(engines, Act("disable_account", actor, at)) as (connection, role):
        row = need_row(connection, account, account_id, LABEL)
        if row.disabled_at is not None:
            raise RuleError(f"账号 {row.login} 已经停用，不用再停用", LABEL)
        if account_id == actor.account_id:
            raise RuleError("不能停用自己正在用的账号，请另一位管理员来停用", LABEL)
        before = told(account, row)
        _change(connection, account_id, {"disabled_at": at})
        _need_an_admin(connection)
        end_sessions(connection, account_id, at)
        _tell(connection, actor, "disable_account", at, role, account_id, before)


def enable_account(engines: Engines, *, account_id: int, actor: Actor, at: datetime) -> None:
    """Let an account in again."""
    with acting(engines, Act("enable_account", actor, at)) as (connection, role):
        row = need_row(connection, account, account_id, LABEL)
        if row.disabled_at is None:
            raise RuleError(f"账号 {row.login} 没有停用，不用启用", LABEL)
        _change(connection, account_id, {"disabled_at": None})
        _tell(connection, actor, "enable_account", at, role, account_id, told(account, row))


def grant_role(
    engines: Engines,
    *,
    account_id: int,
    role: str,
    unit_id: int | None,
    actor: Actor,
    at: datetime,
) -> int:
    """Give an account a role in a unit (None for an administrator); returns the grant's id."""
    with acting(engines, Act("grant_role", actor, at)) as (connection, by_role):
        need_row(connection, account, account_id, LABEL)
        grant_id = _grant(connection, account_id, role, unit_id)
        after = {"role": role, "unit_id": unit_id, "account_id": account_id}
        subject: dict[str, Any] = {"table": "account_grant", "row_id": grant_id}
        audit(connection, actor, "grant_role", at=at, role=by_role, after=after, **subject)
    return grant_id


def revoke_role(engines: Engines, *, grant_id: int, actor: Actor, at: datetime) -> None:
    """Take a role away, from this moment on."""
    with acting(engines, Act("revoke_role", actor, at)) as (connection, role):
        row = need_row(connection, account_grant, grant_id, "角色")
        connection.execute(account_grant.delete().where(account_grant.c.id == grant_id))
        _need_an_admin(connection)
        subject: dict[str, Any] = {"table": "account_grant", "row_id": grant_id}
        before = told(account_grant, row)
        audit(connection, actor, "revoke_role", at=at, role=role, before=before, **subject)


def _checked(login: str, display_name: str, phone: str) -> dict[str, Any]:
    name = clean_login(unicodedata.normalize("NFKC", login))
    if not LOGIN.fullmatch(name):
        raise RuleError("账号名须是 2 到 40 个汉字、字母、数字或 . _ -，请修改", "账号名")
    shown = clean_text("姓名", display_name, NAME_LENGTH)
    number = phone.strip()
    if number and not PHONE.fullmatch(number):
        raise RuleError("电话只能写数字，例如 13800000000，请检查", "电话")
    sealed = seal_text(number) if number else None
    return {"login": name, "display_name": shown, "phone_sealed": sealed}


def _first_password(password: str, login: str) -> tuple[str, str]:
    first = clean_password(password, login) if password else generate_password()
    return first, hash_password(first)


def _insert(connection: Connection, facts: dict[str, Any]) -> int:
    taken = select(account.c.id).where(account.c.login == facts["login"])
    if connection.execute(taken).first() is not None:
        raise RuleError(f"账号名 {facts['login']} 已经有人用了，请换一个", "账号名")
    new_id = insert(account).returning(account.c.id)
    return int(connection.execute(new_id.values(facts)).scalar_one())


def _grant(connection: Connection, account_id: int, role: str, unit_id: int | None) -> int:
    if role not in GRANTED:
        raise RuleError("没有所选的角色，请从列表里选择", "角色")
    if (role == "admin") != (unit_id is None):
        said = "管理员管全部单位，不选单位" if role == "admin" else f"{ROLES[role]}须选一个单位"
        raise RuleError(f"{said}，请修改", "单位")
    if unit_id is not None:
        need_row(connection, unit, unit_id, "单位")
    c = account_grant.c
    same = (c.account_id == account_id) & (c.role == role) & c.unit_id.is_not_distinct_from(unit_id)
    if connection.execute(select(c.id).where(same)).first() is not None:
        raise RuleError("这个账号在该单位已经有这个角色，不用再授予", "角色")
    row = {"account_id": account_id, "role": role, "unit_id": unit_id}
    return int(connection.execute(insert(account_grant).returning(c.id), row).scalar_one())


def _change(connection: Connection, account_id: int, values: dict[str, Any]) -> None:
    connection.execute(update(account).where(account.c.id == account_id).values(values))


def _need_an_admin(connection: Connection) -> None:
    """Somebody must be left who can manage accounts."""
    held = select(account.c.id).join(account_grant, account_grant.c.account_id == account.c.id)
    able = held.where(account_grant.c.role == "admin", account.c.disabled_at.is_(None))
    if connection.execute(able.limit(1)).first() is None:
        raise RuleError("至少要留一位能登录的管理员，请先授予另一个账号管理员角色", "角色")


def _tell(
    connection: Connection,
    actor: Actor,
    action: str,
    at: datetime,
    role: str,
    account_id: int,
    before: dict[str, Any] | None = None,
) -> None:
    row = connection.execute(select(account).where(account.c.id == account_id)).one()
    subject: dict[str, Any] = {"table": "account", "row_id": account_id, "subject": row.login}
    after = told(account, row)
    audit(connection, actor, action, at=at, role=role, before=before, after=after, **subject)
