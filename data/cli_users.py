"""``python -m data user …``: accounts from the command line, and the key for phones."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.access import GRANTED, ROLES, grants_of
from data.engines import Engines, open_engines
from data.errors import RuleError
from data.identity import Actor, system
from data.queries.accounts import fetch_accounts
from data.schema import account, unit
from data.settings import database_url
from data.startup import database_state
from data.writes.accounts_admin import (
    NewAccount,
    create_account,
    disable_account,
    enable_account,
    grant_role,
    reset_password,
    revoke_role,
)
from data.writes.sessions import clean_login

DONE = 0
OPERATOR: Actor = system("命令行", "cli")


def add_user_commands(commands: Any) -> None:
    """The sub-commands of ``user``, on the sub-parsers of the main command line."""
    users = commands.add_parser("user", help="管理账号：增加、列出、改密码、停用、授予和收回角色")
    which = users.add_subparsers(title="命令", metavar="命令", required=True)
    adding = _command(which, "add", _add, "增加账号，初始密码只显示这一次")
    adding.add_argument("--name", required=True, metavar="姓名", help="显示的姓名")
    adding.add_argument("--phone", default="", metavar="电话", help="电话，加密保存")
    _role_arguments(adding)
    _password_argument(adding)
    _command(which, "list", _list, "列出账号和角色", login=False)
    _password_argument(_command(which, "password", _password, "重设密码，同时结束它的所有登录"))
    _command(which, "disable", _disable, "停用账号")
    _command(which, "enable", _enable, "启用账号")
    _role_arguments(_command(which, "grant", _grant, "授予角色"))
    _role_arguments(_command(which, "revoke", _revoke, "收回角色"))


def _command(which: Any, name: str, run: Any, said: str, *, login: bool = True) -> Any:
    parser = which.add_parser(name, help=said)
    if login:
        parser.add_argument("login", metavar="账号名", help="登录用的账号名")
    parser.add_argument("--database", metavar="URL", help="数据库地址，默认按设置")
    parser.set_defaults(run=run)
    return parser


def _role_arguments(parser: Any) -> None:
    names = "、".join(f"{role}（{ROLES[role]}）" for role in GRANTED)
    parser.add_argument("--role", default="admin", metavar="角色", help=f"{names}；默认 admin")
    parser.add_argument("--unit", default="", metavar="编码", help="单位编码；管理员不写")


def _password_argument(parser: Any) -> None:
    said = "自己输入密码；不写则随机生成并显示一次"
    parser.add_argument("--ask", action="store_true", help=said)


def _engines(arguments: argparse.Namespace) -> Engines:
    url = arguments.database or database_url()
    state = database_state(url)
    if state.kind not in ("ready", "empty"):
        raise RuleError(state.message)
    return open_engines(url)


def _asked(arguments: argparse.Namespace) -> str:
    """The password typed twice, or read from a pipe; "" to have one generated."""
    if not arguments.ask:
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("新密码（不显示）：")
    if getpass.getpass("再输一次：") != first:
        raise RuleError("两次输入的密码不一致，请重新运行")
    return first


def _unit_id(engines: Engines, code: str) -> int | None:
    if not code:
        return None
    with engines.read() as connection:
        found = connection.scalar(select(unit.c.id).where(unit.c.code == code))
    if found is None:
        raise RuleError(f"没有编码为 {code} 的单位，请核对")
    return int(found)


def _account_id(engines: Engines, login: str) -> int:
    with engines.read() as connection:
        wanted = select(account.c.id).where(account.c.login == clean_login(login))
        found = connection.scalar(wanted)
    if found is None:
        raise RuleError(f"没有账号 {login}，可用 python -m data user list 查看")
    return int(found)


def _add(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    created = create_account(
        engines,
        login=arguments.login,
        display_name=arguments.name,
        phone=arguments.phone,
        password=_asked(arguments),
        grants=[(arguments.role, _unit_id(engines, arguments.unit))],
        actor=OPERATOR,
        at=datetime.now(UTC),
    )
    _say(f"已增加账号 {created.login}（{ROLES[arguments.role]}）", created, arguments)
    return DONE


def _password(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    changed = reset_password(
        engines,
        account_id=_account_id(engines, arguments.login),
        password=_asked(arguments),
        actor=OPERATOR,
        at=datetime.now(UTC),
    )
    _say(f"已重设账号 {changed.login} 的密码", changed, arguments)
    return DONE


def _say(done: str, made: NewAccount, arguments: argparse.Namespace) -> None:
    shown = "" if arguments.ask else f"\n初始密码（只显示这一次）：{made.password}"
    print(f"{done}，第一次登录须修改密码{shown}")


def _list(arguments: argparse.Namespace) -> int:
    with _engines(arguments).read() as connection:
        rows = fetch_accounts(connection, actor=OPERATOR, at=datetime.now(UTC))
    for login, held in rows.groupby("login"):
        first = held.iloc[0]
        marks = "（体验）" if first["is_demo"] else ""
        marks += "（已停用）" if pd.notna(first["disabled_at"]) else ""
        roles = [
            f"{ROLES[row.role]}·{row.unit_name or '全部单位'}"
            for row in held.itertuples()
            if row.role
        ]
        print(f"{login}　{first['display_name']}{marks}　{'、'.join(roles) or '没有角色'}")
    if rows.empty:
        print("还没有账号，可用 python -m data user add 增加")
    return DONE


def _disable(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    account_id = _account_id(engines, arguments.login)
    disable_account(engines, account_id=account_id, actor=OPERATOR, at=datetime.now(UTC))
    print(f"已停用账号 {arguments.login}")
    return DONE


def _enable(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    account_id = _account_id(engines, arguments.login)
    enable_account(engines, account_id=account_id, actor=OPERATOR, at=datetime.now(UTC))
    print(f"已启用账号 {arguments.login}")
    return DONE


def _grant(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    grant_role(
        engines,
        account_id=_account_id(engines, arguments.login),
        role=arguments.role,
        unit_id=_unit_id(engines, arguments.unit),
        actor=OPERATOR,
        at=datetime.now(UTC),
    )
    print(f"已授予 {arguments.login}：{ROLES[arguments.role]}")
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    engines = _engines(arguments)
    account_id = _account_id(engines, arguments.login)
    unit_id = _unit_id(engines, arguments.unit)
    with engines.read() as connection:
        grant_id = _grant_id(connection, account_id, arguments.role, unit_id)
    revoke_role(engines, grant_id=grant_id, actor=OPERATOR, at=datetime.now(UTC))
    print(f"已收回 {arguments.login}：{ROLES[arguments.role]}")
    return DONE


def _grant_id(connection: Connection, account_id: int, role: str, unit_id: int | None) -> int:
    path = "/"
    if unit_id is not None:
        path = str(connection.scalar(select(unit.c.path).where(unit.c.id == unit_id)))
    for grant in grants_of(connection, account_id):
        if (grant.role, grant.path) == (role, path):
            return grant.id
    raise RuleError("这个账号没有这个角色，可用 python -m data user list 查看")
