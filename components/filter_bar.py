"""How the two filters are drawn: the unit, the period, and a custom period's own days."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from components import filters, identity
from components import texts as t
from components.board import choice, radios
from components.choices import distinct
from components.loaders import build_once
from components.markup import day
from data.errors import RuleError
from data.periods import PERIODS
from data.queries.revision import standing

MANY_UNITS = 120
INDENT = "\u2003"  # as wide as one character
CHOICES = {"unit": filters.choose_unit, "period": filters.choose_period}


def bar_html() -> str:
    """The bar for a board; what is chosen there goes to ``CHOICES``."""
    state = st.session_state
    chosen = state[filters.UNIT]
    labels = build_once(_unit_labels, chosen, tuple(identity.board_reach()))
    name = filters.index()[chosen][2]
    return (
        f'<div class="filters">{choice("unit", t.FILTER_UNIT, labels, chosen, name)}'
        f"{radios('period', t.FILTER_PERIOD, PERIODS, state[filters.PERIOD])}"
        f'<span class="filter-note">{_note()}</span></div>'
    )


def draw_days() -> None:
    """The first and last day of a custom period."""
    if st.session_state[filters.PERIOD] != "custom":
        return
    with st.container(key="app_days", horizontal=True, vertical_alignment="center"):
        for key, label in ((filters.FIRST, t.FILTER_FIRST), (filters.LAST, t.FILTER_LAST)):
            st.date_input(
                label, key=key, label_visibility="collapsed", persist_state="session", width=150
            )


@standing
@standing
def _unit_labels(chosen: str, reach: tuple[str, ...]) -> dict[str, str]:
    """The units to choose from, by code, indented by their depth in the tree.

    In a large tree the lowest level is listed only around the chosen unit: nobody
    reads a list of hundreds.  The map's search finds them all.
    """
    units = filters.units_below(reach)
    depths = {code: row[4].count("/") - 2 for code, row in units.items()}
    lowest, top = max(depths.values()), min(depths.values())
    path = units[chosen][4]
    near = path if depths[chosen] < lowest else path.rstrip("/").rpartition("/")[0] + "/"
    labels = {
        code: INDENT * (depths[code] - top) + name
        for code, (_, _, name, _, own) in units.items()
        if len(units) <= MANY_UNITS or depths[code] < lowest or _right_below(near, own)
    }
    return distinct(labels)


def _right_below(near: str, own: str) -> bool:
    return own.startswith(near) and own.count("/") == near.count("/") + 1


def _note() -> str:
    """The period as two days; nothing while its own days make none."""
    try:
        start, end = filters.bounds()
    except RuleError:
        return ""
    last = min(end, filters.present()) - timedelta(minutes=1)
    return f"{day(start)} — {day(last)}"
