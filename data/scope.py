"""The one filter object that every page and query shares: a unit and a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_

from data.schema import unit


@dataclass(frozen=True)
class Scope:
    """Everything below the unit at ``path``, within [start, end), seen from ``now``.

    All three times are aware and in UTC.  ``path`` is a unit's materialised
    path such as ``/1/4/``.
    """

    path: str
    start: datetime
    end: datetime
    now: datetime

    @property
    def until(self) -> datetime:
        """The moment the period is judged at: its end, or now while it still runs."""
        return min(self.end, self.now)


def below(path: str) -> ColumnElement[bool]:
    """The condition "this unit or anything below it": one range of the path index."""
    return and_(unit.c.path >= path, unit.c.path < path[:-1] + "0")  # "0" follows "/"
