"""Set-up of an empty database: method, first day, and the tree of units."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import problems
from components import texts as t
from components.forms.common import show_outcome, signature, submit_button, value
from components.loaders import engines
from data import boot
from data.method.loading import load_preset, preset_errors, usable_presets
from data.periods import local_date
from data.settings import zone
from data.writes.units import parse_unit_outline, set_up_street

FORM = "setup"
METHOD, START, NAME = f"{FORM}_method", f"{FORM}_start", f"{FORM}_name"
OUTLINE = f"{FORM}_outline"


def set_up_form() -> None:
    """Draw the form; on success the whole app opens."""
    today = local_date(datetime.now(UTC), zone())
    for error in preset_errors():
        problems.show_banner(str(error))
    methods = {m.key: m.name for m in usable_presets()}

    def write(request_id: str) -> str:
        set_up_street(
            engines(),
            method=load_preset(value(METHOD)),
            starts_on=value(START, today),
            street_name=value(NAME),
            communities=parse_unit_outline(value(OUTLINE)),
            **signature(request_id, "admin"),
        )
        boot.forget()
        return ""

    with st.container(key="setup_page"):
        show_outcome(FORM)
        with st.form(FORM, enter_to_submit=False):
            st.selectbox(t.SETUP_METHOD, list(methods), format_func=methods.__getitem__, key=METHOD)
            st.date_input(t.SETUP_START, value=today.replace(month=1, day=1), key=START)
            st.text_input(t.SETUP_NAME, key=NAME)
            st.text_area(t.SETUP_OUTLINE, key=OUTLINE, placeholder=t.SETUP_EXAMPLE, height=220)
            st.caption(t.SETUP_OUTLINE_HELP)
            submit_button(FORM, write, label=t.SETUP_SUBMIT)
