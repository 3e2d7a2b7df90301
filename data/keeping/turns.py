"""One backup or restore of a database at a time, however many processes there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from data.engines import sqlite_driver
from data.errors import RuleError
from data.keeping.files import reason_of

PATIENCE = 2.0  # seconds: somebody who only looks holds the lock for a moment
BUSY = "这个数据库的另一次备份或恢复正在进行，请等它结束后再试"


@contextmanager
def turn(database: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the turn; RuleError when somebody else still does after ``patience`` seconds.

    The lock is SQLite's own, on an empty file beside the database: it goes with the process
    that held it, even one that was killed, and works the same on every platform.
    """
    driver, lock = sqlite_driver(), lock_file(database)
    seconds = PATIENCE if patience is None else patience
    try:
        handle = driver.connect(str(lock), isolation_level=None, timeout=seconds)
    except driver.Error as error:
        raise _refusal(lock, error) from error
    with closing(handle):
        try:
            handle.execute("BEGIN EXCLUSIVE")
        except driver.Error as error:
            raise _refusal(lock, error) from error
        yield


def is_taken(database: Path) -> bool:
    """Whether a backup or a restore is going on; leaves no file behind."""
    if not lock_file(database).exists():
        return False
    try:
        with turn(database, patience=0):
            return False
    except RuleError as error:
        return error.message == BUSY


def lock_file(database: Path) -> Path:
    """The empty file that the turn is taken on."""
    return database.with_name(f"{database.name}.keeping.lock")


def _refusal(lock: Path, error: Exception) -> RuleError:
    if "locked" in str(error):
        return RuleError(BUSY, "备份")
    return RuleError(f"数据库所在的文件夹 {lock.parent} 不能用：{reason_of(error)}", "备份")
