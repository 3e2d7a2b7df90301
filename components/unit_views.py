"""Units side by side: one table for any metric, at the level a person picks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components import texts as t
from components.details import divided
from components.filters import View
from components.loaders import build_once, load, load_totals
from components.markup import escape
from components.offers import exact, heading, offer_table
from components.problems import show_empty
from components.tables import bar, table_html
from data.method import Method
from data.metrics import METRICS, Measure, measure
from data.queries.units import fetch_units
from data.ranking import competition_rank


def comparison(
    prefix: str, view: View, method: Method, main: str, others: tuple[str, ...] = ()
) -> None:
    """Rank the units below the chosen one by metric ``main``, with ``others`` beside it."""
    levels = build_once(_levels_below, view.path, view.level)
    if not levels:
        show_empty(t.NO_UNITS_BELOW)
        return
    names = {level.key: level.name for level in method.levels}
    level = levels[0]
    if len(levels) > 1:
        level = st.segmented_control(
            t.COMPARE_LEVEL,
            levels,
            default=method.grid_level if method.grid_level in levels else levels[0],
            format_func=lambda key: names.get(key, key),
            required=True,
            key=f"{prefix}_compare_{view.level}",
            label_visibility="collapsed",
        )
    st.html(build_once(_table, view, level, main, others))
    offer_table(lambda: _taken(view, level, main, others))


def _levels_below(path: str, level: str) -> list[str]:
    """Levels that have units below the one at ``path``, top first."""
    units = load(fetch_units)
    inside = units[units["path"].str.startswith(path) & (units["level"] != level)]
    depths = inside.groupby("level", sort=False)["path"].first().str.count("/")
    return [str(key) for key in depths.sort_values(kind="stable").index]


def _ranked(view: View, level: str, main: str) -> tuple[dict[int, Measure], pd.Series]:
    """The units' ids with the measure they are ranked by, the highest first; their names."""
    units = load(fetch_units)
    rows = units[units["path"].str.startswith(view.path) & (units["level"] == level)]
    totals = load_totals(view.scope)
    found = {int(i): measure(METRICS[main], totals.loc[i]) for i in rows["id"]}
    order = sorted(found, key=lambda i: -_height(found[i]))
    return {i: found[i] for i in order}, rows.set_index("id")["name"]


def _taken(view: View, level: str, main: str, others: tuple[str, ...]) -> pd.DataFrame:
    """The same table for a file: figures as numbers, with their units in the heading."""
    order, names = _ranked(view, level, main)
    totals = load_totals(view.scope)
    frame: dict[str, list[Any]] = {
        t.RANK: competition_rank([_height(one) for one in order.values()]),
        t.UNIT: [names[i] for i in order],
    }
    for metric in (METRICS[key] for key in (main, *others)):
        found = [measure(metric, totals.loc[i]) for i in order]
        frame[heading(metric)] = [exact(one) for one in found]
        if metric.denominator and metric.key == main:
            frame[t.WORKING] = [divided(metric, one) for one in found]
    return pd.DataFrame(frame)


def _table(view: View, level: str, main: str, others: tuple[str, ...]) -> str:
    found, names = _ranked(view, level, main)
    totals, metric, order = load_totals(view.scope), METRICS[main], list(found)
    most = max((_height(m) for m in found.values()), default=0.0)
    frame = {
        t.RANK: competition_rank([_height(found[i]) for i in order]),
        t.UNIT: [names[i] for i in order],
        metric.name: [_with_bar(found[i], most) for i in order],
    }
    if metric.denominator:
        frame[t.WORKING] = [divided(metric, found[i]) for i in order]
    for other in (METRICS[key] for key in others):
        frame[other.name] = [measure(other, totals.loc[i]).text for i in order]
    ready: dict[str, Callable[[Any], str]] = {
        t.RANK: lambda n: f'<b class="rank">{n}</b>',
        metric.name: str,
    }
    return table_html(pd.DataFrame(frame), formats=ready, classes="units")


def _height(found: Measure) -> float:
    """The value to rank by; no value stands last."""
    return -1.0 if found.value is None else found.value


def _with_bar(found: Measure, most: float) -> str:
    share = _height(found) / most if most > 0 else 0.0
    return f'{bar(share)} <span class="beside">{escape(found.text)}</span>'
