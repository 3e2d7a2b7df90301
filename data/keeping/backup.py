"""A backup: copied online, opened, checked, and only then given its name."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.engines import sqlite_driver
from data.errors import RuleError
from data.keeping.copying import Examined, copy_online, examine, wal_of
from data.keeping.files import need_folder, put, reason_of, settle, sha256, write_text
from data.keeping.places import (
    Arrangement,
    backup_name,
    checksum_file,
    database_file,
    find_backups,
    named_like,
)
from data.keeping.record import Attempt, record_attempt
from data.keeping.retention import Keep, expired
from data.keeping.turns import turn
from data.settings import zone
from data.startup import database_state

log = logging.getLogger(__name__)

KEPT_FAULTY = 2  # files of backups that did not pass, kept to look into
OLD_SCHEMA = "数据库是旧版本，只核对了文件是否完整"


@dataclass(frozen=True)
class Backup:
    """A backup that counts: size in bytes, SHA-256, how it was checked, what went wrong beside."""

    path: Path
    size: int
    sha: str
    checked: str
    seconds: float
    copies: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


def run_backup(plan: Arrangement, *, at: datetime) -> Backup:
    """Back up as the settings say, and record what became of it; RuleError where it failed."""
    with turn(plan.database):
        return run_in_turn(plan, at=at)


def run_in_turn(plan: Arrangement, *, at: datetime) -> Backup:
    """The same for whoever holds the turn already."""
    try:
        if plan.own and plan.database.exists():
            plan.folder.mkdir(exist_ok=True)
        made = _backup(plan.database, plan.folder, plan.copies, plan.keep, at)
    except (RuleError, OSError) as error:
        said = error.message if isinstance(error, RuleError) else reason_of(error)
        record_attempt(plan.database, Attempt(at, False, said))
        raise RuleError(said, "备份") from error
    done = Attempt(at, True, made.checked, made.path.name, made.size, made.seconds, made.problems)
    record_attempt(plan.database, done)
    return made


def backup(
    url: str,
    folder: Path,
    *,
    copies: Sequence[Path] = (),
    keep: Keep | None = None,
    at: datetime | None = None,
) -> Backup:
    """Back the SQLite database at ``url`` up into ``folder`` while writing goes on.

    It counts once the copy was opened and passed SQLite's own check and ``data.check``; then
    it is copied into each of ``copies`` and what ``keep`` no longer covers is deleted (None:
    nothing is).  A second folder that fails is told in ``problems`` and undoes nothing.
    RuleError in Chinese for everything else that goes wrong.
    """
    database = database_file(url)
    with turn(database):
        return _backup(database, folder, copies, keep, at or datetime.now(UTC))


def _backup(
    database: Path, folder: Path, copies: Sequence[Path], keep: Keep | None, at: datetime
) -> Backup:
    begun, moment = time.monotonic(), at.astimezone(zone()).replace(tzinfo=None)
    path, checked = _make(database, folder, moment)
    there, problems = _copy_all(path, copies)
    for place in (folder, *(one.parent for one in there)):
        problems += _tidy(place, database, keep, moment)
    return Backup(
        path=path,
        size=path.stat().st_size,
        sha=_noted(path),
        checked=checked,
        seconds=time.monotonic() - begun,
        copies=tuple(there),
        problems=tuple(problems),
    )


def _make(database: Path, folder: Path, moment: datetime) -> tuple[Path, str]:
    """The file of a new backup and how it was checked."""
    state = database_state(f"sqlite:///{database}")
    if state.kind not in ("ready", "empty", "outdated"):
        raise RuleError(state.message, "数据库")
    need_folder(folder, sum(p.stat().st_size for p in (database, wal_of(database)) if p.exists()))
    path = folder / backup_name(database, moment)
    part = path.with_name(f".{path.name}.part")
    _sweep(folder, database)
    try:
        copy_online(database, part)
        found = examine(part)
        settle(part)
        if found.damage or found.differences:
            raise _not_sound(part, path, found)
        _name(part, path, sha256(part))
    except (OSError, sqlite_driver().Error) as error:
        said = f"备份到 {folder} 没有完成：{reason_of(error)}，请处理后重试"
        raise RuleError(said, "备份") from error
    finally:
        _sweep(folder, database)
    return path, OLD_SCHEMA if found.kind == "outdated" else "已打开核对，没有不一致"


def _name(part: Path, path: Path, sha: str) -> None:
    """The checksum first: a backup without one does not count."""
    write_text(checksum_file(path), f"{sha}  {path.name}\n")
    put(part, path)


def _not_sound(part: Path, path: Path, found: Examined) -> RuleError:
    """Keep what did not pass beside the backups, under a name that none of them has."""
    faulty = path.with_suffix(".faulty")
    put(part, faulty)
    first = found.differences[0].message if found.differences else ""
    said = found.damage or f"有 {len(found.differences)} 处不一致，如 {first}"
    return RuleError(
        f"备份没有通过核对，不计入：{said}。这份另存为 {faulty}；"
        "请运行 python -m data check 查看数据库本身",
        "备份",
    )


def _copy_all(path: Path, folders: Sequence[Path]) -> tuple[list[Path], list[str]]:
    there, problems = [], []
    for folder in folders:
        try:
            there.append(_copy(path, folder))
        except (RuleError, OSError) as error:
            said = error.message if isinstance(error, RuleError) else reason_of(error)
            problems.append(f"没有复制到第二个文件夹 {folder}：{said}")
            log.error("a backup could not be copied to the second folder: %s", said)
    return there, problems


def _copy(path: Path, folder: Path) -> Path:
    need_folder(folder, path.stat().st_size)
    target = folder / path.name
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(path, part)
        settle(part)
        if sha256(part) != _noted(path):
            raise RuleError("复制后的内容与原来的不同，那块磁盘可能有问题")
        _name(part, target, _noted(path))
    finally:
        part.unlink(missing_ok=True)
    return target


def _noted(path: Path) -> str:
    return checksum_file(path).read_text(encoding="utf-8").split()[0]


def _tidy(folder: Path, database: Path, keep: Keep | None, now: datetime) -> list[str]:
    """Delete what is no longer to be kept; what cannot be deleted is told."""
    if keep is None:
        return []
    found = find_backups(folder, database)
    gone = expired([one.made_at for one in found], keep, now)
    doomed = [one.path for one in found if one.made_at in gone]
    faulty = sorted(folder.glob(named_like(database, "-*.faulty")), reverse=True)[KEPT_FAULTY:]
    try:
        for path in [*doomed, *faulty]:
            path.unlink()
            checksum_file(path).unlink(missing_ok=True)
    except OSError as error:
        return [f"{folder} 里过期的备份没能删除：{reason_of(error)}"]
    return []


def _sweep(folder: Path, database: Path) -> None:
    """Remove what a backup that was killed has left; the turn is ours, so nobody needs it."""
    for left in folder.glob("." + named_like(database, "-*.part*")):
        left.unlink(missing_ok=True)
