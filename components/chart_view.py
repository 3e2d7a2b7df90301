"""The one place where a chart meets Streamlit."""

from __future__ import annotations

import altair as alt
import streamlit as st

from components import texts as t
from components.problems import show_empty


def show_chart(chart: alt.Chart | alt.LayerChart, key: str, *, empty: bool = False) -> None:
    """Draw a chart over the full width, or the empty state where there is nothing to draw."""
    if empty:
        show_empty(t.NO_DATA_HERE)
        return
    st.altair_chart(chart, theme=None, key=f"chart_{key}", width="stretch")
