"""诉求登记: one appeal of the grid, after a look at similar ones that are open there."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import filters
from components.entry_grid import Grid
from components.forms.common import signature
from components.forms.fields import (
    area,
    choose,
    entered_moment,
    line,
    more,
    need,
    send_button,
    when,
    when_words,
)
from components.forms.sheet import Sheet, last_used, open_sheet, place
from components.loaders import engines, load
from components.markup import escape, moment
from data.method import Method
from data.queries.entries import fetch_similar_appeals
from data.queries.origins import fetch_visit
from data.writes.appeals import record_appeal

FORM = "appeal"
SIMILAR_SHOWN = 3


def appeal_form(grid: Grid, method: Method) -> None:
    """Draw the form; its categories and channels are the method's."""
    sheet = open_sheet(FORM, grid)
    if sheet is None:
        return
    used = last_used(FORM)
    _origin(sheet)
    categories = {c.key: c.name for c in method.categories}
    first = {k: v for k, v in categories.items() if k == used.get("category_key")}
    category = choose(sheet, "category", e.APPEAL_CATEGORY, first | categories)
    with place(f"entry_{FORM}_similar"):
        similar = _similar(grid, category)
    line(sheet, "title", e.APPEAL_TITLE, hint=e.APPEAL_TITLE_HINT)
    area(sheet, "content", e.APPEAL_CONTENT, hint=e.APPEAL_CONTENT_HINT)
    channel = used.get("channel")
    channel = channel if channel in method.channels else method.channels[0]
    held = sheet.get("channel") or sheet.content.get("channel") or channel
    with more(sheet, f"{held} · {when_words(sheet)}"):
        options = {c: c for c in method.channels}
        choose(sheet, "channel", e.APPEAL_CHANNEL, options, usual=channel, required=True)
        when(sheet, e.APPEAL_WHEN)

    def write(request_id: str) -> str:
        done = record_appeal(
            engines(),
            unit_id=grid.id,
            category_key=need(sheet, "category", e.APPEAL_CATEGORY),
            channel=sheet.get("channel", channel),
            title=sheet.get("title", ""),
            content=sheet.get("content", ""),
            received_at=entered_moment(sheet, e.APPEAL_WHEN),
            visit_id=sheet.get("visit"),
            **signature(request_id),
        )
        return e.APPEAL_SAVED.format(done.code, moment(done.due_at))

    send_button(sheet, write, e.ANYWAY if similar else e.SUBMIT)


def begin_with(content: str, channel: str | None, visit_id: int) -> None:
    """Begin an appeal from what a visit found out; in a callback."""
    found: dict[str, Any] = {"content": content, "visit": visit_id}
    found |= {"channel": channel} if channel else {}
    st.session_state["entry_form"], st.session_state[f"entry_{FORM}_found"] = FORM, found


def _origin(sheet: Sheet) -> None:
    """The visit that the appeal comes of, and the way to leave it out."""
    visit_id = st.session_state[sheet.begin("visit")]
    found = load(fetch_visit, visit_id) if visit_id is not None else None
    with place(f"entry_{FORM}_origin", horizontal=True):
        _tell_origin(sheet, found)


def _tell_origin(sheet: Sheet, found: Any) -> None:
    if found is None:
        sheet.put("visit", None)
        return
    told = f"{e.ORIGIN} {e.ORIGIN_VISIT.format(found.id, moment(found.visited_at))}"
    st.html(f'<p class="origin">{escape(told)}</p>')
    key = f"entry_{FORM}_origin_drop"
    st.button(e.ORIGIN_DROP, key=key, on_click=sheet.put, args=("visit", None))


def _similar(grid: Grid, category: str | None) -> int:
    """Open cases of the same kind here, each to be taken up instead; how many there are."""
    if category is None:
        return 0
    found = load(fetch_similar_appeals, grid.path, category, filters.present())
    if found.empty:
        return 0
    st.html(f'<p class="similar">{escape(e.SIMILAR.format(len(found)))}</p>')
    for row in found.head(SIMILAR_SHOWN).itertuples():
        _offer(row)
    if len(found) > SIMILAR_SHOWN:
        rest = e.SIMILAR_MORE.format(len(found) - SIMILAR_SHOWN)
        st.html(f'<p class="section-note">{escape(rest)}</p>')
    return len(found)


def _offer(row: pd.Series) -> None:
    """One similar case: what it is about, and the way to it."""

    def take_up(appeal_id: int) -> None:
        st.session_state["entry_form"] = "step"
        st.session_state["entry_step_appeal"] = appeal_id

    told = e.SIMILAR_LINE.format(row.code, row.state_name, moment(row.received_at))
    st.html(f"<p><b>{escape(row.title)}</b><br><small>{escape(told)}</small></p>")
    key = f"entry_{FORM}_similar_{row.id}"
    st.button(e.SIMILAR_OPEN, key=key, width="stretch", on_click=take_up, args=(row.id,))
