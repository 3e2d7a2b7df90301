"""Members and volunteers come and go: how many were there, and their points, day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, case, func, null, select

from data.queries.counting import approved_points, last_day
from data.schema import member, points_entry, unit
from data.scope import Scope, below


def count_present(connection: Connection, table: Table, scopes: list[Scope]) -> np.ndarray:
    """How many of ``member`` or ``volunteer`` were present on the last day of each scope."""
    statement = select(table.c.joined_on, table.c.left_on)
    statement = statement.join(unit, unit.c.id == table.c.unit_id).where(below(scopes[0].path))
    stays = [_stay(joined, left) for joined, left in connection.execute(statement)]
    table_of_stays = np.array(stays, dtype=float).reshape(-1, 2)
    days = (last_day(scope) for scope in scopes)
    return np.array([_present(table_of_stays, day).sum() for day in days], dtype=float)


def points_of_year(connection: Connection, scopes: list[Scope]) -> np.ndarray:
    """Approved points of the calendar year up to each scope's last day, of who was present then.

    Points add up through the year, so they are read once by day, not once a scope.
    """
    days = [last_day(scope) for scope in scopes]
    rows = [
        (*_stay(joined, left), happened_on.toordinal(), points)
        for joined, left, happened_on, points in connection.execute(_earned(scopes[0].path, days))
    ]
    earned = np.array(rows, dtype=float).reshape(-1, 4)
    return np.array([_points(earned, day) for day in days], dtype=float)


def _earned(path: str, days: list[date]) -> Select[*tuple[Any, ...]]:
    # whoever joined before the first bucket's last day counts in all of them: one group a day
    joined = case((member.c.joined_on <= days[0], null()), else_=member.c.joined_on)
    return (
        select(joined.label("joined_late"), member.c.left_on, points_entry.c.happened_on)
        .add_columns(func.sum(points_entry.c.points))
        .join(member, member.c.id == points_entry.c.member_id)
        .join(unit, unit.c.id == member.c.unit_id)
        .where(below(path), approved_points(date(days[0].year, 1, 1), days[-1]))
        .group_by("joined_late", member.c.left_on, points_entry.c.happened_on)
    )


def _stay(joined: date | None, left: date | None) -> tuple[float, float]:
    """First and (exclusive) last day as day numbers; open ends reach as far as they can."""
    return joined.toordinal() if joined else 0.0, left.toordinal() if left else np.inf


def _present(stays: np.ndarray, day: date) -> np.ndarray:
    return (stays[:, 0] <= day.toordinal()) & (stays[:, 1] > day.toordinal())


def _points(earned: np.ndarray, day: date) -> float:
    year_begins = date(day.year, 1, 1).toordinal()
    in_year = (earned[:, 2] >= year_begins) & (earned[:, 2] <= day.toordinal())
    return float(earned[in_year & _present(earned, day), 3].sum())
