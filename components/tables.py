"""Tables as plain HTML: Chinese throughout, numbers aligned, everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components.markup import day, escape, moment, number
from components.offers import offer_table

LIGHT_WORDS = {"red": "红", "yellow": "黄", "green": "绿"}


def light_badge(light: str) -> str:
    """A light as a coloured disc that carries its word."""
    word = LIGHT_WORDS.get(light)
    return f'<span class="light light-{light}">{word}</span>' if word else ""


def bar(share: float, tone: str = "main") -> str:
    """A thin bar filled to ``share`` (0–1) of its width."""
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    return f'<span class="bar bar-{tone}"><i style="width:{width}%"></i></span>'


def table_html(
    frame: pd.DataFrame,
    *,
    formats: Mapping[str, Callable[[Any], str]] | None = None,
    classes: str = "",
) -> str:
    """``frame`` as a table with its column names as the header.

    ``formats`` maps a column to a function that returns ready HTML for a cell;
    every other column is formatted by type and escaped.
    """
    formats = formats or {}
    numeric = {c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c])}
    head = "".join(
        f'<th class="{"num" if c in numeric else ""}">{escape(c)}</th>' for c in frame.columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(c, v, formats.get(c), c in numeric) for c, v in row) + "</tr>"
        for row in (zip(frame.columns, values, strict=True) for values in frame.itertuples(False))
    )
    return (
        f'<div class="table-wrap {classes}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def show_table(frame: pd.DataFrame, *, taken: pd.DataFrame | None = None, **options: Any) -> None:
    """Draw :func:`table_html`; it may be taken away, as ``taken`` where cells hold HTML."""
    if taken is not None or not options.get("formats"):
        given = frame if taken is None else taken
        offer_table(lambda: given)
    st.html(table_html(frame, **options))


def _cell(column: str, value: Any, render: Callable[[Any], str] | None, numeric: bool) -> str:
    text = render(value) if render else plain(value)
    return f'<td class="{"num" if numeric else ""}">{text}</td>'


def plain(value: Any) -> str:
    """One value as escaped text: times and days in Chinese, — for nothing."""
    if pd.isna(value):
        return "—"
    if isinstance(value, datetime):
        return escape(moment(value))
    if isinstance(value, date):
        return escape(day(value))
    if isinstance(value, float):
        return number(value, 0 if value == int(value) else 1)
    if isinstance(value, int):
        return f"{value:,}"
    return escape(value)
