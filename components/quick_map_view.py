"""The one place where the quick map meets Streamlit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.quick_map import Payload
from components.web import ASSETS

NAME = "grid_quick_map"


def show_quick_map(
    payload: Payload, *, key: str, height: int, on_click: Callable[[str], None]
) -> None:
    """Draw the map over the full width; ``on_click`` gets the code of a clicked unit.

    ``on_click`` runs before the script does, once a click.
    """

    def clicked() -> None:
        code = st.session_state[key].get("unit")
        if code:
            on_click(code)

    _component()(data=payload | {"room": height}, key=key, height=height, on_unit_change=clicked)


def _component() -> Any:
    """The component, registered anew in each run as Streamlit expects of inline ones."""
    return st.components.v2.component(
        NAME,
        html='<div class="quick-map"></div>',
        css=(ASSETS / "quick_map.css").read_text(encoding="utf-8"),
        js=(ASSETS / "quick_map.js").read_text(encoding="utf-8"),
    )
