"""Figures as cards: the value, its trend, its target and the button that opens it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from components import texts as t
from components.board import cards_row, pack
from components.board_view import show_board
from components.cards import card_html, sparkline
from components.details import Detail, divided, of_metric
from components.filters import View
from components.loaders import build_once, load, load_method, load_totals
from data.method import Method
from data.metrics import METRICS, Measure, Metric, format_value, measure
from data.offered import offered
from data.periods import buckets as trend_buckets
from data.periods import local_date
from data.queries.overview import fetch_trend
from data.settings import zone

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
    packed = build_once(_packed, prefix, tuple(metric_keys), view)
    details = card_details(prefix, metric_keys, view)
    show_board(packed, key=f"{prefix}_cards", details=details)


def card_details(prefix: str, metric_keys: Sequence[str], view: View) -> dict[str, Detail]:
    """What the buttons of a row of figures open, by the figure's key on the page."""
    return {f"{prefix}_{key}": of_metric(key, view) for key in metric_keys}


def cards_html(prefix: str, metric_keys: Sequence[str], view: View) -> str:
    """The row of figures as HTML, for a board."""
    return cards_row(
        {f"{prefix}_{key}": (METRICS[key].name, _card(view, key)) for key in metric_keys}
    )


def _packed(prefix: str, metric_keys: Sequence[str], view: View) -> bytes:
    return pack(cards_html(prefix, metric_keys, view))


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
        _beside(metric, found, totals, method),
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


def _beside(metric: Metric, found: Measure, totals: pd.Series, method: Method) -> str:
    if metric.denominator is not None:
        return divided(metric, found)
    others = [METRICS[key] for key in offered(BESIDE.get(metric.key, ()), method)]
    words = [f"{m.name} {measure(m, totals).text}" for m in others]
    return " · ".join([*words, found.note] if found.note else words)


def _trend(view: View, metric_key: str) -> list[float]:
    buckets = tuple(trend_buckets(view.scope.start, view.scope.end, zone()))
    values = load(fetch_trend, view.scope, metric_key, buckets)["value"].dropna()
    return values.tolist()
