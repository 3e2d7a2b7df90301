"""服务时长: one event, one or more volunteers of the grid."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import texts as t
from components.entry_grid import Grid
from components.forms.common import (
    WHO,
    entered_moment,
    moment_fields,
    moment_values,
    names_of,
    show_outcome,
    signature,
    submit_button,
    value,
)
from components.loaders import engines, load, load_method
from components.markup import span
from data.errors import RuleError
from data.periods import local_date
from data.queries.volunteers import fetch_volunteers_of
from data.settings import zone
from data.writes.service import record_service

FORM = "entry_service"
PEOPLE, ACTIVITY, MINUTES = f"{FORM}_people", f"{FORM}_activity", f"{FORM}_minutes"
NOTE, CERTIFIER = f"{FORM}_note", f"{FORM}_certifier"
USUAL_MINUTES = 60


def service_form(grid: Grid) -> None:
    """Draw the form; the kinds of service are the method's."""
    method = load_method(local_date(datetime.now(UTC), zone())).method
    people = load(fetch_volunteers_of, grid.path)
    words = dict(zip(people["id"], people["name"] + "（" + people["code"] + "）", strict=True))

    def write(request_id: str) -> str:
        if not value(ACTIVITY):
            raise RuleError(t.ACTIVITY_MISSING, t.SERVICE_ACTIVITY)
        minutes = value(MINUTES, 0)
        done = record_service(
            engines(),
            volunteer_ids=list(value(PEOPLE, [])),
            unit_id=grid.id,
            activity=value(ACTIVITY),
            started_at=entered_moment(FORM, t.SERVICE_DATE),
            minutes=minutes,
            note=value(NOTE),
            certified_by=value(CERTIFIER) or value(WHO),
            **signature(request_id),
        )
        said = t.ENTRY_SAVED_SERVICE if done[0].status == "pending" else t.ENTRY_SAVED_SERVICE_NOW
        return said.format(len(done), span(minutes / 60))

    show_outcome(FORM)
    st.session_state.setdefault(MINUTES, USUAL_MINUTES)
    with st.form(FORM, enter_to_submit=False):
        st.pills(t.SERVICE_ACTIVITY, method.volunteering.activities, key=ACTIVITY)
        st.multiselect(
            t.SERVICE_VOLUNTEERS,
            list(words),
            format_func=names_of(words),
            key=PEOPLE,
            placeholder=t.PICK_NONE,
        )
        moment_fields(FORM, t.SERVICE_DATE, t.SERVICE_TIME, minutes_ago=USUAL_MINUTES)
        st.number_input(t.SERVICE_MINUTES, step=30, key=MINUTES)
        st.text_input(t.SERVICE_CERTIFIER, key=CERTIFIER, placeholder=t.SERVICE_CERTIFIER_HINT)
        st.text_input(t.SERVICE_NOTE, key=NOTE)
        submit_button(FORM, write, _empty)


def _empty() -> dict[str, object]:
    cleared: dict[str, object] = {PEOPLE: [], MINUTES: USUAL_MINUTES, NOTE: ""}
    return cleared | moment_values(FORM, USUAL_MINUTES)
