"""Where backups lie, what they are called and when they are due, as the settings say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from sqlalchemy.engine import make_url

from data.errors import RuleError
from data.keeping.retention import Keep
from data.settings import setting, whole_number

OFF = "off"
STAMP = "%Y%m%d-%H%M%S"
NOT_SQLITE = (
    "这里只备份 SQLite 数据库。PostgreSQL 请用它自带的 pg_dump 备份、pg_restore 恢复，"
    "并由数据库管理员定时执行"
)


@dataclass(frozen=True)
class Arrangement:
    """What the settings say about the backups of one database.

    ``own`` marks the folder beside the database: it may be made where it is missing.  One
    that was named in the settings may not, since it may be a disk that is not mounted.
    ``at`` is the local time of the daily backup, None where there is to be none.
    """

    database: Path
    folder: Path
    own: bool
    copies: tuple[Path, ...]
    at: time | None
    keep: Keep


@dataclass(frozen=True)
class Found:
    """A backup that counts: its file and the local moment in its name."""

    path: Path
    made_at: datetime


def database_file(url: str) -> Path:
    """The SQLite file at a URL; RuleError for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise RuleError(NOT_SQLITE, "数据库")
    return Path(parsed.database).absolute()


def arrangement(url: str) -> Arrangement:
    """The settings for a database; RuleError that names the one that is wrong."""
    database = database_file(url)
    named, copy = setting("GRID_BACKUP_FOLDER"), setting("GRID_BACKUP_COPY")
    return Arrangement(
        database=database,
        folder=Path(named).absolute() if named else database.parent / "backups",
        own=not named,
        copies=(Path(copy).absolute(),) if copy else (),
        at=_daily_time(),
        keep=Keep(whole_number("GRID_BACKUP_DAYS"), whole_number("GRID_BACKUP_WEEKS")),
    )


def _daily_time() -> time | None:
    value = setting("GRID_BACKUP_AT")
    if value == OFF:
        return None
    try:
        return time.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        name = "GRID_BACKUP_AT"
        raise RuleError(f"环境变量 {name} 须写成 02:30 或 off，现为“{value}”", name) from None


def backup_name(database: Path, moment: datetime) -> str:
    """The file name of a backup made at a local moment."""
    return f"{database.stem}-{moment.strftime(STAMP)}.db"


def find_backups(folder: Path, database: Path) -> list[Found]:
    """The backups of a database that count, latest first; [] for a folder that is not there.

    One counts once it has its name and, beside it, its checksum.
    """
    pattern = re.compile(rf"{re.escape(database.stem)}-(\d{{8}}-\d{{6}})\.db")
    found = []
    for path in folder.glob(named_like(database, "-*.db")):
        match = pattern.fullmatch(path.name)
        if match and checksum_file(path).exists():
            # the name is written in local time, and read back in it
            found.append(Found(path, datetime.strptime(match[1], STAMP)))  # noqa: DTZ007
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def checksum_file(path: Path) -> Path:
    """Where the SHA-256 of a backup stands, in the form that ``sha256sum -c`` reads."""
    return path.with_name(f"{path.name}.sha256")


def named_like(database: Path, ending: str) -> str:
    """The pattern of file names that begin as the database's does, for ``Path.glob``."""
    return re.sub(r"([*?\[])", r"[\1]", database.stem) + ending
