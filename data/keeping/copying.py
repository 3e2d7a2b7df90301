"""A database copied while it is written to, and what a copy is worth."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError

from data.check import Difference, check
from data.engines import open_engines, sqlite_driver
from data.migrate import revision_of
from data.startup import Kind, database_state

PAGES = 256  # a step of 1 MB takes a millisecond or two; then everybody else has a turn
PAUSE = 0.002  # seconds between two steps
MOST_FAULTS = 20
BUSY = 15  # seconds to wait for a lock


@dataclass(frozen=True)
class Examined:
    """What a database file turned out to be.

    ``damage`` says in Chinese why it cannot be used, "" where it can; ``differences`` are
    those of ``data.check``, which is only asked of the newest schema.
    """

    kind: Kind
    schema: str
    damage: str
    differences: tuple[Difference, ...] = ()


def connect(path: Path, mode: str) -> Any:
    """A plain connection to a SQLite file; ``mode`` is ro, rw or rwc."""
    target = f"file:{quote(str(path))}?mode={mode}"
    return sqlite_driver().connect(target, uri=True, isolation_level=None, timeout=BUSY)


def wal_of(path: Path) -> Path:
    """Where SQLite keeps what is not in the database's own file yet."""
    return path.with_name(f"{path.name}-wal")


def shm_of(path: Path) -> Path:
    """The index to that, which SQLite makes anew where it is missing."""
    return path.with_name(f"{path.name}-shm")


def copy_online(source: Path, target: Path) -> None:
    """Copy ``source`` as it is at this moment, whatever is written to it meanwhile.

    Raises OSError or an error of the SQLite driver.
    """
    with closing(connect(source, "ro")) as origin, closing(connect(target, "rwc")) as copy:
        # An open snapshot: without it, every write of somebody else would begin the copy anew,
        # and at 200 writes a second it would never end.  In WAL mode it stops no writer.
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        origin.backup(copy, pages=PAGES, progress=lambda *_: time.sleep(PAUSE))
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def examine(path: Path) -> Examined:
    """Open a database file read-only and say what it is worth; changes and raises nothing."""
    url = f"sqlite:///{path}"
    state = database_state(url)
    if state.kind not in ("ready", "empty", "outdated"):
        return Examined(state.kind, "", state.message)
    engines = open_engines(url)
    try:
        with engines.read() as connection:
            limit = f"PRAGMA integrity_check({MOST_FAULTS})"
            said = [str(row[0]) for row in connection.exec_driver_sql(limit)]
            schema = revision_of(connection) or ""
        if said != ["ok"]:
            return Examined(state.kind, schema, f"文件已损坏（{len(said)} 处，如 {said[0]}）")
        differences = () if state.kind == "outdated" else tuple(check(engines))
        return Examined(state.kind, schema, "", differences)
    except (SQLAlchemyError, sqlite_driver().Error) as error:
        return Examined(state.kind, "", f"文件已损坏（{type(error).__name__}）")
    finally:
        engines.dispose()
