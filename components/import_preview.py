"""What an import would do, before anything is written: counts, rows with reasons, the map."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import import_texts as i
from components.forms.common import names_of
from components.import_map import import_map
from components.import_state import Task
from components.loaders import load
from components.markup import escape
from components.tables import show_table
from data.importing.drawing import fetch_ground, planned_points, planned_shapes
from data.importing.kind import Reading
from data.importing.mapping import Mapping
from data.importing.plan import Plan, State
from data.importing.tables import Cell

FIRST = 20  # rows of a state that are listed
MOST_COLUMNS, FEW_COLUMNS = 8, 4
LONGEST_CELL = 60


def counts_line(counts: dict[State, int]) -> None:
    """Rows by state, every state with its word and what becomes of it."""
    boxes = "".join(
        f'<div data-state="{state}"><span>{i.COUNTS[state]}</span><b>{count:,}</b> '
        f"<small>{i.COUNT_NOTES[state]}</small></div>"
        for state, count in counts.items()
    )
    st.html(f'<div class="facts facts-four import-counts">{boxes}</div>')


def notes_list(notes: list[str]) -> None:
    """Sentences about a file, one a line."""
    if not notes:
        return
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    st.html(f'<div class="plain-words"><ul>{items}</ul></div>')


def rows_of_states(task: Task, mapping: Mapping, plan: Plan) -> None:
    """The first rows of one state; those that were refused come first."""
    counts = plan.counts
    states: list[State] = [s for s in ("refused", "changed", "new", "same") if counts[s]]
    if not states:
        return
    key = f"{task.token}_rows"
    if st.session_state.get(key) not in states:
        st.session_state[key] = states[0]
    names = {state: f"{i.COUNTS[state]} {counts[state]:,}" for state in states}
    chosen: Any = st.segmented_control(
        i.ROWS_OF,
        states,
        format_func=names_of(names),
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    positions = plan.positions(chosen)
    shown = positions[:FIRST]
    if chosen == "changed":
        frame = _changes(task, mapping, plan, shown)
    else:
        frame = _rows(task, mapping, plan, shown)
    show_table(frame, classes="short import-rows")
    if len(positions) > FIRST:
        st.html(f'<p class="rows-note">{i.SHOWN.format(FIRST, len(positions))}</p>')


def _rows(task: Task, mapping: Mapping, plan: Plan, positions: list[int]) -> pd.DataFrame:
    """Rows as they stand in the file, under our names of their columns."""
    refused = bool(positions) and plan.states[positions[0]] == "refused"
    columns = _columns(task, mapping)[: FEW_COLUMNS if refused else MOST_COLUMNS]
    found: dict[str, list[Any]] = {i.NUMBER: [plan.numbers[n] for n in positions]}
    if refused:
        found[i.REASON] = [plan.reasons[n] for n in positions]
    for label, place in columns:
        found[label] = [shown_cell(task.table.rows[n][place]) for n in positions]
    return pd.DataFrame(found)


def _changes(task: Task, mapping: Mapping, plan: Plan, positions: list[int]) -> pd.DataFrame:
    """One line a value that changes: what stood there, what will."""
    first = _columns(task, mapping)[:1]
    title, place = first[0] if first else ("", 0)
    lines = [
        (plan.numbers[n], shown_cell(task.table.rows[n][place]), one.label, one.before, one.after)
        for n in positions
        for one in plan.changes.get(n, [])
    ]
    return pd.DataFrame(lines, columns=[i.NUMBER, title, i.WHAT, i.BEFORE, i.AFTER])


def _columns(task: Task, mapping: Mapping) -> list[tuple[str, int]]:
    """The mapped columns: our label and the place in the file."""
    header = task.table.header
    return [
        (one.label, header.index(mapping.columns[one.key]))
        for one in task.kind.fields
        if mapping.columns.get(one.key) in header
    ]


def shown_cell(cell: Cell) -> str:
    """A cell as the file has it, short enough for a table."""
    if cell is None:
        return "—"
    if isinstance(cell, bool):
        return i.YES if cell else i.NO
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")
    text = cell.isoformat() if isinstance(cell, date) else " ".join(str(cell).split())
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def picture(task: Task, plan: Plan, reading: Reading) -> str:
    """The map of what is to come over what there is, as HTML."""
    ground = load(fetch_ground)
    shapes = planned_shapes(task.kind, task.table, plan, reading)
    points = planned_points(task.kind, task.table, plan, reading, ground)
    return import_map(shapes, ground, points)
