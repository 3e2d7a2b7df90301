"""The volunteers page's parts: people, teams, units, orders and the time bank."""

from __future__ import annotations

import streamlit as st

from components import charts
from components import texts as t
from components.chart_view import show_chart
from components.filters import View
from components.loaders import load
from components.mapping import next_level
from components.markup import number
from components.problems import show_empty
from components.tables import show_table
from data.method import Method
from data.queries.volunteers import (
    fetch_grid_hours,
    fetch_team_ranking,
    fetch_time_bank,
    fetch_volunteer_ranking,
)
from data.ranking import stars_of

RANKS_SHOWN = 50


def people(view: View, method: Method) -> None:
    """Volunteers by approved hours of the period, with their stars of all time."""
    ranking = load(fetch_volunteer_ranking, view.scope, RANKS_SHOWN)
    if ranking.empty:
        show_empty(t.NO_SERVICE)
        return
    names = {s.stars: s.name for s in method.volunteering.stars} | {0: t.NO_STAR}
    stars = [names[stars_of(method.volunteering.stars, h)] for h in ranking["total_hours"]]
    table = ranking.assign(stars=stars)
    table = table[["rank", "name", "team_name", "unit_name", "stars", "hours", "services"]]
    table.columns = list(t.VOLUNTEER_COLUMNS)
    show_table(
        table, formats=_formats(t.VOLUNTEER_COLUMNS[0], t.VOLUNTEER_COLUMNS[5]), classes="tall"
    )


def teams(view: View) -> None:
    """Teams by approved hours of the period."""
    ranking = load(fetch_team_ranking, view.scope)
    table = ranking[["rank", "team_name", "hours", "services", "volunteers"]]
    table.columns = list(t.VOLUNTEER_TEAM_COLUMNS)
    show_table(table, formats=_formats(t.VOLUNTEER_TEAM_COLUMNS[0], t.VOLUNTEER_TEAM_COLUMNS[2]))


def by_unit(view: View) -> None:
    """Units of the next level by approved hours given there."""
    ranking = load(fetch_grid_hours, view.scope, next_level(view))
    frame = ranking.rename(columns={"unit_name": "name", "hours": "value"})
    frame = frame.assign(text=[number(hours, 1) for hours in frame["value"]], highlight=True)
    show_chart(charts.ranking_bars, frame, key="volunteers_units")


def time_bank() -> None:
    """What the time bank issued, holds and paid out, over the whole street."""
    totals = load(fetch_time_bank)
    figures = (totals.issued, totals.held, totals.spent, totals.transfers)
    tiles = "".join(
        f"<div><span>{name}</span><b>{number(figure)}</b></div>"
        for name, figure in zip(t.VOLUNTEER_BANK_LINES, figures, strict=True)
    )
    st.html(f'<div class="facts facts-four">{tiles}</div>')


def _formats(rank: str, hours: str) -> dict[str, object]:
    return {rank: lambda n: f'<b class="rank">{n}</b>', hours: lambda h: number(h, 1)}
