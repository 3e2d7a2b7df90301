"""我的填报: what one person entered on a day, and taking back what may be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from components import entry_texts as e
from components import identity, problems
from components.forms.common import show_outcome, signature, submit_button, value
from components.forms.sheet import local_now
from components.loaders import engines, load
from components.markup import day, escape, moment
from data.queries.entries import fetch_my_entries
from data.withdrawal import WITHDRAWN
from data.writes import corrections, points, service, withdrawals
from data.writes.approvals import Subject

FORM = "my_undo"
PICK, REASON = f"{FORM}_pick", f"{FORM}_reason"
SUBJECTS: dict[str, Subject] = {"points": "points_entry", "service": "service_record"}

# the write that takes an entry back, with the name of its argument
REVERSALS: dict[str, tuple[Callable[..., Any], str]] = {
    "reverse_visit": (corrections.reverse_visit, "visit_id"),
    "reverse_indicator": (corrections.reverse_indicator, "report_id"),
    "reverse_signin": (corrections.reverse_signin, "signin_id"),
    "reverse_checkup_part": (corrections.reverse_checkup_part, "part_id"),
    "reverse_points": (points.reverse_points, "entry_id"),
    "reverse_service": (service.reverse_service, "record_id"),
    "withdraw_appeal": (withdrawals.withdraw_appeal, "appeal_id"),
}


def my_entries() -> None:
    """The day's entries of whoever is logged in, and the form that takes one back."""
    me = identity.me()
    if me is None:
        problems.show_empty(e.MY_NONE)
        return
    today = local_now().date()
    st.session_state.setdefault("my_day", today)
    picked: date | None = st.date_input(e.MY_DAY, key="my_day", max_value=today)
    entries = load(fetch_my_entries, me.account_id, picked or today)
    if entries.empty:
        problems.show_empty(e.MY_NONE)
        return
    count = e.MY_COUNT.format(day(picked or today), len(entries))
    st.html(f'<p class="section-note">{escape(count)}</p>')
    show_outcome(FORM)
    for row in entries.itertuples():
        _entry(row)


def undo(kind: str, name: str, row_id: int, reason: str, request_id: str) -> None:
    """Take one entry back by the write called ``name``."""
    signed = signature(request_id)
    if name == "withdraw_entries":
        subject = SUBJECTS[kind]
        withdrawals.withdraw_entries(
            engines(), subject=subject, subject_ids=[row_id], reason=reason, **signed
        )
        return
    write, argument = REVERSALS[name]
    write(engines(), **{argument: row_id}, reason=reason, **signed)


def _entry(row: Any) -> None:
    """One entry with its state, and the way to take it back or why there is none."""
    key = f"{row.kind}_{row.id}"
    with st.container(key=f"my_entry_{key}", horizontal=True, vertical_alignment="center"):
        st.html(_told(row))
        if row.undo:
            st.button(e.MY_TAKE_BACK, key=f"my_take_{key}", on_click=_choose, args=(key,))
    if row.undo and st.session_state.get(PICK) == key:
        _undo_form(row)


def _told(row: Any) -> str:
    """An entry as HTML: what, when and where, its state and what is to be said about it."""
    notes = [e.MY_LINE.format(moment(row.recorded_at)[-5:], row.kind_name, row.unit_name)]
    notes += [e.MY_RETURNED.format(row.reason)] if row.reason else []
    notes += [e.MY_WHY_NOT.format(row.why_not)] if row.why_not and row.state != WITHDRAWN else []
    lines = "".join(f"<small>{escape(note)}</small>" for note in notes)
    state = f'<i class="state state-{escape(row.state)}">{escape(row.state_name)}</i>'
    return f'<div class="my-entry"><b>{escape(row.text)}</b>{state}{lines}</div>'


def _choose(key: str) -> None:
    """Open the form of an entry; close it where it is open."""
    state = st.session_state
    state[PICK] = None if state.get(PICK) == key else key


def _undo_form(row: Any) -> None:
    """Say why, and take the entry back."""

    def write(request_id: str) -> str:
        undo(row.kind, row.undo, row.id, value(REASON), request_id)
        st.session_state[PICK] = None
        return e.MY_UNDONE.format(row.text)

    with st.form(FORM, enter_to_submit=False, border=False):
        st.text_input(e.MY_REASON, key=REASON, placeholder=e.MY_REASON_HINT)
        submit_button(FORM, write, lambda: {REASON: ""}, label=e.MY_UNDO)
