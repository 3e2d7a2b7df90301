"""The daily backup that the app makes by itself.

The work is done by a child process: checking a backup takes seconds of pure computing,
which the pages of this process should not wait for.  With several app processes each
starts its own child, and the turn lets one of them do it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, time, timedelta

from data.access import require
from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.keeping.backup import Backup, run_in_turn
from data.keeping.places import Arrangement, arrangement, find_backups
from data.keeping.record import Attempt, last_attempt, record_attempt
from data.keeping.turns import BUSY, is_taken, turn
from data.settings import ROOT, database_url, uses_sample, zone

log = logging.getLogger(__name__)

LOOK = 30  # seconds between two looks at the clock
SETTLE = timedelta(minutes=10)  # after a start, before what was missed is made up for
RETRY = timedelta(hours=1)
LONGEST = 6 * 3600  # seconds after which a child is given up

_stop = threading.Event()


def start() -> None:
    """Begin looking at the clock, in a thread of its own."""
    _stop.clear()
    threading.Thread(target=_watch, args=(datetime.now(UTC),), name="backup", daemon=True).start()


def stop() -> None:
    """Stop looking; a backup that is going on ends by itself."""
    _stop.set()


def planned_at(now: datetime, at: time) -> datetime:
    """The latest moment up to ``now`` that a daily backup was planned for."""
    local = now.astimezone(zone())
    planned = datetime.combine(local.date(), at, local.tzinfo)
    return planned if planned <= local else planned - timedelta(days=1)


def is_due(now: datetime, plan: Arrangement, started: datetime) -> bool:
    """Whether the daily backup should be made now.

    One that was missed, because the machine was off, is made up for once the app has
    settled; one that failed is tried again each hour.
    """
    if plan.at is None:
        return False
    planned = planned_at(now, plan.at)
    tried = last_attempt(plan.database)
    if tried is not None and not tried.good and now - tried.at < RETRY:
        return False
    if planned < started and now - started < SETTLE:
        return False
    return is_missing(now, plan)


def is_missing(now: datetime, plan: Arrangement) -> bool:
    """Whether no backup was made since the latest planned moment."""
    if plan.at is None:
        return False
    found = find_backups(plan.folder, plan.database)
    planned = planned_at(now, plan.at).replace(tzinfo=None)
    return not found or found[0].made_at < planned


def daily_backup(plan: Arrangement, *, now: datetime) -> Backup | None:
    """Make today's backup unless it is there or somebody is making it: None then."""
    try:
        with turn(plan.database):  # looked at inside the turn: another may just have made it
            return run_in_turn(plan, at=now) if is_missing(now, plan) else None
    except RuleError as error:
        if error.message == BUSY:
            return None
        raise


def begin_backup(engines: Engines, *, actor: Actor, at: datetime) -> None:
    """Start a backup now, as somebody asked for on a page; the log is told who did."""
    url = engines.url.render_as_string(hide_password=False)
    plan = arrangement(url)
    with engines.trace() as connection:
        role = require(connection, actor, "make_backup", None, at=at)
        if is_taken(plan.database):
            raise RuleError(BUSY, "备份")
        audit(connection, actor, "make_backup", at=at, role=role, subject=plan.database.name)
    threading.Thread(target=_run, args=(url, plan, "backup"), name="backup-now").start()


def _watch(started: datetime) -> None:
    while not _stop.wait(LOOK):
        try:
            _look(started)
        except RuleError as error:  # a setting that is wrong: said on 系统管理 as well
            log.error("no daily backup: %s", error.message)
            _stop.wait(RETRY.total_seconds())
        except Exception:  # the clock must go on, whatever happened to one backup
            log.exception("the daily backup could not be started")
            _stop.wait(RETRY.total_seconds())


def _look(started: datetime) -> None:
    url = database_url()
    if uses_sample() or not url.startswith("sqlite"):
        return
    plan = arrangement(url)
    if is_due(datetime.now(UTC), plan, started):
        _run(url, plan, "backup", "--daily")


def _run(url: str, plan: Arrangement, *words: str) -> None:
    """Let a child do it; it records what became of it, and this the child that could not."""
    begun = datetime.now(UTC)
    command = [sys.executable, "-m", "data", *words]
    around = os.environ | {"GRID_DATABASE": url, "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603 our own program with fixed words
            command, cwd=ROOT, env=around, capture_output=True, timeout=LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        said = f"备份程序没能运行完（{type(error).__name__}）"
        record_attempt(plan.database, Attempt(datetime.now(UTC), False, said))
        log.error("a backup could not be run: %s", type(error).__name__)
        return
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")[-300:].strip()
        log.error("a backup failed: %s", said)
        tried = last_attempt(plan.database)
        if tried is None or tried.at < begun:  # the child could not even write that down
            last = said.splitlines()[-1] if said else str(done.returncode)
            record_attempt(plan.database, Attempt(begun, False, f"备份程序出错：{last}"))
    else:
        log.info("%s", done.stdout.decode("utf-8", "replace").strip())
