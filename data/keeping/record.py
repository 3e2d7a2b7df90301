"""What became of the last backups: a small file beside the database, memory where that fails.

No table: what has to be told is, first of all, that nothing could be written; and a
restored database must not bring back the memory of older backups.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from data.keeping.files import write_text

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """One try at a backup: when (UTC), whether it counts, and in Chinese what there is to say.

    ``problems`` are those that do not undo it, such as a second folder out of reach.
    """

    at: datetime
    good: bool
    message: str
    file: str = ""
    size: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()


_unwritten: dict[Path, Attempt] = {}


def record_attempt(database: Path, attempt: Attempt) -> None:
    """Keep ``attempt`` as the latest one; never fails."""
    text = json.dumps(asdict(attempt) | {"at": attempt.at.isoformat()}, ensure_ascii=False)
    try:
        write_text(record_file(database), text)
        _unwritten.pop(database, None)
    except OSError as error:
        log.error("the outcome of a backup could not be written: %s", type(error).__name__)
        _unwritten[database] = attempt


def last_attempt(database: Path) -> Attempt | None:
    """The latest try that is known of, None when there was none."""
    held, written = _unwritten.get(database), _read(record_file(database))
    if held is None or written is None:
        return held or written
    return max(held, written, key=lambda one: one.at)  # another process may have done better


def record_file(database: Path) -> Path:
    """Where the latest try is written down."""
    return database.with_name(f"{database.name}.keeping.json")


def _read(file: Path) -> Attempt | None:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        found = Attempt(**held)
        return replace(found, at=datetime.fromisoformat(held["at"]), problems=tuple(found.problems))
    except (OSError, ValueError, TypeError, KeyError):
        return None  # none yet, or spoiled by hand: the backups themselves are still found
