"""Errors of the last day, kept in this process without a word of what they were about.

Of an error only what the program itself says is kept: which part, which kind of error,
which line of ours.  Messages may quote what somebody typed; they stay in the log file.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.settings import ROOT

DAY = timedelta(days=1)
MOST = 500
OURS = ("app", "pages", "components", "data")


@dataclass(frozen=True)
class RecentError:
    """One error: when (UTC), the logger, the kind of error and the last line of ours in it."""

    at: datetime
    part: str
    kind: str
    line: str


class Memory(logging.Handler):
    """A log handler that remembers the latest errors of a day."""

    def __init__(self, since: datetime) -> None:
        super().__init__(logging.ERROR)
        self.since = since
        self._held: deque[RecentError] = deque(maxlen=MOST)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Remember one error."""
        try:
            at = datetime.fromtimestamp(record.created, UTC)
            found = RecentError(at, record.name, *_cause(record))
            with self._guard:
                self._held.append(found)
        except Exception:
            self.handleError(record)

    def lately(self, now: datetime) -> list[RecentError]:
        """The errors of the day up to ``now``, latest first."""
        with self._guard:
            held = list(self._held)
        return [one for one in reversed(held) if now - one.at < DAY]


_memory: list[Memory] = []


def install() -> None:
    """Begin to remember; once a process."""
    if not _memory:
        _memory.append(Memory(datetime.now(UTC)))
        logging.getLogger().addHandler(_memory[0])


def recent_errors(now: datetime) -> list[RecentError]:
    """The errors of the last day in this process, latest first; [] before ``install``."""
    return _memory[0].lately(now) if _memory else []


def remembered_since() -> datetime | None:
    """Since when errors are remembered (UTC): the start of this process; None: they are not."""
    return _memory[0].since if _memory else None


def _cause(record: logging.LogRecord) -> tuple[str, str]:
    """The kind of error and the line it came from, of the innermost code that is ours."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.levelname, _line(record.pathname, record.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [_line(frame.filename, frame.lineno or 0) for frame in frames]
    return type(error).__name__, next((line for line in reversed(lines) if line), "")


def _line(file: str, number: int) -> str:
    """``data/boot.py:89`` for a file of ours, "" for any other."""
    path = Path(file)
    if not path.is_relative_to(ROOT):
        return ""
    inside = path.relative_to(ROOT)
    return f"{inside.as_posix()}:{number}" if inside.parts[0].split(".")[0] in OURS else ""
