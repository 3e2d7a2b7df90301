"""数据质量: odd entries with their rows, and mending those that prove wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import identity, problems
from components.choices import distinct
from components.entry_tables import finding_table
from components.filters import View
from components.forms.common import names_of, show_outcome, submit_button, value
from components.loaders import load
from components.markup import escape, literal, moment
from components.my_entries import undo
from components.offers import offer_table
from components.tables import table_html
from data.queries.quality import fetch_data_quality

FORM = "mend"
SHOWN = 100
# what the office takes back with a counter-entry; appeals go on by their workflow instead
MENDED = {"visit": "reverse_visit", "points": "reverse_points", "service": "reverse_service"}


def findings(view: View) -> None:
    """Every finding of the chosen unit and period, as far as this person's units reach."""
    found = _found(view)
    if found.empty:
        problems.show_empty(e.QUALITY_NONE)
        return
    st.html(f'<p class="section-note">{escape(e.QUALITY_SUMMARY.format(len(found)))}</p>')
    offer_table(lambda: finding_table(found))
    show_outcome(FORM)
    for row in found.head(SHOWN).itertuples():
        _finding(row)


def _found(view: View) -> pd.DataFrame:
    paths = identity.reach_within("record_decisions", view.path)
    parts = [load(fetch_data_quality, replace(view.scope, path=path)) for path in paths]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _finding(row: Any) -> None:
    """One finding: what is odd, who entered it, the rows, and what to do."""
    title = e.QUALITY_FINDING.format(row.rule_name, row.kind_name, row.count)
    key = f"{FORM}_{row.rule}_{row.kind}_{row.ids[0]}"
    with st.expander(f"**{literal(title)}**　{literal(row.why)}", key=key):
        who = e.QUALITY_WHO.format(row.who, row.unit_names)
        times = e.QUALITY_BETWEEN.format(moment(row.first_at), moment(row.last_at))
        advice = e.QUALITY_ADVICE.format(row.advice)
        lines = "".join(f"<p>{escape(text)}</p>" for text in (f"{who}　{times}", advice))
        st.html(f'<div class="finding">{lines}</div>')
        st.html(table_html(pd.DataFrame({e.QUALITY_ROWS: row.labels}), classes="short"))
        if row.kind in MENDED:
            _mend_form(key, row)


def _mend_form(key: str, row: Any) -> None:
    """Choose rows of a finding and take them back with a reason."""
    words = distinct(dict(zip(row.ids, row.labels, strict=True)))
    picked, reason = f"{key}_rows", f"{key}_reason"

    def write(request_id: str) -> str:
        chosen = list(value(picked, []))
        for number, row_id in enumerate(chosen):
            undo(row.kind, MENDED[row.kind], row_id, value(reason), f"{request_id}-{number}")
        return e.QUALITY_MENDED.format(len(chosen))

    with st.form(key, enter_to_submit=False, border=False):
        st.multiselect(
            e.QUALITY_PICK,
            list(words),
            format_func=names_of(words),
            key=picked,
            placeholder=e.PICK_NONE,
        )
        st.text_input(e.QUALITY_REASON, key=reason)
        submit_button(key, write, lambda: {picked: [], reason: ""}, label=e.QUALITY_SUBMIT)
    show_outcome(key)
