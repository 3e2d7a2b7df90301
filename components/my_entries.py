"""我的填报: what one person entered on a day, and taking back what may be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from components import entry_texts as e
from components import identity, problems
from components.entry_tables import entry_table
from components.forms.common import show_outcome, signature, submit_button, value
from components.forms.sheet import local_now
from components.loaders import engines, load
from components.markup import day, escape, moment
from components.offers import Table
from components.panels import take_button
from data.queries.entries import fetch_my_entries
from data.withdrawal import WITHDRAWN
from data.writes import corrections, points, service, withdrawals
from data.writes.approvals import Subject

FORM = "my_undo"
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
    with st.container(horizontal=True, vertical_alignment="center", key="my_head"):
        st.html(f'<p class="section-note">{escape(count)}</p>')
        take_button("my", e.TO_MY_ENTRIES, [Table(lambda: entry_table(entries))])
    show_outcome(FORM)
    for row in entries.itertuples():
        when = moment(row.recorded_at)[-5:]
        entry(row, FORM, e.MY_LINE.format(when, row.kind_name, row.unit_name))


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


def entry(
    row: Any, form: str, line: str, *, settled: str = "", label: str = e.MY_TAKE_BACK
) -> None:
    """One entry with its state, and the way to take it back or why there is none.

    ``row`` as of ``fetch_my_entries``; ``line`` says where it comes from, ``settled`` how it
    was taken back; ``form`` begins the keys of the list's widgets.
    """
    key = f"{row.kind}_{row.id}"
    opened = f"{form}_pick"
    with st.container(key=f"my_entry_{key}", horizontal=True, vertical_alignment="center"):
        st.html(_told(row, line, settled))
        if row.undo:
            st.button(label, key=f"my_take_{key}", on_click=_choose, args=(opened, key))
    if row.undo and st.session_state.get(opened) == key:
        _undo_form(row, form, label)


def _told(row: Any, line: str, settled: str) -> str:
    """An entry as HTML: what, when and where, its state and what is to be said about it."""
    notes = [line]
    notes += [e.MY_APPEALS.format(row.appeals)] if row.appeals else []
    notes += [e.MY_RETURNED.format(row.reason)] if row.reason else []
    notes += [e.MY_WHY_NOT.format(row.why_not)] if row.why_not and row.state != WITHDRAWN else []
    notes += [settled] if settled else []
    lines = "".join(f"<small>{escape(note)}</small>" for note in notes)
    state = f'<i class="state state-{escape(row.state)}">{escape(row.state_name)}</i>'
    return f'<div class="my-entry"><b>{escape(row.text)}</b>{state}{lines}</div>'


def _choose(opened: str, key: str) -> None:
    """Open the form of an entry; close it where it is open."""
    state = st.session_state
    state[opened] = None if state.get(opened) == key else key


def _undo_form(row: Any, form: str, label: str) -> None:
    """Say why, and take the entry back."""
    reason = f"{form}_reason"

    def write(request_id: str) -> str:
        undo(row.kind, row.undo, row.id, value(reason), request_id)
        st.session_state[f"{form}_pick"] = None
        return e.MY_UNDONE.format(label, row.text)

    with st.form(form, enter_to_submit=False, border=False):
        st.html(f'<p class="section-note">{escape(e.MY_ABOUT.format(label, row.text))}</p>')
        st.text_input(e.MY_REASON, key=reason, placeholder=e.MY_REASON_HINT)
        submit_button(form, write, lambda: {reason: ""}, label=e.MY_UNDO.format(label))
