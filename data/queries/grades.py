"""Year-end grades as counts: nobody below a line is named.

Grades by rank are ranks among everybody, so a member's grade does not depend on
which unit is being looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from data.method import PointsScheme
from data.queries.counting import approved_points, last_day, present
from data.queries.frames import frame_of
from data.queries.members import fetch_member_points
from data.schema import member, points_entry, unit
from data.scope import Scope, below
from data.scoring import follow_up, grade_points

EVERYTHING = "/"  # the path that every unit is below


def fetch_standings(
    connection: Connection, scope: Scope, scheme: PointsScheme, year: int
) -> pd.DataFrame:
    """Members with their points and grade of a year, as it stands on the scope's last day.

    Columns: those of ``fetch_member_points``, grade (key) and failing (bool: a
    member who may appear in counts only).
    """
    everybody = fetch_member_points(connection, replace(scope, path=EVERYTHING), year)
    totals = dict(zip(everybody["member_id"], everybody["total"], strict=True))
    grades = everybody["member_id"].map(grade_points(scheme, totals))
    here = everybody["unit_id"].isin(
        connection.scalars(select(unit.c.id).where(below(scope.path))).all()
    )
    graded = everybody.assign(grade=grades, failing=grades == scheme.failing_grade)
    return graded[here].reset_index(drop=True)


def fetch_follow_up_counts(
    connection: Connection, scope: Scope, scheme: PointsScheme
) -> pd.DataFrame:
    """How many members each follow-up track holds after the years that are over.

    Columns: key, action, years_in_a_row, members (present on the scope's last day).
    A year counts for a member who had joined, and where a ledger was kept, from its January.
    """
    members = _members(connection, scope)
    grades = _grades_by_year(connection, scope, scheme, members)
    histories = (_history(grades, int(who)) for who in members.loc[members["here"], "id"])
    held = Counter(due.key for due in (follow_up(scheme, h) for h in histories) if due)
    rows = [(f.key, f.action, f.years_in_a_row, held[f.key]) for f in scheme.follow_ups]
    return pd.DataFrame(rows, columns=["key", "action", "years_in_a_row", "members"])


def _history(grades: list[dict[int, str]], who: int) -> list[str]:
    """A member's grades, oldest year first, back to the last year without one."""
    history: list[str] = []
    for year in reversed(grades):
        if who not in year:
            break
        history.insert(0, year[who])
    return history


def _members(connection: Connection, scope: Scope) -> pd.DataFrame:
    statement = (
        select(member.c.id, member.c.joined_on, below(scope.path).label("here"))
        .join(unit, unit.c.id == member.c.unit_id)
        .where(present(member, scope))
    )
    return frame_of(connection, statement).astype({"here": bool})


def _grades_by_year(
    connection: Connection, scope: Scope, scheme: PointsScheme, members: pd.DataFrame
) -> list[dict[int, str]]:
    totals = _yearly_totals(connection, _years_over(connection, scope))
    joined = dict(zip(members["id"], members["joined_on"], strict=True))
    return [
        grade_points(
            scheme,
            {who: points.get(who, 0.0) for who, day in joined.items() if day <= date(year, 1, 31)},
        )
        for year, points in totals.items()
    ]


def _years_over(connection: Connection, scope: Scope) -> range:
    """The calendar years that a ledger was kept from January on and that are over."""
    first = connection.scalar(select(func.min(points_entry.c.happened_on)))
    over = last_day(scope).year
    if first is None:
        return range(over, over)
    return range(first.year if first.month == 1 else first.year + 1, over)


def _yearly_totals(connection: Connection, years: Iterable[int]) -> dict[int, dict[int, float]]:
    totals = {}
    for year in years:
        counted = approved_points(date(year, 1, 1), date(year, 12, 31))
        statement = select(points_entry.c.member_id, func.sum(points_entry.c.points))
        rows = connection.execute(statement.where(counted).group_by(points_entry.c.member_id))
        totals[year] = {who: float(points) for who, points in rows}
    return totals
