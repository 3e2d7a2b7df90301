"""The backup that stands between a database and the migration a new program brings."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from data.errors import RuleError
from data.keeping.backup import run_backup
from data.keeping.copying import wal_of
from data.keeping.places import NOT_SQLITE, Arrangement, arrangement, find_backups
from data.keeping.turns import BUSY
from data.settings import zone
from data.startup import database_state

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks at what another process is doing
REFUSED = (
    "数据库是旧版本，升级前要先备份，但备份没有完成：{0}。为免丢失数据，没有升级，数据库没有改动。"
    "请处理后重新启动看板；如已另有可靠的备份，也可以运行 python -m data migrate 直接升级"
)


def backup_before_upgrade(url: str) -> None:
    """Back up the outdated database at ``url`` as the settings say; RuleError where it fails.

    Nothing is done where a backup holds all that is in it already, as after a start that
    failed, and for another database than SQLite, which has its own tools.  While another
    process is at it, this one waits.
    """
    try:
        plan = arrangement(url)
    except RuleError as error:
        if error.message != NOT_SQLITE:
            raise RuleError(REFUSED.format(error.message), error.field) from error
        log.warning("a database that is not SQLite is upgraded without a backup of ours")
        return
    while database_state(url).kind == "outdated" and not _is_kept(plan):
        try:
            made = run_backup(plan, at=datetime.now(UTC))
        except RuleError as error:
            if error.message == BUSY:
                time.sleep(LOOK)
                continue
            log.error("no backup, so no upgrade: %s", error.message)
            raise RuleError(REFUSED.format(error.message), "备份") from error
        log.info("backed up to %s before the upgrade", made.path.name)
        return


def _is_kept(plan: Arrangement) -> bool:
    """Whether the latest backup is younger than all that was written to the database."""
    found = find_backups(plan.folder, plan.database)
    files = [plan.database, *(p for p in [wal_of(plan.database)] if p.exists())]
    written = max((_changed(file) for file in files), default=None)
    return bool(found) and (written is None or found[0].made_at > written)


def _changed(file: Path) -> datetime:
    """When a file was last written to, in local time; long ago for an empty one."""
    known = file.stat()
    moment = datetime.fromtimestamp(known.st_mtime if known.st_size else 0, UTC)
    return moment.astimezone(zone()).replace(tzinfo=None)
