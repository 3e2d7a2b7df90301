"""Panels: a titled white box whose heading can open the definition behind its figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.board import panel_title
from components.details import Detail, detail_button


@contextmanager
def panel(key: str, title: str, note: str = "", detail: Detail | None = None) -> Iterator[None]:
    """A box called ``key`` with a heading; with ``detail`` it has a 口径 button."""
    with st.container(key=f"panel_{key}", border=True, gap="small"):
        with st.container(key=f"panel_{key}_head", horizontal=True, vertical_alignment="center"):
            st.html(panel_title(title, note))
            if detail:
                detail_button(f"panel_{key}", detail)
        yield
