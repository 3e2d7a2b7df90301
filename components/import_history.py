"""Past imports: who took in what, what became of it, and the way to take one back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import identity
from components import import_texts as i
from components import texts as t
from components.forms.common import names_of, show_outcome, signature, submit_button, value
from components.import_state import KEY
from components.loaders import engines
from components.markup import escape, moment
from components.problems import show_empty
from components.tables import show_table
from data.errors import RuleError
from data.importing.kinds import KINDS
from data.importing.undo import undo_import
from data.queries.imports import fetch_imports
from data.settings import zone

FORM = f"{KEY}_undo"
PICK, WHY = f"{FORM}_pick", f"{FORM}_reason"
SHOWN = 50


def past_imports() -> pd.DataFrame:
    """The imports this person may take back, the latest first; never through a shared cache."""
    with engines().read() as connection:
        return fetch_imports(
            connection, actor=identity.actor("admin"), at=datetime.now(UTC), limit=SHOWN
        )


def show_imports(found: pd.DataFrame) -> None:
    """A table of imports, which may be taken away."""
    if found.empty:
        show_empty(i.HISTORY_NONE)
        return
    imports = found.to_dict("records")
    frame = pd.DataFrame([_row(one) for one in imports], columns=list(i.HISTORY_COLUMNS))
    show_table(
        frame,
        formats=dict.fromkeys(i.HISTORY_COLUMNS[1:], str),
        classes="short imports",
        taken=pd.DataFrame([_taken(one) for one in imports], columns=list(i.HISTORY_TAKEN)),
    )


def _row(one: dict[Any, Any]) -> tuple[Any, ...]:
    counts = [(word, int(one[f"{state}_rows"])) for state, word in i.COUNTS.items()]
    result = "<br>".join(f"{word} {count:,}" for word, count in counts if count)
    who = f"{moment(one['recorded_at'])}<br>{escape(one['recorded_by'])}"
    what = f"{KINDS[one['kind']].name}<br>{escape(one['file'])}"
    return str(one["id"]), who, what, result, _standing(one)


def _taken(one: dict[Any, Any]) -> tuple[Any, ...]:
    """The same with a value a cell; moments local."""
    counts = (int(one[f"{state}_rows"]) for state in i.COUNTS)
    at = one["recorded_at"].astimezone(zone()).replace(tzinfo=None)
    undone = _undone(one)
    standing = f"{i.HISTORY_UNDONE} {undone}" if undone else i.HISTORY_STANDS
    what = (KINDS[one["kind"]].name, one["file"])
    return one["id"], at, one["recorded_by"], *what, *counts, standing


def _standing(one: dict[Any, Any]) -> str:
    undone = _undone(one)
    return f"<b>{i.HISTORY_UNDONE}</b><br>{escape(undone)}" if undone else i.HISTORY_STANDS


def _undone(one: dict[Any, Any]) -> str:
    """When, by whom and why it was taken back; nothing while it stands."""
    if pd.isna(one["undone_at"]):
        return ""
    words = (moment(one["undone_at"]), one["undone_by"], one["undo_reason"] or "")
    return i.HISTORY_UNDONE_BY.format(*words)


def undo_form(found: pd.DataFrame) -> None:
    """Take one import back as a whole; what depends on it refuses, and is named."""
    show_outcome(FORM)
    standing = found[found["undone_at"].isna()]
    if standing.empty:
        st.html(f'<p class="section-note">{i.UNDO_NONE}</p>')
        return
    names = {
        int(one.id): i.UNDO_ONE.format(one.id, KINDS[str(one.kind)].name, one.file)
        for one in standing.itertuples()
    }
    with st.form(FORM, enter_to_submit=False, border=False):
        st.selectbox(
            i.UNDO_PICK,
            list(names),
            index=None,
            format_func=names_of(names),
            key=PICK,
            placeholder=t.PICK_NONE,
        )
        st.text_area(i.UNDO_REASON, key=WHY, height=72)
        submit_button(FORM, _undo, lambda: {PICK: None, WHY: ""}, i.UNDO, "secondary")


def _undo(request_id: str) -> str:
    picked = value(PICK, None)
    if picked is None:
        raise RuleError(i.UNDO_MISSING, i.UNDO_PICK)
    who = signature(request_id, "admin")
    rows = undo_import(engines(), int(picked), reason=value(WHY), **who)
    return i.UNDONE.format(picked, rows)
