"""Engines on one database: a read-only one for queries, a writer, and one that never waits.

SQLite's default transaction mode under SQLAlchemy loses updates between
concurrent read-modify-writes; the hooks here make a writer take its lock first
(BEGIN IMMEDIATE) and a reader see one snapshot (BEGIN).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Table,
    UpdateBase,
    create_engine,
    event,
    select,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.elements import TextClause

from data.schema import DAILY, revision

try:
    from pysqlite3 import dbapi2 as bundled_sqlite
except ImportError:  # no wheel for this platform: Python's own SQLite serves
    bundled_sqlite = None

log = logging.getLogger(__name__)

# the driver looks for an adapter whenever it binds None; finding one is ten times quicker than not
(bundled_sqlite or sqlite3).register_adapter(type(None), lambda nothing: nothing)

CHANGED = "changed"  # in a write connection's info: names of the tables written to
PATIENCE = 15  # seconds that a writer waits for another one
SAFE_SQLITE = (3, 51, 3)  # first release without the WAL-reset corruption


def sqlite_driver() -> ModuleType:
    """The SQLite module in use: the bundled one where there is a wheel for it."""
    return bundled_sqlite or sqlite3


def sqlite_warning() -> str | None:
    """A warning in Chinese when the SQLite in use can corrupt a WAL file, else None."""
    version = sqlite_driver().sqlite_version
    if tuple(int(part) for part in version.split(".")) >= SAFE_SQLITE:
        return None
    return (
        f"当前 SQLite 版本为 {version}，低于 3.51.3，多人同时写入时极少数情况下可能损坏数据库文件；"
        "请安装 pysqlite3 或升级 Python 自带的 SQLite"
    )


@dataclass(frozen=True)
class Engines:
    """The engines for one database."""

    url: URL
    reader: Engine
    writer: Engine
    hasty: Engine  # writes, and does not wait for whoever is writing
    # SQLite's own waiting is not fair: under load one thread of many could wait for ever
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot and cannot write."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: bumps the revision, commits at the end or not at all.

        Bumping first takes the revision's row lock, so writers follow one
        another on PostgreSQL as they do on SQLite, and sealed chains stay chains.
        """
        with self.turn, self.writer.begin() as connection:
            connection.execute(
                update(revision).values(value=revision.c.value + 1, changed_at=datetime.now(UTC))
            )
            connection.info[CHANGED] = set()
            yield connection
            if connection.info[CHANGED] - DAILY:
                connection.execute(update(revision).values(standing=revision.c.value))

    @contextmanager
    def trace(self) -> Iterator[Connection]:
        """One write transaction for what no figure is counted from: logins, views, the log.

        The revision stays, so no cached answer is thrown away; its row is locked all
        the same, because the log is a chain too.
        """
        with self.turn, self.writer.begin() as connection:
            connection.execute(select(revision.c.value).with_for_update())
            yield connection

    @contextmanager
    def in_passing(self) -> Iterator[Connection | None]:
        """One write transaction for what is not missed: None, at once, while somebody writes."""
        with ExitStack() as held:
            if not self.turn.acquire(blocking=False):
                yield None
                return
            held.callback(self.turn.release)
            try:
                connection = held.enter_context(self.hasty.begin())
            except OperationalError:  # another process is writing
                yield None
                return
            yield connection

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.reader, self.writer, self.hasty):
            engine.dispose()


@lru_cache(maxsize=8)
def open_engines(url: str) -> Engines:
    """The engines for a database URL; one set a process and URL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        reader = create_engine(parsed, execution_options={"postgresql_readonly": True})
        writer = hasty = create_engine(parsed)
    else:
        reader = _sqlite_engine(parsed, read_only=True)
        writer = _sqlite_engine(parsed, read_only=False)
        hasty = _sqlite_engine(parsed, read_only=False, patience=0)
    event.listen(writer, "before_execute", _note_table)
    return Engines(parsed, reader, writer, hasty)


def _note_table(connection: Connection, statement: Executable, *_given: Any) -> None:
    """Keep which table a statement writes to; text could write anywhere, so it has no name."""
    if isinstance(statement, UpdateBase):
        name = statement.table.name if isinstance(statement.table, Table) else ""
    elif isinstance(statement, TextClause):
        name = ""
    else:
        return
    connection.info.setdefault(CHANGED, set()).add(name)


def _sqlite_engine(url: URL, *, read_only: bool, patience: int = PATIENCE) -> Engine:
    driver: Any = sqlite_driver()
    mode = "ro" if read_only else "rwc"
    # mode=ro makes a missing file an error instead of a new, empty database
    target = f"file:{quote(url.database or '')}?mode={mode}"

    def connect() -> Any:
        return driver.connect(
            target, uri=True, isolation_level=None, check_same_thread=False, timeout=patience
        )

    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
    )
    event.listen(engine, "connect", _set_pragmas(read_only, patience))
    event.listen(engine, "begin", _begin("BEGIN" if read_only else "BEGIN IMMEDIATE"))
    return engine


def _set_pragmas(read_only: bool, patience: int) -> Any:
    pragmas = [f"busy_timeout={patience * 1000}", "foreign_keys=ON", "synchronous=NORMAL"]
    if not read_only:
        pragmas.insert(1, "journal_mode=WAL")

    def on_connect(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return on_connect


def _begin(statement: str) -> Any:
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return on_begin
