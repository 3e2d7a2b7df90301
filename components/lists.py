"""Short lists of people and cases, as a wall or a leader reads them."""

from __future__ import annotations

import streamlit as st

from components import texts as t
from components.loaders import build_once, load
from components.markup import escape, number, span
from components.problems import show_empty
from components.tables import bar, light_badge
from data.queries.appeal_files import fetch_light_list
from data.queries.volunteers import fetch_volunteer_ranking
from data.scope import Scope


def lateness(hours: float) -> str:
    """超 2天3小时 for a positive number of hours late, 剩 5小时 before the limit."""
    return (t.LATE_BY if hours > 0 else t.LEFT) + span(hours)


def light_list(scope: Scope, limit: int) -> None:
    """Red and yellow cases: light, unit, title and how late, the worst first."""
    html = build_once(_light_rows, scope, limit)
    st.html(html) if html else show_empty(t.NO_LIGHTS)


def _light_rows(scope: Scope, limit: int) -> str:
    cases = load(fetch_light_list, scope, limit)
    if cases.empty:
        return ""
    rows = "".join(
        f"<tr><td>{light_badge(case.light)}</td><td>{escape(case.unit_name)}</td>"
        f"<td>{escape(case.title)}</td><td class='num'>{lateness(case.late_hours)}</td></tr>"
        for case in cases.itertuples()
    )
    return f'<div class="table-wrap lights-list"><table><tbody>{rows}</tbody></table></div>'


def volunteer_list(scope: Scope, limit: int) -> None:
    """The volunteers with most hours: rank, masked name, team, bar and hours."""
    html = build_once(_volunteer_rows, scope, limit)
    st.html(html) if html else show_empty(t.NO_SERVICE)


def _volunteer_rows(scope: Scope, limit: int) -> str:
    ranking = load(fetch_volunteer_ranking, scope, limit)
    if ranking.empty:
        return ""
    most = ranking["hours"].max()
    rows = "".join(
        f"<tr><td class='rank'>{row.rank}</td><td>{escape(row.name)}</td>"
        f"<td>{escape(row.team_name)}</td><td>{bar(row.hours / most, 'gold')}</td>"
        f"<td class='num'>{number(row.hours, 1)}</td></tr>"
        for row in ranking.itertuples(index=False)
    )
    return f'<div class="table-wrap"><table><tbody>{rows}</tbody></table></div>'
