"""走访: one visit in the grid, for a must-visit rule or without one."""

from __future__ import annotations

import streamlit as st

from components import entry_texts as e
from components.entry_grid import Grid
from components.forms.appeal import begin_with
from components.forms.common import signature
from components.forms.fields import area, choose, entered_moment, send_button, when
from components.forms.sheet import Sheet, last_used, open_sheet
from components.loaders import engines
from data.method import Method
from data.writes.visits import record_visit

FORM = "visit"
FREE = ""  # the choice that stands for no rule


def visit_form(grid: Grid, method: Method) -> None:
    """Draw the form; the must-visit rules are the method's."""
    sheet = open_sheet(FORM, grid)
    if sheet is None:
        return
    rules = {FREE: e.VISIT_FREE} | {rule.key: rule.name for rule in method.must_visit}
    used = last_used(FORM)
    last = (used.get("rule_key") or FREE) if used else FREE
    first = {key: name for key, name in rules.items() if key == last}
    usual = next(iter(first), FREE)
    choose(sheet, "rule", e.VISIT_RULE, first | rules, usual=usual, required=True)
    area(sheet, "finding", e.VISIT_FINDING, hint=e.VISIT_FINDING_HINT)
    when(sheet, e.VISIT_WHEN)

    def write(request_id: str) -> str:
        rule, finding = sheet.get("rule", usual), sheet.get("finding", "")
        done = record_visit(
            engines(),
            unit_id=grid.id,
            visited_at=entered_moment(sheet, e.VISIT_WHEN),
            rule_key=rule or None,
            finding=finding,
            **signature(request_id),
        )
        st.session_state["entry_visit_told"] = (done.id, finding.strip())
        return e.VISIT_SAVED.format(rules[rule], done.id)

    send_button(sheet, write)
    _to_appeal(sheet, method)


def _to_appeal(sheet: Sheet, method: Method) -> None:
    """What was just found can become an appeal at one tap."""
    visit_id, found = st.session_state.get("entry_visit_told", (None, ""))
    if not found or not (sheet.outcome and sheet.outcome[0]):
        return
    channel = e.VISIT_CHANNEL if e.VISIT_CHANNEL in method.channels else None
    st.button(
        e.VISIT_TO_APPEAL,
        key="entry_visit_to_appeal",
        width="stretch",
        on_click=begin_with,
        args=(found, channel, visit_id),
    )
