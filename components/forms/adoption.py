"""Putting another method in force from a day on."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import texts as t
from components.forms.common import show_outcome, signature, submit_button, value
from components.loaders import engines
from components.markup import day
from data.method.loading import load_preset, usable_presets
from data.periods import local_date
from data.settings import zone
from data.writes.methods import adopt_method

FORM = "admin_adopt"


def adoption_form() -> None:
    """Draw the form; what was recorded under a method keeps that method's rules."""
    names = {m.key: m.name for m in usable_presets()}
    today = local_date(datetime.now(UTC), zone())

    def write(request_id: str) -> str:
        done = adopt_method(
            engines(),
            method=load_preset(value(f"{FORM}_method")),
            starts_on=value(f"{FORM}_day", today),
            **signature(request_id, "admin"),
        )
        return t.ADMIN_ADOPTED.format(day(done.starts_on), done.method.name)

    show_outcome(FORM)
    with st.form(FORM, enter_to_submit=False, border=False):
        st.selectbox(
            t.SETUP_METHOD, list(names), format_func=names.__getitem__, key=f"{FORM}_method"
        )
        st.date_input(t.ADMIN_ADOPT_DAY, value=today, key=f"{FORM}_day")
        submit_button(FORM, write, label=t.ADMIN_ADOPT_SUBMIT)
