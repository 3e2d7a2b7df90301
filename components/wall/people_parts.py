"""Panels about members and volunteers that more than one scene shows; nobody is told apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from components.filters import View
from components.loaders import load, load_totals
from components.markup import number
from components.wall import parts
from components.wall import texts as t
from components.wall.parts import Row
from data.method import Method
from data.periods import PERIODS
from data.privacy import FEWEST
from data.queries.grades import fetch_follow_up_counts, fetch_standings
from data.queries.volunteers import fetch_team_ranking, fetch_volunteer_ranking

RANKS = 20  # more than any display has room for


def too_few(view: View) -> bool:
    """Whether the unit has so few members that a count would tell who is meant."""
    return 0 < int(load_totals(view.scope).loc[view.unit_id, "members"]) < FEWEST


def grade_counts(view: View, method: Method) -> list[tuple[str, int]]:
    """How many members have each grade, best first; empty where that must not be told."""
    if method.points is None or too_few(view):
        return []
    standings = load(fetch_standings, view.scope, method.points, view.year)
    counts = standings["grade"].value_counts()
    return [(g.name, int(counts.get(g.key, 0))) for g in method.points.grades]


def grades_box(view: View, method: Method) -> str:
    """Members by grade, and how many each follow-up track holds."""
    counts = grade_counts(view, method)
    if not counts:
        said = t.NO_GRADES if method.points is None else t.TOO_FEW.format(FEWEST)
        return parts.box("grades", t.GRADES, parts.empty(said), opens=False)
    note = t.GRADES_NOTE.format(view.year, sum(count for _, count in counts))
    tracks = follow_ups(view, method)
    held = parts.facts((action, t.PEOPLE.format(count)) for action, count in tracks)
    return parts.box("grades", t.GRADES, parts.slices(counts) + held, note=note)


def follow_ups(view: View, method: Method) -> list[tuple[str, int]]:
    """What each follow-up track does, and how many members it holds; never who."""
    if method.points is None or too_few(view):
        return []
    due = load(fetch_follow_up_counts, view.scope, method.points)
    return [(f.action, int(f.members)) for f in due.itertuples() if f.members]


def volunteers_box(view: View) -> str:
    """The volunteers with most hours of the period: rank, masked name, team and hours."""
    ranking = load(fetch_volunteer_ranking, view.scope, RANKS)
    lines = [
        _ranked(row, ranking, f"{row.name}　{row.team_name}", decimals=1)
        for row in ranking.itertuples(index=False)
    ]
    return _hours_box("volunteer_list", t.VOLUNTEERS, view, parts.rows(lines, "people"), lines)


def teams_box(view: View) -> str:
    """The teams with hours in the period: rank, name, how many served and hours."""
    ranking = load(fetch_team_ranking, view.scope)
    ranking = ranking[ranking["hours"] > 0]
    lines = [
        _ranked(row, ranking, row.team_name, small=t.TEAM_PEOPLE.format(row.volunteers))
        for row in ranking.itertuples(index=False)
    ]
    drawn = parts.rows(lines, "people inline", turns=True)
    return _hours_box("teams", t.TEAMS, view, drawn, lines)


def _ranked(row: Any, ranking: pd.DataFrame, text: str, small: str = "", decimals: int = 0) -> Row:
    """A row of a ranking by hours, its bar against the first."""
    return Row(
        lead=f'<b class="rank">{row.rank}</b>',
        text=text,
        small=small,
        end=number(row.hours, decimals),
        share=row.hours / ranking["hours"].max(),
    )


def _hours_box(key: str, title: str, view: View, drawn: str, lines: list[Row]) -> str:
    note = t.HOURS_NOTE.format(PERIODS[view.period])
    return parts.box(key, title, drawn if lines else parts.empty(t.NO_SERVICE), note=note)
