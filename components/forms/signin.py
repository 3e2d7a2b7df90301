"""活动签到: who came to an activity of the grid, one that is there or a new one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components.entry_grid import Grid
from components.forms import people
from components.forms.common import signature
from components.forms.fields import choose, entered_moment, line, need, send_button, when
from components.forms.sheet import Sheet, last_used, local_now, open_sheet
from components.loaders import engines, load
from components.markup import escape, moment
from data.method import ActivityKind, Method
from data.queries.entries import fetch_activities, fetch_signins
from data.writes.activities import record_activity, record_activity_signin

FORM = "signin"
NEW = 0
RECENT = timedelta(days=7)
SHOWN = 7


def signin_form(grid: Grid, method: Method) -> None:
    """Draw the form; the kinds of activity, and who signs in at them, are the method's."""
    sheet = open_sheet(FORM, grid)
    if sheet is None or not method.activities:
        return
    since = (local_now() - RECENT).replace(hour=0, minute=0)
    held = load(fetch_activities, grid.path, since).head(SHOWN)
    event = _choose_event(sheet, held)
    kind = _kind_of(sheet, method, event)
    if event is None:
        title = _new_event(sheet, kind)
        when(sheet, e.SIGNIN_WHEN)
    else:
        when(sheet, e.SIGNIN_TIME)
    _people_fields(sheet, grid, kind, event)

    def write(request_id: str) -> str:
        who = kind.who if kind else []
        came: dict[str, Any] = {f"{one}_ids": list(sheet.get(f"{one}s", [])) for one in who}
        if event is not None:
            done = record_activity_signin(
                engines(),
                activity_id=event["id"],
                signed_at=entered_moment(sheet, e.SIGNIN_TIME),
                **came,
                **signature(request_id),
            )
            return e.SIGNIN_SAVED.format(event["title"], len(done))
        made = record_activity(
            engines(),
            unit_id=grid.id,
            kind_key=need(sheet, "kind", e.SIGNIN_KIND),
            title=sheet.get("title", "").strip() or title,
            started_at=entered_moment(sheet, e.SIGNIN_WHEN),
            place=sheet.get("place", ""),
            **came,
            **signature(request_id),
        )
        return e.SIGNIN_CREATED.format(made.title, made.signed_in)

    send_button(sheet, write)


def _choose_event(sheet: Sheet, held: pd.DataFrame) -> dict[str, Any] | None:
    """One of the last days' activities, or None for a new one; today's is offered first."""
    events = {row["id"]: row for row in held.to_dict("records")}
    words = {
        key: e.SIGNIN_OPTION.format(row["title"], moment(row["started_at"]), row["signed_in"])
        for key, row in events.items()
    }
    if not words:
        return None
    today = [k for k, row in events.items() if _local_day(row) == local_now().date()]
    usual = today[0] if today else NEW
    with st.container(key=f"entry_{FORM}_events"):
        options = words | {NEW: e.SIGNIN_NEW}
        chosen = choose(sheet, "activity", e.SIGNIN_ACTIVITY, options, usual=usual, required=True)
    return events.get(chosen or NEW)


def _local_day(row: dict[str, Any]) -> Any:
    started: datetime = row["started_at"]
    return started.astimezone(local_now().tzinfo).date()


def _kind_of(sheet: Sheet, method: Method, event: dict[str, Any] | None) -> ActivityKind | None:
    kinds = {kind.key: kind for kind in method.activities}
    if event is not None:
        # an activity of a kind that the method no longer has: whoever it allows decides
        return kinds.get(event["kind_key"])
    last = last_used(FORM).get("kind_key")
    first = {key: kinds[key] for key in (last,) if key in kinds}
    words = {key: kind.name for key, kind in (first | kinds).items()}
    return kinds.get(choose(sheet, "kind", e.SIGNIN_KIND, words) or "")


def _new_event(sheet: Sheet, kind: ActivityKind | None) -> str:
    """Name and place of a new activity; the name it takes where none is written."""
    today = local_now()
    title = e.SIGNIN_TITLE_USUAL.format(today.month, today.day, kind.name) if kind else ""
    hint = e.SIGNIN_TITLE_HINT.format(title) if title else ""
    line(sheet, "title", e.SIGNIN_TITLE, hint=hint)
    line(sheet, "place", e.SIGNIN_PLACE)
    return title


def _people_fields(
    sheet: Sheet, grid: Grid, kind: ActivityKind | None, event: dict[str, Any] | None
) -> None:
    """Members and volunteers who have not signed in yet, as the kind of activity says."""
    here = load(fetch_signins, event["id"]) if event else None
    if here is not None and len(here):
        st.html(f'<p class="section-note">{escape(e.SIGNIN_HERE.format(len(here)))}</p>')
    for who, label, roster_of in (
        ("member", e.SIGNIN_MEMBERS, people.members),
        ("volunteer", e.SIGNIN_VOLUNTEERS, people.volunteers),
    ):
        if kind and who in kind.who:
            came = set() if here is None else _ids(here, who)
            people.pick_many(sheet, f"{who}s", label, roster_of(grid).without(came))


def _ids(here: pd.DataFrame, who: str) -> set[int]:
    return set(here.loc[here["person_kind"] == who, "person_id"])
