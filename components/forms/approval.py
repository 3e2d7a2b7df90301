"""Approving or returning what waits for it, many entries at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity, problems
from components import texts as t
from components.choices import distinct
from components.entry_tables import waiting_table
from components.forms.common import names_of, show_outcome, signature, submit_button, value
from components.loaders import engines, load
from components.markup import literal
from components.offers import Table
from components.panels import take_button
from data.queries.entries import fetch_waiting
from data.queries.personal import fetch_pending_names
from data.writes.approvals import record_decisions

FORM = "decide"
ROWS, VERDICT, REASON = (f"{FORM}_{name}" for name in ("rows", "verdict", "reason"))
SHOWN = 300
AS_BUTTONS = 40


def approval_form() -> None:
    """Choose a kind of entry, then draw the form for those that have waited longest."""
    show_outcome(FORM)
    waiting = _waiting()
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
    mine = waiting["subject"] == subject
    _form(subject, waiting[mine], waiting[mine].assign(who=waiting["masked"]))


def _waiting() -> pd.DataFrame:
    """What this person may decide on, the oldest first, with the names he may see."""
    me, reach = identity.me(), identity.reach("record_decisions")
    own = me.account_id if me else None
    parts = [load(fetch_waiting, path, own) for path in reach]
    waiting = pd.concat(parts, ignore_index=True).drop_duplicates(["subject", "id"])
    names: dict[tuple[str, int], str] = {}
    for path in reach if len(waiting) else []:
        if identity.may("fetch_pending_names", path):
            now, who = datetime.now(UTC), identity.actor()
            full = fetch_pending_names(engines(), path=path, actor=who, at=now)
            names |= {(row.subject, row.id): row.who for row in full.itertuples()}
    named = [names.get((row.subject, row.id), row.who) for row in waiting.itertuples()]
    return waiting.assign(masked=waiting["who"], who=named)


def _form(subject: Any, waiting: pd.DataFrame, masked: pd.DataFrame) -> None:
    def write(request_id: str) -> str:
        verdict = value(VERDICT)
        done = record_decisions(
            engines(),
            subject=subject,
            subject_ids=list(value(ROWS, [])),
            verdict=verdict,
            reason=value(REASON),
            **signature(request_id),
        )
        return t.ADMIN_DECIDED.format(len(done), t.ADMIN_VERDICTS[verdict])

    shown = waiting.head(SHOWN)
    labels = {
        row.id: f"{row.who}　{row.what}　{row.amount}　{row.unit_name}　{row.recorded_by}"
        for row in shown.itertuples()
    }
    words = distinct(labels)
    count = t.ADMIN_PENDING_COUNT.format(len(waiting), len(shown))
    with st.container(horizontal=True, vertical_alignment="center", key=f"{FORM}_head"):
        st.html(f'<p class="section-note">{count}</p>')
        take_button(FORM, t.ADMIN_PENDING, [Table(lambda: waiting_table(masked))])
    st.button(
        e.EVERYTHING.format(len(shown)),
        key=f"{FORM}_all",
        on_click=_choose_all,
        args=(list(words),),
    )
    with st.form(FORM, enter_to_submit=False, border=False):
        _rows_field(words)
        _verdict_fields()
        submit_button(FORM, write, lambda: {ROWS: [], REASON: ""}, label=t.ADMIN_DECIDE)


def _choose_all(ids: list[int]) -> None:
    st.session_state[ROWS] = ids


def _rows_field(words: dict[Any, str]) -> None:
    state = st.session_state
    if ROWS in state:
        state[ROWS] = [one for one in state[ROWS] if one in words]
    if len(words) > AS_BUTTONS:
        st.multiselect(
            t.ADMIN_PENDING_PICK,
            list(words),
            format_func=names_of(words),
            key=ROWS,
            placeholder=t.PICK_NONE,
        )
        return
    escaped = {key: literal(text) for key, text in words.items()}
    with st.container(key=f"{FORM}_cases"):
        st.pills(
            t.ADMIN_PENDING_PICK,
            list(words),
            format_func=names_of(escaped),
            key=ROWS,
            selection_mode="multi",
        )


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
