"""The way back: a backup that was examined takes the place of the database, which is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.audit import audit
from data.check import Difference
from data.engines import open_engines, sqlite_driver
from data.errors import RuleError
from data.identity import Actor
from data.keeping.copying import Examined, connect, copy_online, examine, shm_of, wal_of
from data.keeping.files import put, reason_of, settle, sha256
from data.keeping.places import STAMP, checksum_file, database_file
from data.keeping.turns import turn
from data.schema import session
from data.settings import zone

SHOWN = 3
IN_USE = "数据库 {0} 正在使用：请先停止看板和其他正在运行的命令，再恢复"
CORRUPT = ("malformed", "not a database", "disk image")


@dataclass(frozen=True)
class Restored:
    """What was done: where the database of before lies (None: there was none), which schema
    the restored one has, and how many logins were ended."""

    database: Path
    aside: Path | None
    schema: str
    outdated: bool
    differences: tuple[Difference, ...]
    ended_sessions: int


def restore(
    url: str, backup: Path, *, actor: Actor, at: datetime, accept_differences: bool = False
) -> Restored:
    """Put the database in ``backup`` where ``url`` points; the one that is there is kept aside.

    Refused with RuleError, and nothing touched: a file that is damaged, foreign, newer than
    this program or not what its checksum says; one that ``data.check`` finds at odds with
    itself, unless ``accept_differences``; a database that somebody has open.  Everybody has
    to log in again, because a backup remembers logins that have been ended since.
    """
    database = database_file(url)
    need_file(backup, database)
    with turn(database):
        part = database.with_name(f".{database.name}.restoring")
        try:
            found = _staged(backup, part, accept_differences)
            open_engines(url).dispose()
            with _kept_aside(database, at) as aside:
                put(part, database)
        except (OSError, sqlite_driver().Error) as error:
            raise RuleError(f"没有恢复：{reason_of(error)}，现有数据库没有改动", "恢复") from error
        finally:
            for left in (part, wal_of(part), shm_of(part)):
                left.unlink(missing_ok=True)
    outdated = found.kind == "outdated"
    ended = 0 if outdated else _note(url, backup, aside, actor, at)
    return Restored(database, aside, found.schema, outdated, found.differences, ended)


def need_file(backup: Path, database: Path) -> None:
    """RuleError unless ``backup`` is a file, and another one than the database."""
    if not backup.is_file():
        raise RuleError(f"找不到备份文件 {backup}，请核对路径", "文件")
    if database.exists() and backup.samefile(database):
        raise RuleError("要恢复的文件就是现在的数据库本身，请选择一份备份", "文件")


def _staged(backup: Path, part: Path, accept_differences: bool) -> Examined:
    """A copy beside the database of what is to be restored, examined and found good."""
    _need_checksum(backup)
    first = examine(backup)  # its words name the file that was given
    if first.damage:
        raise RuleError(f"不能恢复：{first.damage}", "文件")
    part.unlink(missing_ok=True)
    copy_online(backup, part)  # with what is still in a -wal beside it
    found = examine(part)
    if found.damage:
        raise RuleError(f"不能恢复：{found.damage}", "文件")
    if found.differences and not accept_differences:
        said = "；".join(f"{one.table} {one.message}" for one in found.differences[:SHOWN])
        raise RuleError(
            f"不能恢复：这份备份有 {len(found.differences)} 处不一致（{said}）。"
            "请换一份备份；确要用它，请加 --accept-differences",
            "文件",
        )
    settle(part)
    return found


def _need_checksum(backup: Path) -> None:
    """RuleError where the checksum beside a backup says that the file is not what it was."""
    noted = checksum_file(backup)
    if noted.exists() and sha256(backup) not in noted.read_text(encoding="utf-8", errors="replace"):
        raise RuleError(
            f"不能恢复：{backup.name} 与它的校验码不符，文件已损坏或被改动，请换一份备份", "文件"
        )


@contextmanager
def _kept_aside(database: Path, at: datetime) -> Iterator[Path | None]:
    """The present database under a second name, with its -wal where it could not be closed.

    There is a database at the old place at every moment: a program that starts meanwhile
    must never find none and begin an empty one.
    """
    if not database.exists():
        yield None
        return
    stamp = at.astimezone(zone()).strftime(STAMP)
    aside = database.with_name(f"{database.stem}-{stamp}-before-restore.db")
    if wal_of(database).exists():  # opening a damaged database may already delete it
        shutil.copyfile(wal_of(database), wal_of(aside))
        settle(wal_of(aside))
    try:
        if _closed(database):
            wal_of(aside).unlink(missing_ok=True)
        _second_name(database, aside)
    except Exception:
        wal_of(aside).unlink(missing_ok=True)
        raise
    for left in (wal_of(database), shm_of(database)):
        left.unlink(missing_ok=True)
    yield aside


def _second_name(database: Path, aside: Path) -> None:
    try:
        os.link(database, aside)
    except OSError:  # a file system without links
        shutil.copyfile(database, aside)
        settle(aside)


def _closed(database: Path) -> bool:
    """Bring the present database into its one file; False for one that is too damaged.

    SQLite does this only for the last who has it open, and so it tells whether somebody
    else has: RuleError then.
    """
    with closing(connect(database, "rw")) as connection:
        connection.execute("PRAGMA busy_timeout=2000")
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite_driver().Error as error:
            if any(word in str(error) for word in CORRUPT):
                return False
            raise RuleError(IN_USE.format(database), "恢复") from error
    if mode != "delete":
        raise RuleError(IN_USE.format(database), "恢复")
    return True


def _note(url: str, backup: Path, aside: Path | None, actor: Actor, at: datetime) -> int:
    """Tell the log of the restored database, and end the logins it remembers."""
    told = {"aside": aside.name if aside else ""}
    live = session.c.revoked_at.is_(None) & (session.c.expires_at > at)
    engines = open_engines(url)
    with engines.write() as connection:
        ended = connection.execute(session.update().where(live).values(revoked_at=at)).rowcount
        audit(connection, actor, "restore_database", at=at, subject=backup.name[:200], after=told)
    engines.dispose()
    return int(ended)
