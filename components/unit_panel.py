"""What is known of one unit: its figures, its posts and the units below it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components import full_names
from components import texts as t
from components.details import of_metric, open_detail
from components.filters import View
from components.loaders import build_once, load, load_totals
from components.markup import escape
from components.offers import exact, heading, offer_table
from components.panels import panel
from components.problems import show_empty
from components.tables import light_badge, table_html
from data.method import Method
from data.metrics import MAP_METRICS, METRICS, measure
from data.offered import offered
from data.queries.units import fetch_posts, fetch_units

SPECIAL = "special"


def subtitle(view: View, method: Method) -> str:
    """The unit's level and code, with 专属 where it is a special grid, and its households."""
    row = load(fetch_units).set_index("id").loc[view.unit_id]
    level = {x.key: x.name for x in method.levels}.get(view.level, view.level)
    words = [t.SPECIAL_GRID if row["kind"] == SPECIAL else level, view.code]
    if pd.notna(row["households"]):
        words.append(t.HOUSEHOLDS.format(row["households"], row["residents"]))
    return " · ".join(words)


def figures(view: View, method: Method) -> None:
    """Every map metric of the unit in a grid of small tiles."""
    keys = offered(MAP_METRICS, method)
    st.html(build_once(_figures, view, keys))
    offer_table(lambda: _taken_figures(view, keys), t.MAP_FIGURES)


def _taken_figures(view: View, keys: tuple[str, ...]) -> pd.DataFrame:
    totals = load_totals(view.scope).loc[view.unit_id]
    rows = [(METRICS[k].name, exact(measure(METRICS[k], totals)), METRICS[k].unit) for k in keys]
    return pd.DataFrame(rows, columns=list(t.MAP_FIGURES_TAKEN))


def _figures(view: View, keys: tuple[str, ...]) -> str:
    totals = load_totals(view.scope).loc[view.unit_id]
    tiles = []
    for key in keys:
        metric = METRICS[key]
        found = measure(metric, totals)
        unit = "" if metric.unit == "%" else metric.unit
        tiles.append(
            f'<div data-metric="{key}"><span>{escape(metric.name)}</span>'
            f"<b>{escape(found.text)}</b> <small>{escape(unit)}</small></div>"
        )
    return f'<div class="facts">{"".join(tiles)}</div>'


def open_figure(key: str, view: View, method: Method) -> None:
    """A list of the figures; choosing one opens its definition and rows."""
    chosen = st.selectbox(
        t.DETAIL_HELP,
        offered(MAP_METRICS, method),
        index=None,
        format_func=lambda metric: METRICS[metric].name,
        placeholder=t.MAP_OPEN_FIGURE,
        key=key,
        label_visibility="collapsed",
    )
    if chosen and st.session_state.get(f"{key}_shown") != (chosen, view.code):
        st.session_state[f"{key}_shown"] = (chosen, view.code)
        open_detail(of_metric(chosen, view))


def posts(view: View, method: Method) -> None:
    """The posts of the unit's level: who fills each, since when, or that it is vacant."""
    named = full_names.posts(view.unit_id, view.path)
    html = build_once(_posts, view, method) if named is None else _filled(named, view, method)
    st.html(html) if html else show_empty(t.MAP_NO_POSTS)
    if html:  # names go out as everybody sees them, whoever is looking
        offer_table(lambda: _table(load(fetch_posts, view.unit_id), view, method))


def _posts(view: View, method: Method) -> str:
    return _filled(load(fetch_posts, view.unit_id), view, method)


def _filled(filled: pd.DataFrame, view: View, method: Method) -> str:
    frame = _table(filled, view, method)
    return "" if frame.empty else table_html(frame, classes="short")


def _table(filled: pd.DataFrame, view: View, method: Method) -> pd.DataFrame:
    rows: list[tuple[str, str, date | None]] = []
    for post in (p for p in method.posts if p.level == view.level):
        people = filled[filled["post_key"] == post.key]
        rows += [(post.name, p.name, p.since) for p in people.itertuples(index=False)]
        if people.empty:
            rows.append((post.name, t.MAP_VACANT, None))
    return pd.DataFrame(rows, columns=[t.POST, t.PERSON, t.SINCE])


def children(prefix: str, view: View, metric_key: str) -> None:
    """The units right below with the metric and their lights; nothing for a leaf."""
    count, html = build_once(_children, view, metric_key)
    if count:
        note = t.COUNT_UNITS.format(count)
        with panel(f"{prefix}_children", t.MAP_CHILDREN, note, of_metric(metric_key, view)):
            st.html(html)
            offer_table(lambda: _taken_children(view, metric_key))


def _taken_children(view: View, metric_key: str) -> pd.DataFrame:
    units, metric = load(fetch_units), METRICS[metric_key]
    below = units[units["parent_id"] == view.unit_id]
    totals = load_totals(view.scope)
    lights = [totals.loc[below["id"], f"{light}_appeals"].to_list() for light in ("red", "yellow")]
    figures = [exact(measure(metric, totals.loc[i])) for i in below["id"]]
    columns = (below["name"].to_list(), figures, *lights)
    names = (t.MAP_COLUMNS[0], heading(metric), *t.MAP_COLUMNS[1:])
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


def _children(view: View, metric_key: str) -> tuple[int, str]:
    units = load(fetch_units)
    below = units[units["parent_id"] == view.unit_id]
    totals, metric = load_totals(view.scope), METRICS[metric_key]
    frame = pd.DataFrame(
        {
            t.MAP_COLUMNS[0]: below["name"].to_list(),
            metric.name: [measure(metric, totals.loc[i]).text for i in below["id"]],
            t.MAP_COLUMNS[1]: [_lights("red", totals.loc[i, "red_appeals"]) for i in below["id"]],
            t.MAP_COLUMNS[2]: [
                _lights("yellow", totals.loc[i, "yellow_appeals"]) for i in below["id"]
            ],
        }
    )
    ready = dict.fromkeys(t.MAP_COLUMNS[1:], str)
    return len(below), table_html(frame, formats=ready, classes="short")


def _lights(light: str, count: int) -> str:
    return f"{light_badge(light)} {int(count)}" if count else ""
