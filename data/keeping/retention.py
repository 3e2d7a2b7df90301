"""Which backups may go: a pure rule over the moments they were made at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LATELY = timedelta(days=2)  # of these all are kept: one made before an import is not lost to it


@dataclass(frozen=True)
class Keep:
    """How many days keep their latest backup, and how many weeks do."""

    days: int = 14
    weeks: int = 8


def expired(moments: Iterable[datetime], keep: Keep, now: datetime) -> set[datetime]:
    """The moments (all local, without zone) whose backups may be deleted; never the latest.

    Days and weeks without a backup do not count, so a machine that was off for a month
    does not lose what it has.
    """
    known = sorted(moments, reverse=True)
    kept = {moment for moment in known if now - moment < LATELY} | set(known[:1])
    kept |= set(_latest_of_each(known, datetime.date)[: keep.days])
    kept |= set(_latest_of_each(known, lambda m: m.isocalendar()[:2])[: keep.weeks])
    return set(known) - kept


def _latest_of_each(moments: list[datetime], span: Callable[[datetime], Any]) -> list[datetime]:
    """The first of ``moments`` (latest first) in each day or week."""
    latest: dict[Any, datetime] = {}
    for moment in moments:
        latest.setdefault(span(moment), moment)
    return list(latest.values())
