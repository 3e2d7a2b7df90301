"""Short lists of people and cases, as HTML, the way a wall or a leader reads them."""

from __future__ import annotations

import pandas as pd

from components import texts as t
from components.board import empty
from components.loaders import load
from components.markup import escape, number, span
from components.tables import LIGHT_WORDS, bar, light_badge
from data.queries.appeal_files import fetch_light_list
from data.queries.volunteers import fetch_volunteer_ranking
from data.scope import Scope


def lateness(hours: float) -> str:
    """超 2天3小时 for a positive number of hours late, 剩 5小时 before the limit."""
    return (t.LATE_BY if hours > 0 else t.LEFT) + span(hours)


def light_list(scope: Scope, limit: int) -> str:
    """Red and yellow cases: light, unit, title and how late, the worst first."""
    cases = load(fetch_light_list, scope, limit)
    if cases.empty:
        return empty(t.NO_LIGHTS)
    rows = "".join(
        f"<tr><td>{light_badge(case.light)}</td><td>{escape(case.unit_name)}</td>"
        f"<td>{escape(case.title)}</td><td class='num'>{lateness(case.late_hours)}</td></tr>"
        for case in cases.itertuples()
    )
    return f'<div class="table-wrap lights-list"><table><tbody>{rows}</tbody></table></div>'


def taken_lights(scope: Scope, limit: int) -> pd.DataFrame:
    """The same list for a file: hours late as a number, below zero before the limit."""
    cases = load(fetch_light_list, scope, limit)
    lights = [LIGHT_WORDS.get(light, light) for light in cases["light"]]
    table = cases.assign(light=lights, late_hours=cases["late_hours"].round(1))
    table = table[["light", "unit_name", "title", "late_hours"]]
    return table.set_axis(list(t.LIGHT_TAKEN), axis=1)


def taken_volunteers(scope: Scope, limit: int) -> pd.DataFrame:
    """The list of volunteers for a file."""
    ranking = load(fetch_volunteer_ranking, scope, limit)
    columns = dict(zip(("rank", "name", "team_name", "hours"), t.VOLUNTEER_LIST_TAKEN, strict=True))
    return ranking[list(columns)].rename(columns=columns)


def volunteer_list(scope: Scope, limit: int) -> str:
    """The volunteers with most hours: rank, masked name, team, bar and hours."""
    ranking = load(fetch_volunteer_ranking, scope, limit)
    if ranking.empty:
        return empty(t.NO_SERVICE)
    most = ranking["hours"].max()
    rows = "".join(
        f"<tr><td class='rank'>{row.rank}</td><td>{escape(row.name)}</td>"
        f"<td>{escape(row.team_name)}</td><td>{bar(row.hours / most, 'gold')}</td>"
        f"<td class='num'>{number(row.hours, 1)}</td></tr>"
        for row in ranking.itertuples(index=False)
    )
    return f'<div class="table-wrap"><table><tbody>{rows}</tbody></table></div>'
