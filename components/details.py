"""Behind every figure and chart: its definition (口径), its working and the rows it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import access_texts as a
from components import full_names, identity
from components import texts as t
from components.downloads import offer_buttons, table_buttons
from components.filters import View
from components.loaders import load, load_totals
from components.markup import escape, moment
from components.offers import Offer
from components.problems import show_empty
from components.tables import table_html
from data.listings import LISTINGS, Rules, standard_of
from data.metrics import METRICS, Measure, Metric, measure
from data.queries.listing_rows import fetch_listing_rows
from data.queries.rows import fetch_metric_rows
from data.scope import Scope

PAGE_ROWS = 50

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Detail:
    """What a 口径 button opens: ``lines`` say what is counted, ``rows`` fetches what was.

    ``offers`` are the charts and tables beside the button.
    """

    key: str
    name: str
    place: str  # the unit's name, for the file
    lines: Callable[[], Lines]
    rows: Callable[[], pd.DataFrame]
    metric: tuple[str, Scope] | None = None  # of which the rows may be had with names
    offers: tuple[Offer, ...] = ()


def of_metric(metric_key: str, view: View) -> Detail:
    """A single number out of ``data.metrics``."""
    metric = METRICS[metric_key]

    def lines() -> Lines:
        return [
            (t.DEFINITION_VALUE, _working(metric, load_totals(view.scope).loc[view.unit_id])),
            (t.DEFINITION_FORMULA, metric.formula),
            (t.DEFINITION_NUMERATOR, metric.numerator_text),
            (t.DEFINITION_DENOMINATOR, metric.denominator_text),
            (t.DEFINITION_UNITS, t.AND_BELOW.format(view.name)),
            (t.DEFINITION_PERIOD, _period(metric.as_of, view)),
        ]

    def rows() -> pd.DataFrame:
        return load(fetch_metric_rows, metric_key, view.scope)

    named = (metric_key, view.scope)
    return Detail(metric_key, metric.name, view.name, lines, rows, named)


def of_listing(key: str, view: View, rules: Rules | None = None, *more: Any) -> Detail:
    """A whole chart out of ``data.listings``, with the rules (and more) it was drawn by."""
    listing = LISTINGS[key]
    place = t.EVERYWHERE if listing.everywhere else t.AND_BELOW.format(view.name)
    asked = (*(() if rules is None else (rules,)), *more)

    def lines() -> Lines:
        return [
            (t.DEFINITION_FORMULA, listing.formula),
            (t.DEFINITION_STANDARD, standard_of(rules) if rules else ""),
            (t.DEFINITION_ROWS, listing.rows_text),
            (t.DEFINITION_UNITS, place),
            (t.DEFINITION_PERIOD, _period(listing.as_of, view)),
        ]

    def rows() -> pd.DataFrame:
        return load(fetch_listing_rows, key, view.scope, *asked)

    return Detail(key, listing.name, t.EVERYWHERE if listing.everywhere else view.name, lines, rows)


def _period(as_of: str, view: View) -> str:
    if as_of == "period":
        return view.period_text
    return t.AS_OF.format(moment(view.scope.now if as_of == "now" else view.scope.until))


def divided(metric: Metric, found: Measure) -> str:
    """What a rate or mean divides by what: 5,455 ÷ 5,849; why there is none; what is left out."""
    if found.value is None and found.note:
        return found.note
    scale = 1 if metric.unit == "%" else metric.scale
    text = f"{found.numerator * scale:,.0f} ÷ {found.denominator or 0:,.0f}"
    return f"{text}（{found.note}）" if found.note else text


def _working(metric: Metric, totals: pd.Series) -> str:
    """The figure with its unit and, where it divides, what by what: 93.3% = 5,455 ÷ 5,849."""
    found = measure(metric, totals)
    text = found.text if metric.unit == "%" else f"{found.text} {metric.unit}"
    if found.denominator is None:
        return f"{text}（{found.note}）" if found.note else text
    note = f"（{t.SMALL_SAMPLE}）" if found.small else ""
    return f"{text} = {divided(metric, found)}{note}"


def open_detail(detail: Detail) -> None:
    """The dialog itself, titled by the name of what it explains."""
    st.dialog(f"{detail.name} · {t.DETAIL_HELP}", width="large")(_draw)(detail)


def open_offers(key: str, name: str, place: str, offers: Sequence[Offer]) -> None:
    """The same for what has no definition: only its files."""
    st.dialog(f"{name} · {t.TAKE}")(_draw_offers)(key, name, place, offers)


def _draw_offers(key: str, name: str, place: str, offers: Sequence[Offer]) -> None:
    _need_reader()
    offer_buttons(key, place, offers, lambda: [(t.DEFINITION_ROWS, name)])


def _need_reader() -> None:
    """Turning a dialog's pages runs it alone, without the frame: see again who is asking."""
    identity.begin_run()
    if not identity.board_reach():
        st.rerun()


def _draw(detail: Detail) -> None:
    _need_reader()
    st.html(_definition([*detail.lines(), (t.DEFINITION_MADE, moment(datetime.now(UTC)))]))
    offer_buttons(detail.key, detail.place, detail.offers, detail.lines)
    rows, export, note = _rows_of(detail)
    if rows.empty:
        show_empty(t.NO_ROWS)
        return
    shown = rows.head(PAGE_ROWS)
    pages = -(-len(rows) // PAGE_ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="rows-note">{note.format(len(rows))}</p>')
        table_buttons(detail.key, detail.name, detail.place, export, detail.lines)
    if pages > 1:
        number = st.number_input(
            t.WHICH_PAGE, 1, pages, 1, key=f"rows_page_{detail.key}", width=140
        )
        shown = rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    st.html(table_html(shown, classes="rows"))


def _rows_of(detail: Detail) -> tuple[pd.DataFrame, Callable[[], pd.DataFrame], str]:
    """Rows to show, what gives them for a file, and what to say of them: named where one may."""
    masked = detail.rows()
    named = full_names.rows(*detail.metric, masked) if detail.metric else None
    if detail.metric is None or named is None:
        return masked, lambda: masked, t.ROWS
    export = full_names.export_of(*detail.metric, masked)
    return named, export or (lambda: masked), a.ROWS_NAMED if export else a.ROWS_NAMED_SHOWN


def _definition(lines: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in lines if text)
    return f'<dl class="definition">{cells}</dl>'
