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
    choices: Mapping[str, Callable[[str], None]] = MappingProxyType({}),
) -> None:
    """Draw a packed board over the full width.

    A press on an opener opens its detail.  ``choices`` hear what was chosen, by the
    name of the choice, before the script runs: ``unit`` a unit's code off a map.
    """

    def heard(event: str) -> Callable[[], None]:
        def hear() -> None:
            value = st.session_state[key].get(event)
            if isinstance(value, str):
                choices[event](value)

        return hear

    listeners = {f"on_{event}_change": heard(event) for event in choices}
    said = _component()(data=packed, key=key, on_open_change=_nothing, **listeners)
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
    # one text: a component's inline script can import nothing
    files = (ASSETS / name for name in ("plain_map.js", "board.js"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
