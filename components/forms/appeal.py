"""诉求登记: one appeal of the grid."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import texts as t
from components.entry_grid import Grid
from components.forms.common import (
    entered_moment,
    moment_fields,
    moment_values,
    names_of,
    show_outcome,
    signature,
    submit_button,
    value,
)
from components.loaders import engines, load_method
from components.markup import moment
from data.errors import RuleError
from data.periods import local_date
from data.settings import zone
from data.writes.appeals import record_appeal

FORM = "entry_appeal"
CATEGORY, CHANNEL = f"{FORM}_category", f"{FORM}_channel"
TITLE, CONTENT = f"{FORM}_title", f"{FORM}_content"


def appeal_form(grid: Grid) -> None:
    """Draw the form; its categories and channels are the method's."""
    method = load_method(local_date(datetime.now(UTC), zone())).method
    categories = {c.key: c.name for c in method.categories}

    def write(request_id: str) -> str:
        if not value(CATEGORY):
            raise RuleError(t.CATEGORY_MISSING, t.APPEAL_CATEGORY)
        done = record_appeal(
            engines(),
            unit_id=grid.id,
            category_key=value(CATEGORY),
            channel=value(CHANNEL, method.channels[0]),
            title=value(TITLE),
            content=value(CONTENT),
            received_at=entered_moment(FORM, t.APPEAL_DATE),
            **signature(request_id),
        )
        return t.ENTRY_SAVED_APPEAL.format(done.code, moment(done.due_at))

    show_outcome(FORM)
    with st.form(FORM, enter_to_submit=False):
        st.pills(
            t.APPEAL_CATEGORY, list(categories), format_func=names_of(categories), key=CATEGORY
        )
        st.text_input(t.APPEAL_TITLE, key=TITLE)
        st.text_area(t.APPEAL_CONTENT, key=CONTENT, placeholder=t.APPEAL_CONTENT_HINT)
        st.pills(t.APPEAL_CHANNEL, method.channels, default=method.channels[0], key=CHANNEL)
        moment_fields(FORM, t.APPEAL_DATE, t.APPEAL_TIME)
        submit_button(FORM, write, lambda: {TITLE: "", CONTENT: ""} | moment_values(FORM))
