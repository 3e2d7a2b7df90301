"""更正记录: any entry of the office's units, found by words and taken back with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity, problems
from components.choices import url_select
from components.entry_tables import record_table
from components.filters import View
from components.forms.common import show_outcome
from components.loaders import load
from components.markup import escape, moment
from components.my_entries import entry
from components.offers import offer_table
from data.entry_forms import FORMS
from data.queries.entries_in import KINDS, LATEST, FoundEntries, fetch_entries_in

FORM = "quality_undo"
MINE_ONLY = "withdraw_entries"  # what waits is withdrawn by whoever entered it


def records(view: View) -> None:
    """Entries of the chosen unit and period, the latest first, each with its way back."""
    with st.container(key="quality_records"):
        kind = url_select(
            e.RECORDS_KIND,
            list(KINDS),
            param="kind",
            key="quality_kind",
            names=FORMS.__getitem__,
            pills=True,
            hide_label=True,
        )
        # not in the address, which is passed on: what is searched for may be a name
        words = st.text_input(
            e.RECORDS_SEARCH, key="quality_words", placeholder=e.RECORDS_HINT, max_chars=60
        )
        show_outcome(FORM)
        count, latest = _found(view, kind, words)
        if not count:
            problems.show_empty(e.RECORDS_NONE.format(FORMS[kind]))
            return
        offer_table(lambda: record_table(latest))
        said = e.RECORDS_MORE if count > len(latest) else e.RECORDS_ALL
        st.html(f'<p class="section-note">{escape(said.format(count, len(latest)))}</p>')
        with st.container(key="quality_rows"):
            for row in latest.itertuples():
                _record(row)


def _found(view: View, kind: str, words: str) -> tuple[int, pd.DataFrame]:
    """How many there are in whatever part of the unit this person corrects, and the latest."""
    paths = identity.reach_within("record_decisions", view.path)
    found: list[FoundEntries] = [
        load(fetch_entries_in, replace(view.scope, path=path), kind, words) for path in paths
    ]
    if not found:
        return 0, pd.DataFrame()
    latest = pd.concat([one.latest for one in found], ignore_index=True)
    latest = latest.sort_values(["recorded_at", "id"], ascending=False).head(LATEST)
    return sum(one.count for one in found), latest


def _record(row: Any) -> None:
    """One entry: who entered it where and when, its state, and how it was taken back."""
    me = identity.me()
    if row.undo == MINE_ONLY and (me is None or row.account_id != me.account_id):
        row = row._replace(undo="", why_not=e.RECORDS_WAITING)
    line = e.RECORDS_LINE.format(row.who, moment(row.recorded_at), row.unit_name)
    settled = ""
    if row.undone_by:
        settled = e.RECORDS_UNDONE.format(row.undone_by, moment(row.undone_at), row.undone_why)
    counted = row.undo.startswith("reverse_")
    entry(row, FORM, line, settled=settled, label=e.RECORDS_REVERSE if counted else e.MY_TAKE_BACK)
