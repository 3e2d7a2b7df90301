"""The panel that builds a wall's address: choices, a preview, and a key for one display.

One function for pages/admin.py: ``wall_link_panel()``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components import access_texts as a
from components import filters
from components.forms.displays import display_form
from components.wall import texts as t
from components.wall.options import (
    LEAST_SECONDS,
    LEAST_TAKEOVER,
    MOST_SECONDS,
    MOST_TAKEOVER,
    SECONDS,
    TAKEOVER,
    TURNS,
    WALL_PERIODS,
    OptionError,
    address,
    parse,
)
from components.wall.views import method_at
from data.metrics import MAP_METRICS, METRICS
from data.offered import offered

PREFIX = "wall_link"
PREVIEW_HEIGHT = 420  # pixels; the wall scales itself to any size


def wall_link_panel() -> None:
    """Choose what a wall shows, look at it, and make the address that a display opens."""
    st.html(f'<p class="section-note">{t.BUILD_NOTE}</p>')
    _choices()
    try:
        query = _query()
    except OptionError as error:
        st.error(error.message)
        return
    link = f"/wall?{query}".rstrip("?")
    st.caption(t.BUILD_LINK)
    st.code(link, language=None, wrap_lines=True)
    if st.toggle(t.BUILD_PREVIEW, key=f"{PREFIX}_preview"):
        st.iframe(link, height=PREVIEW_HEIGHT)
    display_form(filters.index()[_held("unit")][0], query)


def _choices() -> None:
    """The options' inputs; their keys are wall_link_ and the option's name."""
    units = filters.index()
    left, right = st.columns(2)
    left.selectbox(
        a.DISPLAY_UNIT, list(units), format_func=lambda code: units[code][2], key=f"{PREFIX}_unit"
    )
    right.selectbox(
        t.BUILD_PERIOD,
        list(WALL_PERIODS),
        index=list(WALL_PERIODS).index("year"),
        format_func=WALL_PERIODS.__getitem__,
        key=f"{PREFIX}_period",
    )
    _several(t.BUILD_SCENES, "scenes", t.SCENES, tuple(t.SCENES))
    _seconds()
    method = method_at(datetime.now(UTC))
    metrics = {key: METRICS[key].name for key in offered(MAP_METRICS, method)}
    _several(t.BUILD_METRICS, "metric", metrics, offered(TURNS, method))
    _look()


def _several(label: str, name: str, names: dict[str, str], usual: tuple[str, ...]) -> None:
    """A list of which several may be chosen; the order they were chosen in counts."""
    st.multiselect(
        label,
        list(names),
        default=list(usual),
        format_func=names.__getitem__,
        key=f"{PREFIX}_{name}",
        placeholder="",
    )


def _seconds() -> None:
    """How long each chosen scene stays, and how long a take-over does."""
    scenes = _held("scenes") or []
    places = st.columns(len(scenes) + 1)
    for place, scene in zip(places, scenes, strict=False):
        label = t.BUILD_SECONDS.format(t.SCENES[scene])
        limits = (LEAST_SECONDS, MOST_SECONDS, SECONDS)
        place.number_input(label, *limits, key=f"{PREFIX}_seconds_{scene}")
    limits = (LEAST_TAKEOVER, MOST_TAKEOVER, TAKEOVER)
    places[-1].number_input(t.BUILD_TAKEOVER, *limits, key=f"{PREFIX}_takeover")


def _look() -> None:
    """Colours, hours of the day, and whether somebody leads through it."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.segmented_control(
        t.BUILD_THEME,
        list(t.THEMES),
        default="dark",
        required=True,
        format_func=t.THEMES.__getitem__,
        key=f"{PREFIX}_theme",
    )
    middle.text_input(t.BUILD_SCHEDULE, key=f"{PREFIX}_schedule", placeholder=t.BUILD_SCHEDULE_HINT)
    right.toggle(t.BUILD_PRESENT, key=f"{PREFIX}_present")


def _query() -> str:
    """The shortest query of what is chosen; OptionError for what cannot be used."""
    names = ("unit", "period", "schedule", "theme", "takeover")
    said = {name: str(_held(name)) for name in names if _held(name)}
    scenes = (f"{scene}:{_held(f'seconds_{scene}')}" for scene in _held("scenes") or [])
    lists = {"scenes": ",".join(scenes), "metric": ",".join(_held("metric") or [])}
    present = {"present": "1"} if _held("present") else {}
    return address(parse([*said.items(), *lists.items(), *present.items()]))


def _held(name: str) -> Any:
    return st.session_state.get(f"{PREFIX}_{name}")
