"""Short lists of people and cases, as a wall or a leader reads them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import texts as t
from components.markup import escape, number, span
from components.problems import show_empty
from components.tables import bar, light_badge


def lateness(hours: float) -> str:
    """超 2天3小时 for a positive number of hours late, 剩 5小时 before the limit."""
    return (t.LATE_BY if hours > 0 else t.LEFT) + span(hours)


def light_list(cases: pd.DataFrame) -> None:
    """Red and yellow cases: light, unit, title and how late (see fetch_light_list)."""
    if cases.empty:
        show_empty(t.NO_LIGHTS)
        return
    rows = "".join(
        f"<tr><td>{light_badge(case.light)}</td><td>{escape(case.unit_name)}</td>"
        f"<td>{escape(case.title)}</td><td class='num'>{lateness(case.late_hours)}</td></tr>"
        for case in cases.itertuples()
    )
    st.html(f'<div class="table-wrap lights-list"><table><tbody>{rows}</tbody></table></div>')


def volunteer_list(ranking: pd.DataFrame) -> None:
    """Rank, masked name, team, bar and hours (see fetch_volunteer_ranking)."""
    if ranking.empty:
        show_empty(t.NO_SERVICE)
        return
    most = ranking["hours"].max()
    rows = "".join(
        f"<tr><td class='rank'>{row.rank}</td><td>{escape(row.name)}</td>"
        f"<td>{escape(row.team_name)}</td><td>{bar(row.hours / most, 'gold')}</td>"
        f"<td class='num'>{number(row.hours, 1)}</td></tr>"
        for row in ranking.itertuples(index=False)
    )
    st.html(f'<div class="table-wrap"><table><tbody>{rows}</tbody></table></div>')
