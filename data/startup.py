"""What stands at a database URL, told before anything is opened for real."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from data.engines import open_engines
from data.migrate import head_revision, known_revisions, revision_of
from data.schema import revision, unit

Kind = Literal["missing", "empty", "ready", "foreign", "unreachable", "newer", "outdated"]

SQLITE_HEADER = b"SQLite format 3\x00"
HINT = "请检查环境变量 GRID_DATABASE"


@dataclass(frozen=True)
class DatabaseState:
    """What kind of database was found and, in Chinese, what is wrong and what to do."""

    kind: Kind
    message: str


def database_state(url: str) -> DatabaseState:
    """The state of the database at ``url``; reads only, raises nothing, creates nothing.

    No message repeats a user name, a password or a query string of the URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return DatabaseState(
            "unreachable", f"数据库地址的写法不对（例：sqlite:////srv/grid/grid.db）；{HINT}"
        )
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_file_state(parsed, url)
    return _inspected(parsed, url)


def shown(url: URL) -> str:
    """A database address fit to be shown: no user name, password or query string."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    host = url.host or "本机"
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{host}{port}/{url.database or ''}"


def _sqlite_file_state(parsed: URL, url: str) -> DatabaseState:
    """What the file itself tells; a file with SQLite's header goes on to be opened."""
    name = shown(parsed)
    if name == ":memory:":
        return DatabaseState("unreachable", f"数据库地址须指向一个文件，不能用内存数据库；{HINT}")
    path = Path(name)
    if path.is_dir():
        return DatabaseState("unreachable", f"数据库地址指向的 {name} 是文件夹，须是文件；{HINT}")
    try:
        with path.open("rb") as file:
            start = file.read(len(SQLITE_HEADER))
    except (FileNotFoundError, NotADirectoryError):
        return DatabaseState("missing", f"数据库文件 {name} 还不存在，需要先建立")
    except OSError:
        return DatabaseState("unreachable", f"没有权限读取数据库文件 {name}，请检查文件的权限")
    if start and start != SQLITE_HEADER:
        return DatabaseState(
            "foreign", f"{name} 不是 SQLite 数据库文件，为免损坏它，没有打开；{HINT}"
        )
    return _inspected(parsed, url) if start else _no_tables(parsed)


def _inspected(parsed: URL, url: str) -> DatabaseState:
    name = shown(parsed)
    try:
        return _schema_state(parsed, url)
    except (NoSuchModuleError, ModuleNotFoundError):
        return DatabaseState(
            "unreachable", f"没有安装 {parsed.get_backend_name()} 数据库的驱动，请先安装；{HINT}"
        )
    except DBAPIError as error:
        return DatabaseState("unreachable", _why_unreadable(parsed, error))
    except SQLAlchemyError:
        return DatabaseState("unreachable", f"数据库 {name} 的地址不能用来连接；{HINT}")


def _why_unreadable(parsed: URL, error: DBAPIError) -> str:
    name = shown(parsed)
    if parsed.get_backend_name() != "sqlite":
        return f"连不上数据库 {name}，请检查数据库是否在运行、网络是否通、账号是否正确；{HINT}"
    if "malformed" in str(error.orig) or "not a database" in str(error.orig):
        return f"数据库文件 {name} 已损坏，请从备份恢复"
    if not os.access(Path(name).parent, os.W_OK):
        return f"数据库所在的文件夹 {Path(name).parent} 不能写入，请检查文件夹的权限"
    return f"打不开数据库文件 {name}，可能正被别的程序占用，请稍后再试"


def _schema_state(parsed: URL, url: str) -> DatabaseState:
    with open_engines(url).read() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables - {"alembic_version"}:
            return _no_tables(parsed)
        at = revision_of(connection) if "alembic_version" in tables else None
        wrong = _schema_fault(parsed, tables, at)
        if wrong is not None:
            return wrong
        has_units = connection.execute(select(unit.c.id).limit(1)).first() is not None
    if has_units:
        return DatabaseState("ready", f"数据库 {shown(parsed)} 可以使用")
    return DatabaseState("empty", f"数据库 {shown(parsed)} 里还没有单位，请先完成初始设置")


def _schema_fault(parsed: URL, tables: set[str], at: str | None) -> DatabaseState | None:
    """Why the tables found cannot be used as they are; None when they can."""
    name = shown(parsed)
    if at is None or not {unit.name, revision.name} <= tables:
        return DatabaseState(
            "foreign", f"数据库 {name} 里是别的系统的表，为免混在一起，没有打开；{HINT}"
        )
    if at not in known_revisions():
        return DatabaseState(
            "newer", f"数据库 {name} 的版本（{at}）比本程序新，请把程序升级到相应版本"
        )
    if at != head_revision():
        return DatabaseState(
            "outdated",
            f"数据库 {name} 是旧版本（{at}），需要升级；请先备份，再运行 python -m data migrate",
        )
    return None


def _no_tables(parsed: URL) -> DatabaseState:
    return DatabaseState("missing", f"数据库 {shown(parsed)} 里还没有表，需要先建立")
