"""The volunteers page's parts: people, teams, units, orders and the time bank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components import texts as t
from components.filters import View
from components.loaders import build_once, load
from components.markup import number
from components.offers import offer_table
from components.problems import show_empty
from components.tables import table_html
from data.method import Method, Volunteering
from data.queries.volunteers import (
    fetch_team_ranking,
    fetch_time_bank,
    fetch_volunteer_ranking,
)
from data.ranking import stars_of
from data.scope import Scope

RANKS_SHOWN = 50


def people(view: View, method: Method) -> None:
    """Volunteers by approved hours of the period, with their stars of all time."""
    html = build_once(_people, view.scope, method.volunteering)
    st.html(html) if html else show_empty(t.NO_SERVICE)
    if html:
        offer_table(lambda: _listed(view.scope, method.volunteering))


def _people(scope: Scope, scheme: Volunteering) -> str:
    table = _listed(scope, scheme)
    formats = _formats(t.VOLUNTEER_COLUMNS[0], t.VOLUNTEER_COLUMNS[5])
    return "" if table.empty else table_html(table, formats=formats, classes="tall")


def _listed(scope: Scope, scheme: Volunteering) -> pd.DataFrame:
    ranking = load(fetch_volunteer_ranking, scope, RANKS_SHOWN)
    names = {s.stars: s.name for s in scheme.stars} | {0: t.NO_STAR}
    stars = [names[stars_of(scheme.stars, h)] for h in ranking["total_hours"]]
    table = ranking.assign(stars=stars)
    table = table[["rank", "name", "team_name", "unit_name", "stars", "hours", "services"]]
    return table.set_axis(list(t.VOLUNTEER_COLUMNS), axis=1)


def teams(view: View) -> None:
    """Teams by approved hours of the period."""
    st.html(build_once(_teams, view.scope))
    offer_table(lambda: _team_table(view.scope))


def _teams(scope: Scope) -> str:
    formats = _formats(t.VOLUNTEER_TEAM_COLUMNS[0], t.VOLUNTEER_TEAM_COLUMNS[2])
    return table_html(_team_table(scope), formats=formats)


def _team_table(scope: Scope) -> pd.DataFrame:
    ranking = load(fetch_team_ranking, scope)
    table = ranking[["rank", "team_name", "hours", "services", "volunteers"]]
    return table.set_axis(list(t.VOLUNTEER_TEAM_COLUMNS), axis=1)


def time_bank() -> None:
    """What the time bank issued, holds and paid out, over the whole street."""
    totals = load(fetch_time_bank)
    figures = (totals.issued, totals.held, totals.spent, totals.transfers)
    tiles = "".join(
        f"<div><span>{name}</span><b>{number(figure)}</b></div>"
        for name, figure in zip(t.VOLUNTEER_BANK_LINES, figures, strict=True)
    )
    st.html(f'<div class="facts facts-four">{tiles}</div>')


def _formats(rank: str, hours: str) -> dict[str, Callable[[Any], str]]:
    return {rank: lambda n: f'<b class="rank">{n}</b>', hours: lambda h: number(h, 1)}
