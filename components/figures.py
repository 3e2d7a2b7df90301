"""Every figure opens here: its definition (口径), its working and the rows it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from components import texts as t
from components.cards import card_html, sparkline
from components.filters import View
from components.loaders import build_once, load, load_method, load_totals
from components.markup import escape, moment
from components.problems import show_empty
from components.tables import table_html
from data.method import Method
from data.metrics import METRICS, Measure, Metric, format_value, measure
from data.periods import buckets as trend_buckets
from data.periods import local_date
from data.queries.export import to_csv
from data.queries.overview import fetch_trend
from data.queries.rows import fetch_metric_rows
from data.settings import zone

PAGE_ROWS = 50
DAYS_A_MONTH = 365.25 / 12

# What is said under a figure: other figures that put it in proportion.
BESIDE = {
    "grids": ("buildings",),
    "members": ("mean_points",),
    "volunteers": ("active_volunteer_rate",),
    "received_appeals": ("closed_appeals",),
    "open_appeals": ("red_appeals", "yellow_appeals"),
    "hours": ("hours_per_volunteer",),
}


def figure_cards(prefix: str, metric_keys: Sequence[str], view: View) -> None:
    """A row of figures, each with its trend, its target and the button that opens it."""
    for column, key in zip(st.columns(len(metric_keys)), metric_keys, strict=True):
        with column, st.container(key=f"card_{prefix}_{key}"):
            st.html(build_once(_card, view, key))
            detail_button(f"{prefix}_{key}", key, view)


def _card(view: View, metric_key: str) -> str:
    metric = METRICS[metric_key]
    totals = load_totals(view.scope).loc[view.unit_id]
    found = measure(metric, totals)
    method = load_method(local_date(view.scope.now, zone())).method
    verdict, good = judge(metric, found, view, method)
    return card_html(
        metric.name,
        found.text,
        "" if metric.unit == "%" else metric.unit,
        _beside(metric, found, totals),
        spark=sparkline(_trend(view, metric_key)),
        verdict=verdict,
        verdict_good=good,
    )


def judge(metric: Metric, found: Measure, view: View, method: Method) -> tuple[str, bool | None]:
    """The method's target for a figure in words, and whether it is met (None: no target).

    Targets of rates and means hold anywhere; those of amounts are the whole
    street's for a month, so they are stretched to the period and shown only there.
    """
    target = method.targets.get(metric.key)
    if (
        target is None
        or found.value is None
        or (metric.denominator is None and view.level != method.levels[0].key)
    ):
        return "", None
    if metric.denominator is None:
        days = (view.scope.until - view.scope.start).total_seconds() / 86400
        target *= days / DAYS_A_MONTH
    if found.small:
        return t.SMALL_SAMPLE, None
    met = found.value >= target
    return (t.TARGET_MET if met else t.TARGET_MISSED).format(format_value(metric, target)), met


def _beside(metric: Metric, found: Measure, totals: pd.Series) -> str:
    if metric.denominator is not None:
        scale = 1 if metric.unit == "%" else metric.scale
        return f"{found.numerator * scale:,.0f} ÷ {found.denominator or 0:,.0f}"
    others = [METRICS[key] for key in BESIDE.get(metric.key, ())]
    return " · ".join(f"{m.name} {measure(m, totals).text}" for m in others)


def _trend(view: View, metric_key: str) -> list[float]:
    buckets = tuple(trend_buckets(view.scope.start, view.scope.end, zone()))
    values = load(fetch_trend, view.scope, metric_key, buckets)["value"].dropna()
    return values.tolist()


def detail_button(key: str, metric_key: str, view: View) -> None:
    """A small button that opens the definition and rows of a figure."""
    label = METRICS[metric_key].name
    if st.button(t.DETAIL, key=f"{key}_detail", type="tertiary", help=f"{label}：{t.DETAIL_HELP}"):
        open_definition(metric_key, view)


def open_definition(metric_key: str, view: View) -> None:
    """The dialog itself, titled by the figure's name."""
    metric = METRICS[metric_key]
    st.dialog(f"{metric.name} · {t.DETAIL_HELP}", width="large")(_draw)(metric, view)


def _draw(metric: Metric, view: View) -> None:
    totals = load_totals(view.scope)
    st.html(_definition(metric, view, _with_working(metric, totals.loc[view.unit_id])))
    rows = load(fetch_metric_rows, metric.key, view.scope)
    if rows.empty:
        show_empty(t.NO_ROWS)
        return
    shown = rows.head(PAGE_ROWS)
    pages = -(-len(rows) // PAGE_ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="rows-note">{t.ROWS.format(len(rows))}</p>')
        st.download_button(
            t.DOWNLOAD_CSV,
            data=lambda: to_csv(rows),
            file_name=f"{metric.name}_{view.name}_{datetime.now(UTC):%Y%m%d}.csv",
            mime="text/csv",
            key=f"rows_csv_{metric.key}",
            on_click="ignore",
        )
    if pages > 1:
        number = st.number_input(
            t.WHICH_PAGE, 1, pages, 1, key=f"rows_page_{metric.key}", width=140
        )
        shown = rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    st.html(table_html(shown, classes="rows"))


def _with_working(metric: Metric, totals: pd.Series) -> str:
    """The figure with its unit and, where it divides, what by what: 93.3% = 5,455 ÷ 5,849."""
    found = measure(metric, totals)
    text = found.text if metric.unit == "%" else f"{found.text} {metric.unit}"
    if found.denominator is None:
        return text
    note = f"（{t.SMALL_SAMPLE}）" if found.small else ""
    return f"{text} = {_beside(metric, found, totals)}{note}"


def _definition(metric: Metric, view: View, value: str) -> str:
    at = moment(view.scope.until)
    lines = (
        value,
        metric.formula,
        metric.numerator_text,
        metric.denominator_text,
        t.AND_BELOW.format(view.name),
        view.period_text if metric.as_of == "period" else t.AS_OF.format(at),
        moment(datetime.now(UTC)),
    )
    cells = "".join(
        f"<dt>{k}</dt><dd>{escape(v)}</dd>"
        for k, v in zip(t.DEFINITION_LINES, lines, strict=True)
        if v
    )
    return f'<dl class="definition">{cells}</dl>'
