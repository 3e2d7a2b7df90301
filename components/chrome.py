"""The shared frame of every page: style, brand, navigation and the data's own clock."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import filters, problems
from components import texts as t
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


def draw_header(pages: Mapping[PageEntry, st.Page], current: PageEntry) -> None:
    """The band at the top: whose dashboard this is, and the way to the other pages."""
    street = load(fetch_units)["name"].iloc[0]
    with st.container(key="app_header", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="brand"><b>{escape(street)}</b><i>·</i>{t.BRAND}</div>')
        params = filters.link_params()
        for entry, page in pages.items():
            name = "here" if entry == current else entry.url or "home"
            with st.container(key=f"nav_{name}", width="content"):
                st.page_link(page, label=entry.title, query_params=params)
    for error in preset_errors():
        problems.show_banner(t.BROKEN_PRESET.format(error))
