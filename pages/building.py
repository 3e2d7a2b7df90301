"""Shown while the database is being prepared: how far it has got."""

from __future__ import annotations

import streamlit as st

from components import problems
from components import texts as t
from data import boot
from data.settings import uses_sample


@st.fragment(run_every=0.4)
def show_progress() -> None:
    """Redraw the progress until there is something else to show."""
    status = boot.status()
    if status.kind != "building":
        st.rerun(scope="app")
    problems.show_notice(*(t.BUILDING if uses_sample() else t.OPENING))
    with st.container(key="building_progress"):
        st.progress(status.progress, text=status.message)


show_progress()
