"""诉求办理: the next step of an open appeal, only as its workflow allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from components import texts as t
from components.entry_grid import Grid
from components.forms.common import (
    moment_fields,
    moment_of,
    moment_values,
    names_of,
    show_outcome,
    signature,
    submit_button,
    value,
)
from components.loaders import engines, load, load_adopted
from components.markup import moment
from components.problems import show_empty
from data.queries.appeal_files import HEAD, fetch_open_appeals
from data.workflow import Head, Step, allowed_steps
from data.writes.appeals import record_appeal_step

FORM = "entry_step"
EMPTY = {"handler": "", "reply": "", "resolved": None, "rating": None, "new_due_day": None}
RECENT = timedelta(days=30)  # how long a closed case is offered for follow-up or redoing


def step_form(grid: Grid) -> None:
    """Pick an appeal of the grid and a step, then draw what that step asks for."""
    show_outcome(FORM)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = load(fetch_open_appeals, grid.path, today - RECENT)
    steps = {row["id"]: _steps(row) for row in cases.to_dict("records")}
    words = {row.id: _label(row) for row in cases.itertuples() if steps[row.id]}
    if not words:
        show_empty(t.STEP_NONE)
        return
    appeal_id = st.selectbox(
        t.STEP_APPEAL, list(words), format_func=words.__getitem__, key=f"{FORM}_appeal"
    )
    choices = {(s.kind, s.state): s for s in steps[appeal_id]}
    chosen: Any = st.pills(
        t.STEP_NEXT,
        list(choices),
        format_func=lambda key: choices[key].name,
        default=[next(iter(choices))],
        required=True,
        key=f"{FORM}_next_{appeal_id}_{len(choices)}",
    )
    _form(int(appeal_id), choices[chosen])


def _form(appeal_id: int, step: Step) -> None:
    def write(request_id: str) -> str:
        due = None
        if "new_due_at" in step.requires:
            due = moment_of(_get("new_due_day"), _get("new_due_clock"), t.STEP_NEW_DUE)
        done = record_appeal_step(
            engines(),
            appeal_id=appeal_id,
            kind=step.kind,
            state=step.state,
            happened_at=moment_of(_get("day"), _get("clock"), t.STEP_DATE),
            handler=_get("handler") or "",
            reply=_get("reply") or "",
            resolved=_get("resolved"),
            rating=_get("rating"),
            new_due_at=due,
            **signature(request_id),
        )
        return t.ENTRY_SAVED_STEP.format(done.code, done.state_name)

    with st.form(FORM, enter_to_submit=False):
        _fields(step)
        moment_fields(FORM, t.STEP_DATE, t.STEP_TIME)
        submit_button(FORM, write, _empty)


def _fields(step: Step) -> None:
    """What the step requires, and always room for an explanation."""
    if "handler" in step.requires:
        st.text_input(t.STEP_HANDLER, key=f"{FORM}_handler")
    st.text_area(t.STEP_REPLY, key=f"{FORM}_reply")
    if "resolved" in step.requires:
        options = t.STEP_RESOLVED_OPTIONS
        st.pills(
            t.STEP_RESOLVED, list(options), format_func=names_of(options), key=f"{FORM}_resolved"
        )
    if "rating" in step.requires:
        st.pills(t.STEP_RATING, [1, 2, 3, 4, 5], key=f"{FORM}_rating")
    if "new_due_at" in step.requires:
        left, right = st.columns(2)
        st.session_state.setdefault(f"{FORM}_new_due_day", None)
        left.date_input(t.STEP_NEW_DUE, key=f"{FORM}_new_due_day")
        right.time_input(t.STEP_NEW_DUE_TIME, value="18:00", key=f"{FORM}_new_due_clock")


def _empty() -> dict[str, Any]:
    return {f"{FORM}_{name}": held for name, held in EMPTY.items()} | moment_values(FORM)


def _get(name: str) -> Any:
    return value(f"{FORM}_{name}", None)


def _steps(case: dict[str, Any]) -> list[Step]:
    """What may happen next to a row of ``fetch_open_appeals``."""
    workflow = load_adopted(case["method_id"]).workflow(case["workflow_key"])
    return allowed_steps(workflow, Head(**{name: case[name] for name in HEAD}))


def _label(row: pd.Series) -> str:
    return f"{row.code}　{row.title}　{t.EVENT_LIMIT.format(moment(row.due_at))}"
