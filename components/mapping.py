"""The map of a page: one level of units below the chosen one, coloured by a metric."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from components import filters
from components import texts as t
from components.choices import distinct
from components.filters import View
from components.loaders import build_once, load, load_totals
from components.map_view import FrozenMap, show_map
from components.maps import build_map
from components.markup import escape
from components.quick_map import Payload, quick_map
from data.metrics import METRICS, Metric, measure
from data.queries.units import fetch_boundaries_below, fetch_unit_lights, fetch_units
from data.scope import Scope


def drill_map(prefix: str, view: View, metric_key: str, level: str, *, height: int) -> None:
    """Draw the units of ``level`` around the chosen unit; a click chooses the clicked one."""
    path = map_path(view, level)
    chart = build_once(_draw, view.scope, path, level, metric_key)
    show_map(chart, key=f"{prefix}_map", height=height, on_click=filters.choose_unit)
    show_unmapped(path, level)


def sketch(view: View, metric_key: str, level: str) -> Payload:
    """The same map as plain paths for a board: quick to draw, nothing to zoom."""
    return quick_map(**content(view.scope, map_path(view, level), level, metric_key))


def next_level(view: View) -> str:
    """The level one below the chosen unit, or its own where nothing lies below."""
    return build_once(_next_level, view.unit_id) or view.level


def _next_level(unit_id: int) -> str:
    units = load(fetch_units)
    children = units.loc[units["parent_id"] == unit_id, "level"]
    return "" if children.empty else str(children.iloc[0])


def map_path(view: View, level: str) -> str:
    """The path whose units of ``level`` are drawn: the unit's own, or its parent's for a leaf.

    The neighbours of a leaf are drawn only for those who may see their figures.
    """
    if view.level != level:
        return view.path
    around = "/".join(view.path.split("/")[:-2]) + "/" or "/"
    return around if filters.within_reach(around) else view.path


def show_unmapped(path: str, level: str) -> None:
    """Name the units that have no boundary yet, so that none drops out of sight."""
    html = build_once(unmapped, path, level)
    if html:
        st.html(html)


def unmapped(path: str, level: str) -> str:
    """The units of ``level`` without a boundary as a line of HTML; nothing where all have one."""
    shapes = load(fetch_boundaries_below, path, level)
    missing = shapes.loc[shapes["boundary"].isna(), "name"]
    names = escape("、".join(missing))
    return f'<p class="section-note">{t.NO_BOUNDARY}{names}</p>' if names else ""


def _draw(scope: Scope, path: str, level: str, metric_key: str) -> FrozenMap:
    return FrozenMap(build_map(**content(scope, path, level, metric_key)))


def content(scope: Scope, path: str, level: str, metric_key: str) -> dict[str, Any]:
    """What either map is built from: the arguments of build_map and quick_map."""
    metric = METRICS[metric_key]
    around = Scope(path, scope.start, scope.end, scope.now)
    shapes = _with_values(load(fetch_boundaries_below, path, level), metric, around)
    return {
        "shapes": shapes,
        "metric": metric.name,
        "unit": metric.unit,
        "decimals": metric.decimals,
        "lights": _lights(around, shapes),
        "outlines": _outlines(path, level),
    }


def _with_values(shapes: pd.DataFrame, metric: Metric, scope: Scope) -> pd.DataFrame:
    totals = load_totals(scope)
    facts = totals.loc[shapes["id"]].to_dict("index")
    measures = [measure(metric, facts[i]) for i in shapes["id"]]
    return shapes.assign(value=[m.value for m in measures], text=[m.text for m in measures])


def _lights(scope: Scope, shapes: pd.DataFrame) -> pd.DataFrame:
    """Lights of everything below each shape: code, light, count."""
    units = load(fetch_units)
    paths = dict(zip(units["id"], units["path"], strict=True))
    lit: Counter[tuple[int, str]] = Counter()
    for row in load(fetch_unit_lights, scope).itertuples():
        for above in paths[row.unit_id].strip("/").split("/"):
            lit[int(above), "red"] += int(row.red)
            lit[int(above), "yellow"] += int(row.yellow)
    rows = [
        (shape.code, light, lit[shape.id, light])
        for shape in shapes.itertuples()
        for light in ("red", "yellow")
    ]
    return pd.DataFrame(rows, columns=["code", "light", "count"])


def _outlines(path: str, level: str) -> pd.DataFrame | None:
    """The level between the chosen unit and the drawn one, where there is one."""
    units = load(fetch_units)
    inside = units[units["path"].str.startswith(path) & (units["path"] != path)]
    levels = list(dict.fromkeys(inside["level"]))
    if level not in levels or levels.index(level) == 0:
        return None
    return load(fetch_boundaries_below, path, levels[0])


def breadcrumb(prefix: str, view: View) -> None:
    """The way from the top to the chosen unit; every step is a way back."""
    units = load(fetch_units)
    trail = [int(i) for i in view.path.strip("/").split("/")]
    steps, shown = units.set_index("id").loc[trail], filters.index()
    with st.container(key=f"{prefix}_crumbs", horizontal=True, vertical_alignment="center"):
        for code, name in zip(steps["code"], steps["name"], strict=True):
            st.button(
                name,
                key=f"{prefix}_crumb_{code}",
                type="tertiary",
                disabled=code == view.code or code not in shown,
                on_click=filters.choose_unit,
                args=(code,),
            )


def unit_search(key: str) -> None:
    """A box that finds a unit by part of its name or by its pinyin initials."""
    words = build_once(_searchable, tuple(filters.index()))

    def go() -> None:
        code = st.session_state[key]
        if code:
            filters.choose_unit(code)
            st.session_state[key] = None

    st.selectbox(
        t.MAP_SEARCH,
        list(words),
        index=None,
        format_func=words.__getitem__,
        placeholder=t.MAP_SEARCH_HINT,
        key=key,
        on_change=go,
    )


def _searchable(codes: tuple[str, ...]) -> dict[str, str]:
    units = load(fetch_units)
    units = units[units["code"].isin(codes)]
    names = units["name"] + "　" + units["initials"]
    return distinct(dict(zip(units["code"], names, strict=True)))


def grid_level(view: View, levels: list[str], grid: str) -> str:
    """The grid level seen from above it, else the level below the chosen unit."""
    above = levels.index(view.level) < levels.index(grid) if view.level in levels else False
    return grid if above else next_level(view)
