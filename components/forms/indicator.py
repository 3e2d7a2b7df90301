"""指标上报: a unit's number for a period, once."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity
from components.entry_grid import Grid
from components.forms.common import signature
from components.forms.fields import choose, line, need_number, number, send_button
from components.forms.sheet import Sheet, last_used, local_now, open_sheet, place
from components.loaders import engines, load
from components.markup import escape
from components.problems import show_empty
from data.errors import RuleError
from data.method import Indicator, Method
from data.queries.entries import fetch_indicator_reports
from data.queries.units import fetch_units
from data.reporting import period_name, recent_periods
from data.writes.indicators import record_indicator

FORM = "indicator"
PERIODS = 3


def indicator_form(grid: Grid, method: Method) -> None:
    """Draw the form; the indicators are the method's, of this grid's level and those above."""
    sheet = open_sheet(FORM, grid)
    if sheet is None:
        return
    units = _lineage(grid)
    mine = [i for i in method.indicators if i.level in units]
    if not mine:
        show_empty(e.INDICATOR_NONE)
        return
    last = last_used(FORM).get("indicator_key")
    ordered = [i for i in mine if i.key == last] + mine
    words = {i.key: _words(i, units, method) for i in ordered}
    key = choose(sheet, "indicator", e.INDICATOR, words)
    one = next((i for i in mine if i.key == key), None)
    unit, period = (units[one.level], _choose_period(sheet, one)) if one else (None, "")
    if one and unit:
        with place("entry_indicator_reported"):
            _tell_reported(one, unit, period)
        label = e.INDICATOR_VALUE.format(one.name, one.measure)
        number(sheet, f"value_{one.key}", label, step=1.0, format=f"%.{one.decimals}f")
        line(sheet, "source", e.INDICATOR_SOURCE, hint=e.INDICATOR_SOURCE_HINT)

    def write(request_id: str) -> str:
        if one is None or unit is None:
            raise RuleError(e.CHOICE_MISSING.format(e.INDICATOR), e.INDICATOR)
        done = record_indicator(
            engines(),
            unit_id=unit.id,
            indicator_key=one.key,
            period=period,
            value=need_number(sheet, f"value_{one.key}", one.name),
            source=sheet.get("source", ""),
            **signature(request_id),
        )
        value = f"{done.value:,.{one.decimals}f}"
        return e.INDICATOR_SAVED.format(period_name(period), one.name, value, one.measure)

    send_button(sheet, write)


def _lineage(grid: Grid) -> dict[str, Grid]:
    """The grid and the units above it by level, as far as this person reports for them."""
    reach = identity.reach("record_indicator")
    units: pd.DataFrame = load(fetch_units)
    above = [int(part) for part in grid.path.strip("/").split("/")]
    rows = units[units["id"].isin(above)].to_dict("records")
    return {
        row["level"]: Grid(row["id"], row["code"], row["name"], row["path"])
        for row in rows
        if any(row["path"].startswith(path) for path in reach)
    }


def _words(one: Indicator, units: dict[str, Grid], method: Method) -> str:
    """An indicator; with the unit that reports it where that is not the grid."""
    if one.level == method.grid_level:
        return one.name
    return e.INDICATOR_OF.format(one.name, units[one.level].name)


def _choose_period(sheet: Sheet, one: Indicator) -> str:
    periods = recent_periods(one.every, local_now().date(), PERIODS)
    options = {period: period_name(period) for period in periods}
    name = f"period_{one.every}"
    return (
        choose(sheet, name, e.INDICATOR_PERIOD, options, usual=periods[0], required=True)
        or periods[0]
    )


def _tell_reported(one: Indicator, unit: Grid, period: str) -> None:
    """What was reported for this period already, before it is typed again."""
    held = load(fetch_indicator_reports, unit.path, period)
    mine = held[(held["indicator_key"] == one.key) & (held["unit_id"] == unit.id)]
    for row in mine.itertuples():
        value = f"{row.value:,.{one.decimals}f}"
        told = e.INDICATOR_REPORTED.format(period_name(period), value, one.measure)
        st.html(f'<p class="section-note">{escape(told)}</p>')
