"""The shared frame of every page: style, brand, navigation and the data's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from components import filter_bar, filters, problems
from components import texts as t
from components.board import pack
from components.board_view import show_board
from components.loaders import load
from components.markup import escape
from components.navigation import PageEntry
from components.web import asset
from data.method.loading import preset_errors
from data.queries.units import fetch_units


def draw_page_style(title: str) -> None:
    """Page title, icon and width; the style sheet itself is in the served index page."""
    icon = asset("favicon.svg")  # named again, or Streamlit puts its own in the served one's place
    st.set_page_config(page_title=f"{title} · {t.APP}", page_icon=icon, layout="wide")


def draw_header(pages: Sequence[PageEntry], current: PageEntry) -> None:
    """The band at the top, whose dashboard this is and the other pages, and the filters below."""
    street = load(fetch_units)["name"].iloc[0]
    asked = urlencode(filters.link_params())
    links = "".join(_link(entry, asked, here=entry == current) for entry in pages)
    brand = f'<div class="brand"><b>{escape(street)}</b><i>·</i>{t.BRAND}</div>'
    html = f'<header class="band">{brand}<nav aria-label="{t.PAGES}">{links}</nav></header>'
    html += filter_bar.bar_html() if current.filtered else ""
    show_board(pack(html), key="app_header", choices=filter_bar.CHOICES)
    if current.filtered:
        filter_bar.draw_days()
    filters.write_url()
    for error in preset_errors():
        problems.show_banner(t.BROKEN_PRESET.format(error))


def _link(entry: PageEntry, asked: str, *, here: bool) -> str:
    """A link that assets/navigate.js follows without loading the page anew."""
    address = escape(f"./{entry.url}?{asked}")
    mark = ' aria-current="page"' if here else ""
    return f'<a href="{address}" data-page{mark}>{escape(entry.title)}</a>'
