"""Choices that stand in the URL, so that a view can be shared as an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

import streamlit as st

from components import texts as t


def url_select(
    label: str,
    options: Sequence[str],
    *,
    param: str,
    key: str,
    names: Callable[[str], str],
    pills: bool = False,
    hide_label: bool = False,
) -> str:
    """The chosen option, kept in query parameter ``param``; the first one unless it says.

    ``pills`` draws the options side by side instead of in a list.
    """
    state = st.session_state
    if state.get(key) not in options:
        asked = st.query_params.get(param)
        state[key] = asked if asked in options else options[0]
        if asked and asked not in options:
            st.toast(t.UNKNOWN_CHOICE.format(asked, label, names(options[0])))
    shown: Literal["visible", "collapsed"] = "collapsed" if hide_label else "visible"
    chosen: str | None
    if pills:
        chosen = st.segmented_control(
            label,
            list(options),
            format_func=names,
            key=key,
            required=True,
            label_visibility=shown,
        )
    else:
        chosen = st.selectbox(
            label, list(options), format_func=names, key=key, label_visibility=shown
        )
    picked = str(chosen)
    if st.query_params.get(param) != picked:
        st.query_params[param] = picked
    return picked


K = TypeVar("K")


def distinct(labels: Mapping[K, str]) -> dict[K, str]:
    """``labels`` with the key added where two would read the same.

    Streamlit tells options apart by their label alone.
    """
    taken = Counter(labels.values())
    return {k: f"{text}（{k}）" if taken[text] > 1 else text for k, text in labels.items()}
