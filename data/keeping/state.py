"""How the backups stand, looked at afresh: for the page and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from data.errors import RuleError
from data.keeping.files import need_folder
from data.keeping.places import Arrangement, Found, arrangement, find_backups
from data.keeping.record import Attempt, last_attempt
from data.keeping.schedule import is_missing, planned_at
from data.keeping.turns import is_taken
from data.settings import uses_sample

GRACE = timedelta(hours=2)  # after the planned moment, before a missing backup is called late
Word = Literal["good", "late", "failed", "off"]

SAMPLE = "示例数据随时可以重新生成，不自动备份"
OFF = "没有启用自动备份（GRID_BACKUP_AT 为 off）"
NEVER = "还没有任何备份"
LATE = "今天的自动备份还没有完成，最近一份是 {0:%Y-%m-%d %H:%M} 的"
COPY_BEHIND = "第二个文件夹里没有最近这份备份"


@dataclass(frozen=True)
class BackupState:
    """The latest backup that counts, the latest try, and what is wrong, in Chinese.

    ``word`` sums it up; ``note`` says why there is no daily backup where there is none.
    """

    word: Word
    plan: Arrangement | None
    latest: Found | None
    count: int
    tried: Attempt | None
    running: bool
    problems: tuple[str, ...]
    note: str = ""


def backup_state(url: str, now: datetime) -> BackupState:
    """How the backups of the database at ``url`` stand; reads only and raises nothing."""
    try:
        plan = arrangement(url)
    except RuleError as error:
        word: Word = "off" if error.field == "数据库" else "failed"
        wrong = () if word == "off" else (error.message,)
        return BackupState(word, None, None, 0, None, False, wrong, error.message)
    found, tried = _listed(plan), last_attempt(plan.database)
    latest = found[0] if found else None
    daily = plan.at is not None and not uses_sample()
    problems = _problems(plan, latest, tried, now, daily)
    note = "" if daily else (SAMPLE if uses_sample() else OFF)
    word = _word(daily, tried, problems)
    running = is_taken(plan.database)
    return BackupState(word, plan, latest, len(found), tried, running, tuple(problems), note)


def _listed(plan: Arrangement) -> list[Found]:
    try:
        return find_backups(plan.folder, plan.database)
    except OSError:
        return []


def _problems(
    plan: Arrangement, latest: Found | None, tried: Attempt | None, now: datetime, daily: bool
) -> list[str]:
    if tried is not None and not tried.good:
        return [tried.message]
    problems = list(tried.problems) if tried is not None else []
    if not daily or plan.at is None:
        return problems
    problems += _folder_fault(plan)
    if latest is not None and not problems:
        problems += _copies_behind(plan, latest)
    if is_missing(now, plan) and now - planned_at(now, plan.at) > GRACE:
        problems.append(LATE.format(latest.made_at) if latest else NEVER)
    return problems


def _folder_fault(plan: Arrangement) -> list[str]:
    """What would stop the next backup: looked at now, not when it is due."""
    folder = plan.folder if plan.folder.is_dir() or not plan.own else plan.database.parent
    try:
        need_folder(folder, plan.database.stat().st_size)
        for copy in plan.copies:
            need_folder(copy, plan.database.stat().st_size)
    except RuleError as error:
        return [error.message]
    except OSError:
        return []
    return []


def _copies_behind(plan: Arrangement, latest: Found) -> list[str]:
    behind = [folder for folder in plan.copies if not (folder / latest.path.name).exists()]
    return [f"{COPY_BEHIND}（{folder}）" for folder in behind]


def _word(daily: bool, tried: Attempt | None, problems: list[str]) -> Word:
    if tried is not None and not tried.good:
        return "failed"
    if problems:
        return "late"
    return "good" if daily else "off"
