"""The one place where a board meets Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import streamlit as st

from components.details import Detail, open_detail
from components.web import ASSETS

NAME = "grid_board"


def show_board(
    packed: bytes,
    *,
    key: str,
    details: Mapping[str, Detail] = MappingProxyType({}),
    on_unit: Callable[[str], None] | None = None,
) -> None:
    """Draw a packed board over the full width.

    A press on an opener opens its detail; ``on_unit`` gets the code of a unit
    that was clicked on a map, before the script runs.
    """

    def clicked() -> None:
        code = st.session_state[key].get("unit")
        if code and on_unit is not None:
            on_unit(code)

    said = _component()(data=packed, key=key, on_unit_change=clicked, on_open_change=_nothing)
    if said.open in details:
        open_detail(details[said.open])


def _nothing() -> None:
    """Streamlit reports only events that somebody listens to."""


def _component() -> Any:
    """The component, registered anew in each run as Streamlit expects of inline ones."""
    return st.components.v2.component(
        NAME, html='<div class="board"></div>', js=_script(), isolate_styles=False
    )


@cache
def _script() -> str:
    return (ASSETS / "board.js").read_text(encoding="utf-8")
