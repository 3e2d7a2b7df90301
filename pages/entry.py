"""数据填报: pick the grid, pick the form, write one thing down."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import entry_grid, forms
from components import texts as t
from components.choices import url_select
from components.forms.common import WHO
from components.loaders import load_method
from data.periods import local_date
from data.settings import zone

method = load_method(local_date(datetime.now(UTC), zone())).method

with st.container(key="entry_page"):
    grid = entry_grid.pick(method)
    st.text_input(t.ENTRY_WHO, key=WHO, placeholder=t.ENTRY_WHO_HINT, persist_state="session")
    form = url_select(
        t.ENTRY_FORM,
        list(t.ENTRY_FORMS),
        param="form",
        key="entry_form",
        names=t.ENTRY_FORMS.__getitem__,
        pills=True,
    )
    forms.FORMS[form](grid)
