"""诉求办理: the next step of an open appeal, only as its workflow and the person's role allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity
from components.entry_grid import Grid
from components.forms.common import moment_of, signature
from components.forms.fields import area, choose, entered_moment, line, need, send_button, when
from components.forms.sheet import Sheet, last_used, open_sheet, place
from components.loaders import engines, load, load_adopted
from components.markup import escape, moment
from components.problems import show_empty
from data.directing import needs_office
from data.errors import RuleError
from data.method import Method
from data.queries.appeal_files import HEAD, fetch_open_appeals
from data.workflow import Head, Step, allowed_steps
from data.writes.appeals import record_appeal_step

FORM = "step"
RECENT = timedelta(days=30)  # how long a closed case is offered for follow-up or redoing
END_OF_DAY = time(18)


def step_form(grid: Grid, _method: Method) -> None:
    """Pick an appeal of the grid and a step, then draw what that step asks for."""
    sheet = open_sheet(FORM, grid)
    if sheet is None:
        return
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = load(fetch_open_appeals, grid.path, today - RECENT).to_dict("records")
    office = identity.may("direct_appeal", grid.path)
    steps = {case["id"]: _steps(case, office=office) for case in cases}
    words = {case["id"]: _label(case) for case in cases if steps[case["id"]]}
    waiting = [case for case in cases if pd.isna(case["closed_at"])]
    with place(f"entry_{FORM}_waiting"):
        _tell_waiting(sum(not steps[case["id"]] for case in waiting))
    if not words:
        show_empty(e.STEP_NONE)
        return
    with st.container(key=f"entry_{FORM}_cases"):
        appeal_id = choose(sheet, "appeal", e.STEP_APPEAL, words)
    step = None
    if appeal_id is not None:
        choices = {f"{s.kind} {s.state}": s for s in steps[appeal_id]}
        names = {key: s.name for key, s in choices.items()}
        chosen = choose(sheet, "next", e.STEP_NEXT, names, usual=next(iter(names)), required=True)
        step = choices[chosen or next(iter(names))]
        _fields(sheet, step)
    send_button(sheet, lambda request_id: _write(sheet, step, request_id))


def _write(sheet: Sheet, step: Step | None, request_id: str) -> str:
    appeal_id = need(sheet, "appeal", e.STEP_APPEAL)
    if step is None:
        raise RuleError(e.CHOICE_MISSING.format(e.STEP_NEXT), e.STEP_NEXT)
    due = None
    if "new_due_at" in step.requires:
        due = moment_of(sheet.get("due_day"), sheet.get("due_clock"), e.STEP_NEW_DUE)
    done = record_appeal_step(
        engines(),
        appeal_id=appeal_id,
        kind=step.kind,
        state=step.state,
        happened_at=entered_moment(sheet, e.STEP_WHEN),
        handler=sheet.get("handler", "") if "handler" in step.requires else "",
        reply=sheet.get("reply", ""),
        resolved=sheet.get("resolved") if "resolved" in step.requires else None,
        rating=sheet.get("rating") if "rating" in step.requires else None,
        new_due_at=due,
        **signature(request_id),
    )
    return e.STEP_SAVED.format(done.code, done.state_name)


def _fields(sheet: Sheet, step: Step) -> None:
    """What the step requires, and always room for an explanation."""
    with place(f"entry_{FORM}_asked"):
        if "handler" in step.requires:
            line(sheet, "handler", e.STEP_HANDLER, usual=last_used(FORM).get("handler") or "")
    area(sheet, "reply", e.STEP_REPLY)
    if "resolved" in step.requires:
        choose(sheet, "resolved", e.STEP_RESOLVED, e.STEP_RESOLVED_OPTIONS)
    if "rating" in step.requires:
        choose(sheet, "rating", e.STEP_RATING, {n: str(n) for n in range(1, 6)})
    if "new_due_at" in step.requires:
        left, right = st.columns(2)
        none: date | None = None
        left.date_input(e.STEP_NEW_DUE, key=sheet.begin("due_day", none))
        right.time_input(e.STEP_NEW_DUE_TIME, key=sheet.begin("due_clock", END_OF_DAY))
    when(sheet, e.STEP_WHEN)


def _steps(case: dict[str, Any], *, office: bool) -> list[Step]:
    """What this person may do next to a row of ``fetch_open_appeals``."""
    workflow = load_adopted(case["method_id"]).workflow(case["workflow_key"])
    steps = allowed_steps(workflow, Head(**{name: case[name] for name in HEAD}))
    return [s for s in steps if office or not needs_office(workflow, s.kind, s.state)]


def _tell_waiting(count: int) -> None:
    """That there are cases which only the office can carry on."""
    if count:
        st.html(f'<p class="section-note">{escape(e.STEP_OFFICE.format(count))}</p>')


def _label(case: dict[str, Any]) -> str:
    limit = e.STEP_LIMIT.format(moment(case["due_at"]))
    return f"{case['title']}　{case['code']}　{limit}"
