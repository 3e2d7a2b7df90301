"""Which column is which field, and the questions that a file leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Words
from dataclasses import replace
from typing import Any

import streamlit as st

from components import import_state as state
from components import import_texts as i
from components.forms.common import names_of
from components.import_preview import shown_cell
from components.import_state import KEY, Chosen, Task
from components.loaders import engines
from components.markup import escape, literal
from data.importing.coordinates import SYSTEMS
from data.importing.kind import Field, Kind, Reading
from data.importing.mapping import Mapping, dump_mapping, guess_mapping, is_told, known_mapping
from data.importing.plan import Plan
from data.importing.suggesting import Suggestion
from data.importing.tables import RawTable

SAMPLES = 3
LONGEST_SAMPLE = 24
MOST_WORDS = 40
WIDTHS = (1.0, 1.5, 2.2)


def begin(task: Task) -> Chosen:
    """The columns of the last import with this header, or those that the headers suggest."""
    kind, table = task.kind, task.table
    with engines().read() as connection:
        known = known_mapping(connection, kind, table.header)
    mapping = known or guess_mapping(kind, table.header)
    return Chosen(mapping, known is not None, known is not None, _open(kind, mapping))


def _open(kind: Kind, mapping: Mapping) -> tuple[str, ...]:
    """Fields to show: those that have a column and those that need one."""
    return tuple(f.key for f in kind.fields if f.required or f.key in mapping.columns)


def column_fields(task: Task, chosen: Chosen) -> None:
    """A row for each field: its name, its column in the file, and what stands there."""
    kind, table, token = task.kind, task.table, task.token
    _tools(task, chosen)
    fields = [one for one in kind.fields if one.key in chosen.shown]
    others = [one for one in kind.fields if one.key not in chosen.shown]
    with st.container(key=f"{KEY}_columns", gap="xsmall"):
        for one in fields:
            _field(one, table, token, chosen)
    if others:
        with st.expander(i.OTHERS.format(len(others)), key=f"{token}_others"):
            for one in others:
                _field(one, table, token, chosen)
    used = set(chosen.mapping.columns.values())
    unused = [title for title in table.header if title not in used and not is_told(title)]
    if unused:
        _note(i.LEFT_OUT.format("、".join(unused)))


def _tools(task: Task, chosen: Chosen) -> None:
    """Where the columns came from; the way back to a guess, and a file of them."""
    kind, table, token = task.kind, task.table, task.token

    def again() -> None:
        mapping = guess_mapping(kind, table.header)
        state.change(token, mapping, known=False, system_chosen=False, shown=_open(kind, mapping))
        for key in [k for k in st.session_state if str(k).startswith(f"{token}_")]:
            del st.session_state[key]

    with st.container(key=f"{KEY}_tools", horizontal=True, vertical_alignment="center"):
        _note(i.MAPPING_KNOWN if chosen.known else i.MAPPING_NOTE)
        if chosen.known:
            st.button(i.MAPPING_AGAIN, key=f"{KEY}_again", on_click=again, type="tertiary")
        st.download_button(
            i.MAPPING_SAVE,
            data=dump_mapping(chosen.mapping),
            file_name=f"{kind.key}.toml",
            key=f"{KEY}_save",
            on_click="ignore",
            type="tertiary",
        )


def _field(one: Field, table: RawTable, token: str, chosen: Chosen) -> None:
    key = f"{token}_column_{one.key}"
    st.session_state.setdefault(key, chosen.mapping.columns.get(one.key))

    def keep() -> None:
        columns = {k: v for k, v in chosen.mapping.columns.items() if k != one.key}
        if st.session_state[key]:
            columns[one.key] = st.session_state[key]
        state.change(token, replace(chosen.mapping, columns=columns))

    name, select, samples = st.columns(WIDTHS, vertical_alignment="center")
    star = f'<b class="needed" aria-label="{i.REQUIRED}">*</b>' if one.required else ""
    name.html(f'<p class="field-name" title="{escape(one.rules)}">{escape(one.label)}{star}</p>')
    select.selectbox(
        one.label,
        table.header,
        index=None,
        key=key,
        placeholder=i.NO_COLUMN,
        on_change=keep,
        label_visibility="collapsed",
    )
    samples.html(f'<p class="samples">{_samples(table, chosen.mapping.columns.get(one.key))}</p>')


def _samples(table: RawTable, title: str | None) -> str:
    """The first values that stand in a column, each once."""
    if title not in table.header:
        return ""
    place = table.header.index(title)
    found: dict[str, None] = {}
    for row in table.rows:
        if row[place] is not None:
            found.setdefault(_short(shown_cell(row[place])))
        if len(found) == SAMPLES:
            break
    return escape(i.SAMPLE_SEPARATOR.join(found) or i.SAMPLES_NONE)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"


def system_question(token: str, chosen: Chosen, found: Suggestion, crs: str | None) -> None:
    """Which coordinate system: suggested with the reason, answered by a person."""
    key = f"{token}_system"
    if chosen.system_chosen:
        st.session_state.setdefault(key, chosen.mapping.system)
    names = dict(SYSTEMS)
    if found.sure:
        names[found.system] = i.SYSTEM_SUGGESTED.format(names[found.system])

    def keep() -> None:
        system = st.session_state[key] or chosen.mapping.system
        state.change(token, replace(chosen.mapping, system=system), system_chosen=True)

    st.radio(
        i.SYSTEM,
        list(names),
        index=None,
        format_func=names_of({k: literal(text) for k, text in names.items()}),
        key=key,
        horizontal=True,
        on_change=keep,
    )
    said = i.SYSTEM_CRS.format(crs) if crs else ""
    _note("；".join(filter(None, (i.SYSTEM_WHY.format(found.why), said))))


def order_question(token: str, chosen: Chosen, plan: Plan | None) -> None:
    """Day or month first, where a column of days can be read both ways."""
    questions = list(plan.questions.values()) if plan else []
    if not questions and chosen.mapping.order is None:
        return
    key = f"{token}_order"
    if chosen.mapping.order:
        st.session_state.setdefault(key, chosen.mapping.order)

    def keep() -> None:
        state.change(token, replace(chosen.mapping, order=st.session_state[key]))

    for question in questions:
        _note(question)
    st.radio(
        i.ORDER,
        list(i.ORDERS),
        index=None,
        format_func=names_of(i.ORDERS),
        key=key,
        horizontal=True,
        on_change=keep,
    )


def word_questions(task: Task, chosen: Chosen, plan: Plan | None, reading: Reading) -> None:
    """Words of the file that mean nothing yet, each with what it could be."""
    unmapped = plan.unmapped if plan else {}
    for one in task.kind.fields:
        answered = chosen.mapping.choices.get(one.key, {})
        open_words = unmapped.get(one.label, Counter())
        if one.choices is None or not (answered or open_words):
            continue
        if open_words:
            _note(i.WORDS.format(one.label, len(open_words)))
        words = dict.fromkeys(answered, 0) | dict(open_words.most_common(MOST_WORDS))
        _word_fields(one, task.token, chosen, words, reading)
        if len(open_words) > MOST_WORDS:
            _note(i.WORDS_MORE.format(len(open_words) - MOST_WORDS))


def _word_fields(
    one: Field, token: str, chosen: Chosen, words: Words[str, int], reading: Reading
) -> None:
    able = {ours: word for word, ours in (one.choices(reading) if one.choices else {}).items()}
    places = st.columns(3)
    for n, (word, count) in enumerate(words.items()):
        _word_field(places[n % 3], one, token, chosen, (word, count), able)


def _word_field(
    place: Any,
    one: Field,
    token: str,
    chosen: Chosen,
    asked: tuple[str, int],
    able: Words[str, str],
) -> None:
    word, count = asked
    key = f"{token}_word_{one.key}_{word}"
    answer = chosen.mapping.choices.get(one.key, {}).get(word)
    if answer in able:
        st.session_state.setdefault(key, answer)

    def keep() -> None:
        choices = {k: dict(v) for k, v in chosen.mapping.choices.items()}
        mine = choices.setdefault(one.key, {})
        mine.pop(word, None)
        if st.session_state[key]:
            mine[word] = st.session_state[key]
        if not mine:
            del choices[one.key]
        state.change(token, replace(chosen.mapping, choices=choices))

    place.selectbox(
        literal(i.WORD.format(word, count) if count else word),
        list(able),
        index=None,
        format_func=names_of(able),
        key=key,
        placeholder=i.WORD_LEFT,
        on_change=keep,
    )


def _note(text: str) -> None:
    st.html(f'<p class="section-note">{escape(text)}</p>')
