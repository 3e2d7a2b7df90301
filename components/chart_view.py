"""The one place where a chart meets Streamlit: built once for its data, then sent as a spec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components import texts as t
from components.loaders import load_spec
from components.offers import offer_chart


def show_chart(build: Callable[..., Any], frame: pd.DataFrame, *, key: str, **options: Any) -> None:
    """Draw ``build(frame, **options)`` over the full width; builders say so where it is empty."""
    spec = load_spec(build, frame, **options) | {"description": t.CHART_NAMES[build.__name__]}
    offer_chart(build, frame, options)
    st.vega_lite_chart(spec, theme=None, key=f"chart_{key}", width="stretch")
