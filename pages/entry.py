"""数据填报: pick the grid, pick the form, write one thing down."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import entry_grid, entry_today, forms
from components import entry_texts as e
from components.choices import url_select
from components.loaders import load_method
from data.periods import local_date
from data.settings import zone

method = load_method(local_date(datetime.now(UTC), zone())).method

with st.container(key="entry_page"):
    grid = entry_grid.pick(method)
    if grid:
        offered = forms.forms_of(method)
        form = url_select(
            e.FORM,
            list(offered),
            param="form",
            key="entry_form",
            names=offered.__getitem__,
            pills=True,
            hide_label=True,
        )
        forms.FORMS[form](grid, method)
        entry_today.line()
