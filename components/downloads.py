"""Buttons that take a table or a chart away as a file; made only when they are pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import texts as t
from components.chart_pictures import Form, chinese_font, picture
from components.markup import escape, literal
from components.offers import Chart, Offer
from data.errors import RuleError
from data.exporting.csv_files import to_csv
from data.exporting.spreadsheets import Sheet, to_xlsx
from data.settings import zone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES: dict[Form, tuple[str, str]] = {
    "png": ("PNG", "image/png"),
    "svg": ("SVG", "image/svg+xml"),
}

Lines = Sequence[tuple[str, str]]


def table_buttons(
    key: str,
    name: str,
    place: str,
    fetch: Callable[[], pd.DataFrame],
    lines: Callable[[], Lines],
    label: str = t.TAKE_ROWS,
) -> None:
    """XLSX and CSV of the table ``name`` of ``place``.

    ``fetch`` gives its rows when a button is pressed (and is told to the log then, where
    rows hold names); ``lines`` are its definition, for the sheet 口径.
    """

    def workbook() -> bytes:
        notes = [*lines(), (t.TAKE_PLACE, place), (t.TAKE_MADE, _now())]
        notes = [(item, text) for item, text in notes if text]
        return to_xlsx([Sheet(name, fetch(), notes)])

    stem = file_stem(name, place)
    _button(label.format("XLSX"), workbook, f"{stem}.xlsx", XLSX, f"rows_xlsx_{key}")
    plain = label.format("CSV")
    _button(plain, lambda: to_csv(fetch()), f"{stem}.csv", "text/csv", f"rows_csv_{key}")


def offer_buttons(
    key: str, place: str, offers: Sequence[Offer], lines: Callable[[], Lines]
) -> None:
    """One row of buttons for each chart and table that a panel has to take away."""
    for number, one in enumerate(offers):
        with st.container(horizontal=True, vertical_alignment="center", key=f"take_{key}_{number}"):
            if len(offers) > 1:
                st.html(f'<p class="rows-note">{escape(one.name)}</p>')
            _offer_row(f"{key}_{number}", place, one, lines)


def _offer_row(key: str, place: str, one: Offer, lines: Callable[[], Lines]) -> None:
    frame = one.fetch()  # now, as whoever is looking; the file is made once a button is pressed
    if isinstance(one, Chart):
        period = dict(lines()).get(t.DEFINITION_PERIOD, "")
        around = {"name": one.name, "place": place, "note": period}
        chart_buttons(key, one.build, frame, **around, **one.options)
        return
    table_buttons(key, one.name, place, lambda: frame, lines, t.TAKE_TABLE)


def chart_buttons(
    key: str,
    build: Callable[..., Any],
    frame: pd.DataFrame,
    *,
    name: str,
    place: str,
    note: str = "",
    **options: Any,
) -> None:
    """PNG and SVG of the chart ``build(frame, **options)``; why not where no font has Chinese."""
    try:
        chinese_font()
    except RuleError as error:
        st.caption(literal(error.message))
        return
    said = " · ".join(filter(None, (place, note, _now())))
    for form, (word, kind) in PICTURES.items():

        def draw(form: Form = form) -> bytes:
            return picture(build, frame, form, title=name, note=said, **options)

        file = f"{file_stem(name, place)}.{form}"
        _button(t.TAKE_PICTURE.format(word), draw, file, kind, f"chart_{form}_{key}")


def file_stem(name: str, place: str) -> str:
    """The name of a file without its ending: what, where and on which day."""
    text = "_".join(filter(None, (name, place, f"{datetime.now(zone()):%Y%m%d}")))
    return "".join("-" if character in '\\/:*?"<>|' else character for character in text)


def _now() -> str:
    """With its year: files are looked at when the year is another."""
    return f"{datetime.now(zone()):%Y-%m-%d %H:%M}"


def _button(label: str, make: Callable[[], bytes], file: str, kind: str, key: str) -> None:
    st.download_button(label, data=make, file_name=file, mime=kind, key=key, on_click="ignore")
