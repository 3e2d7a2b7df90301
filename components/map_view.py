"""The one place where a map meets Streamlit: drawn once, then sent as it is.

``st_folium`` renders its map afresh on every rerun and changes it while doing
so.  A :class:`FrozenMap` holds the finished text instead, so a rerun costs next
to nothing and one map can be shared by every session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import folium
import streamlit as st
from branca.element import Figure

from components.maps import CORNER, clicked_code

# The clicked place makes two clicks on the same unit two different results.
RETURNED = ("last_active_drawing", "last_object_clicked")


class FrozenMap(folium.Map):
    """A rendered map: what ``st_folium`` asks of a map, answered from ready text.

    ``digest`` names the content: equal maps, and only those, have equal digests.
    """

    def __init__(self, chart: folium.Map) -> None:
        super().__init__(tiles=None)
        figure = cast(Figure, chart.get_root())
        figure.render()
        corner = figure.html._children[CORNER].render()
        # Imported here: its component is only registered when that happens in a script's run,
        # and the server imports this module before the first one.
        from streamlit_folium import generate_leaflet_string

        script = generate_leaflet_string(chart)
        self._drawn_bounds = chart.get_bounds()
        self.default_js, self.default_css = chart.default_js, chart.default_css
        self.digest = hashlib.sha256((script + corner).encode()).hexdigest()[:16]
        # st_folium asks the map's root for header and html, and its template for the script.
        self._id = "div"
        self.header, self.html = _text(""), _text(corner)
        self._template = SimpleNamespace(module=SimpleNamespace(script=lambda _map: script))

    def get_root(self) -> Any:
        """The map itself: it has no page around it any more."""
        return self

    def render(self, **_kwargs: Any) -> str:
        """Nothing is left to do."""
        return ""

    def get_bounds(self) -> Any:
        """The bounds of what was drawn."""
        return self._drawn_bounds


def _text(text: str) -> SimpleNamespace:
    return SimpleNamespace(render=lambda: text)


def show_map(
    chart: FrozenMap,
    *,
    key: str,
    height: int = 560,
    on_click: Callable[[str], None] | None = None,
) -> None:
    """Draw the map over the full width; ``on_click`` gets the code of a clicked unit.

    ``on_click`` runs before the script does, once a click.  The digest in the key
    gives every content a frame of its own, so neither an old picture nor an old
    click outlives a change of unit, metric or data.
    """
    frame = f"{key}-{chart.digest}"

    def clicked() -> None:
        code = clicked_code(st.session_state.get(frame))
        if code is not None and on_click is not None:
            on_click(code)

    from streamlit_folium import st_folium

    st_folium(
        chart,
        key=frame,
        height=height,
        use_container_width=True,
        returned_objects=RETURNED if on_click else (),
        on_change=clicked,
        render=False,
    )
