"""Approving or returning what waits for it, many entries at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from components import problems
from components import texts as t
from components.choices import distinct
from components.forms.common import names_of, show_outcome, signature, submit_button, value
from components.loaders import engines, load
from data.queries.pending import fetch_pending
from data.writes.approvals import record_decisions

FORM = "admin_decide"
ROWS, VERDICT, REASON, WHO = (f"{FORM}_{name}" for name in ("rows", "verdict", "reason", "who"))
SHOWN = 300
EVERYTHING = "/"


def approval_form() -> None:
    """Choose a kind of entry, then draw the form for those that have waited longest."""
    show_outcome(FORM)
    waiting = load(fetch_pending, EVERYTHING)
    if waiting.empty:
        problems.show_empty(t.ADMIN_PENDING_NONE)
        return
    kinds = [kind for kind in t.ADMIN_SUBJECTS if kind in set(waiting["subject"])]
    subject: Any = st.pills(
        t.ADMIN_PENDING,
        kinds,
        format_func=names_of(t.ADMIN_SUBJECTS),
        default=kinds[0],
        required=True,
        key=f"{FORM}_subject_{len(kinds)}",
        label_visibility="collapsed",
    )
    _form(subject, waiting[waiting["subject"] == subject])


def _form(subject: Any, waiting: pd.DataFrame) -> None:
    def write(request_id: str) -> str:
        done = record_decisions(
            engines(),
            subject=subject,
            subject_ids=list(value(ROWS, [])),
            verdict=value(VERDICT),
            reason=value(REASON),
            **signature(request_id, WHO),
        )
        return t.ADMIN_DECIDED.format(len(done), t.ADMIN_VERDICTS[value(VERDICT)])

    shown = waiting.head(SHOWN)
    labels = {
        row.id: f"{row.unit_name}　{row.who}　{row.what}　{row.amount}"
        for row in shown.itertuples()
    }
    words = distinct(labels)
    count = t.ADMIN_PENDING_COUNT.format(len(waiting), len(shown))
    st.html(f'<p class="section-note">{count}</p>')
    with st.form(FORM, enter_to_submit=False, border=False):
        st.multiselect(
            t.ADMIN_PENDING_PICK,
            list(words),
            format_func=names_of(words),
            key=ROWS,
            placeholder=t.PICK_NONE,
        )
        _verdict_fields()
        submit_button(FORM, write, lambda: {ROWS: [], REASON: ""}, label=t.ADMIN_DECIDE)


def _verdict_fields() -> None:
    st.pills(
        t.ADMIN_VERDICT,
        list(t.ADMIN_VERDICTS),
        format_func=names_of(t.ADMIN_VERDICTS),
        default="approved",
        required=True,
        key=VERDICT,
    )
    st.text_input(t.ADMIN_REASON, key=REASON)
    st.text_input(t.ADMIN_WHO, key=WHO, placeholder=t.ENTRY_WHO_HINT)
