"""党员积分: one rule, one or more members of the grid."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import texts as t
from components.entry_grid import Grid
from components.forms.common import names_of, show_outcome, signature, submit_button, value
from components.loaders import engines, load, load_method
from components.markup import number
from components.problems import show_empty
from data.errors import RuleError
from data.method import PointsRule
from data.periods import local_date
from data.queries.members import fetch_members_of
from data.settings import zone
from data.writes.points import record_points

FORM = "entry_points"
MEMBERS, RULE, VALUE = f"{FORM}_members", f"{FORM}_rule", f"{FORM}_value"
DAY, NOTE = f"{FORM}_day", f"{FORM}_note"


def points_form(grid: Grid) -> None:
    """Draw the form; the rules and their ranges are the method's."""
    method = load_method(local_date(datetime.now(UTC), zone())).method
    if not method.points:
        show_empty(t.POINTS_NONE)
        return
    show_outcome(FORM)
    rules = {r.key: f"{t.ENTRY_KINDS[r.kind]} · {r.name}" for r in method.points.rules}
    key = st.selectbox(
        t.POINTS_RULE,
        list(rules),
        format_func=names_of(rules),
        key=RULE,
        index=None,
        placeholder=t.PICK_NONE,
    )
    _form(grid, method.rule(key) if key else None)


def _form(grid: Grid, rule: PointsRule | None) -> None:
    today = local_date(datetime.now(UTC), zone())
    people = load(fetch_members_of, grid.path)
    words = dict(zip(people["id"], people["name"] + "（" + people["code"] + "）", strict=True))

    def write(request_id: str) -> str:
        if rule is None:
            raise RuleError(t.RULE_MISSING, t.POINTS_RULE)
        done = record_points(
            engines(),
            member_ids=list(value(MEMBERS, [])),
            rule_key=rule.key,
            points=value(f"{VALUE}_{rule.key}", None),
            happened_on=value(DAY, today),
            note=value(NOTE),
            **signature(request_id),
        )
        pending = t.ENTRY_PENDING if done[0].status == "pending" else ""
        return t.ENTRY_SAVED_POINTS.format(len(done), done[0].rule_name, pending)

    with st.form(FORM, enter_to_submit=False):
        st.multiselect(
            t.POINTS_MEMBERS,
            list(words),
            format_func=names_of(words),
            key=MEMBERS,
            placeholder=t.PICK_NONE,
        )
        _points_field(rule)
        st.session_state.setdefault(DAY, today)
        st.date_input(t.POINTS_DATE, key=DAY)
        st.text_input(t.POINTS_NOTE, key=NOTE)
        usual = {f"{VALUE}_{rule.key}": rule.points} if rule else {}
        submit_button(FORM, write, lambda: {MEMBERS: [], DAY: today, NOTE: ""} | usual)


def _points_field(rule: PointsRule | None) -> None:
    """The number of points: fixed by the rule, or to be chosen within its range."""
    if rule is None:
        return
    low, high = rule.allowed
    if low == high:
        st.caption(t.POINTS_FIXED.format(number(low, 1)))
        return
    st.session_state.setdefault(f"{VALUE}_{rule.key}", rule.points)
    st.number_input(
        t.POINTS_VALUE,
        step=0.5,
        format="%.1f",
        key=f"{VALUE}_{rule.key}",
        help=t.POINTS_RANGE.format(number(low, 1), number(high, 1)),
    )
    st.caption(t.POINTS_RANGE.format(number(low, 1), number(high, 1)))
