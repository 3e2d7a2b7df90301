"""数据导入: from a file on somebody's desk to rows in the database, one step below the other."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import identity
from components import import_state as state
from components import import_texts as i
from components.board import pack
from components.board_view import show_board
from components.forms.import_file import pick_file, pick_kind, pick_table
from components.forms.import_mapping import (
    begin,
    column_fields,
    order_question,
    system_question,
    word_questions,
)
from components.forms.import_run import apply_button, outcome, own_job, watch
from components.import_history import SHOWN, past_imports, show_imports, undo_form
from components.import_preview import counts_line, notes_list, picture, rows_of_states
from components.import_state import Chosen, Task
from components.loaders import begin_run, engines, load
from components.markup import literal
from components.panels import panel
from data.errors import RuleError
from data.importing.drawing import fetch_ground, has_places, suggested
from data.importing.kind import Kind, Reading
from data.importing.mapping import check_mapping, to_json
from data.importing.plan import Plan, make_reading, plan_import
from data.importing.sources import Source
from data.importing.suggesting import Suggestion
from data.queries.revision import fetch_revision

ACTION = "apply_import"


@st.fragment
def importing() -> None:
    """The whole tab; nothing for those who may import nowhere."""
    identity.begin_run()
    begin_run()  # a press in here draws the tab alone
    roots = identity.reach(ACTION)
    if not roots:
        return
    left, right = st.columns([1.75, 1])
    with left:
        job = own_job()
        if job is not None:
            with panel("import_job", i.REPORT):
                watch(job.request_id) if job.state == "running" else outcome(job)
        with panel("import_kind", i.KIND):
            kind = pick_kind(roots)
            one = pick_file()
            if one is not None and one.source is None:
                st.error(literal(f"{one.name}：{one.trouble}"))
        if job is None and one is not None and one.source is not None:
            _file_steps(kind, one.source)
    with right:
        found = past_imports()
        with panel("import_history", i.HISTORY, i.HISTORY_NOTE.format(SHOWN)):
            show_imports(found)
        with panel("import_undo", i.UNDO):
            undo_form(found)


def _file_steps(kind: Kind, source: Source) -> None:
    with panel("import_read", i.READ):
        task = Task(kind, source, pick_table(kind, source))
        _what_was_read(task)
    _table_steps(task)


def _what_was_read(task: Task) -> None:
    """What kind of file it is, how large, and what was noticed or mended in it."""
    source, table = task.source, task.table
    line = i.READ_LINE.format(
        source.name, i.READ_KINDS[source.kind], len(table.header), len(table.rows)
    )
    coded = [i.ENCODING.format(source.encoding.upper())] if source.encoding else []
    notes = [*source.notes, *table.notes]
    notes_list(["，".join([line, *coded]), *(notes or [i.NOTHING_ODD])])


def _table_steps(task: Task) -> None:
    chosen = state.chosen(task.token, lambda: begin(task))
    with panel("import_mapping", i.MAPPING):
        column_fields(task, chosen)
        try:
            check_mapping(task.kind, chosen.mapping, task.table.header)
        except RuleError as error:
            st.error(literal(error.message))
            return
    reading = _reading(task, chosen)
    plan, trouble = None, ""
    if chosen.system_chosen or not has_places(task.table, chosen.mapping):
        plan, trouble = _plan(task, chosen)
    _questions(task, chosen, plan, reading)
    with panel("import_preview", i.PREVIEW):
        if trouble:
            st.error(literal(trouble))
        elif plan is None:
            st.info(i.SYSTEM_NEEDED)
        else:
            _preview(task, chosen, plan, reading)


def _questions(task: Task, chosen: Chosen, plan: Plan | None, reading: Reading) -> None:
    """What the file leaves open, and what was answered and may be changed."""
    asks_system = has_places(task.table, chosen.mapping)
    is_open = bool(plan and (plan.questions or plan.unmapped))
    answered = chosen.mapping.order is not None or bool(chosen.mapping.choices)
    if not (asks_system or is_open or answered):
        return
    with panel("import_questions", i.QUESTIONS):
        if asks_system:
            found = _suggestion(task, chosen, reading)
            system_question(task.token, chosen, found, task.source.crs)
        order_question(task.token, chosen, plan)
        word_questions(task, chosen, plan, reading)


def _suggestion(task: Task, chosen: Chosen, reading: Reading) -> Suggestion:
    """Which coordinate system it likely is; worked out once for the same columns."""
    columns = [chosen.mapping.columns.get(key) for key in ("boundary", "lon", "lat")]
    found: Suggestion = state.once(
        "suggestion",
        (task.token, columns),
        lambda: suggested(task.kind, task.table, reading, load(fetch_ground)),
    )
    return found


def _reading(task: Task, chosen: Chosen) -> Reading:
    kind, source, _ = task.given
    now, actor = datetime.now(UTC), identity.actor("admin")
    with engines().read() as connection:
        return make_reading(
            connection, kind, source, task.table, chosen.mapping, now=now, actor=actor
        )


def _plan(task: Task, chosen: Chosen) -> tuple[Plan | None, str]:
    """The plan against the database, or why there is none."""
    now, actor = datetime.now(UTC), identity.actor("admin")

    def make() -> tuple[Plan | None, str]:
        try:
            with st.spinner(i.PLANNING), engines().read() as connection:
                mapping = chosen.mapping
                return plan_import(connection, *task.given, mapping, now=now, actor=actor), ""
        except RuleError as error:
            return None, error.message

    found: tuple[Plan | None, str] = state.once("plan", _plan_key(task, chosen), make)
    return found


def _plan_key(task: Task, chosen: Chosen) -> tuple[str, str, int]:
    """What a plan depends on.

    Not on daily entries: they come all day, and applying looks at them again.
    """
    with engines().read() as connection:
        return task.token, to_json(chosen.mapping), fetch_revision(connection).standing


def _preview(task: Task, chosen: Chosen, plan: Plan, reading: Reading) -> None:
    counts_line(plan.counts)
    notes_list(plan.notes[len(task.source.notes) + len(task.table.notes) :])
    rows_of_states(task, chosen.mapping, plan)
    if has_places(task.table, chosen.mapping):
        key = _plan_key(task, chosen)
        drawn = state.once("picture", key, lambda: picture(task, plan, reading))
        title = f'<p class="import-map-title">{i.MAP}</p>'
        show_board(pack(title + drawn), key="import_map")
    apply_button(task, chosen, plan)
