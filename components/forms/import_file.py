"""The beginning of an import: which kind of data, its template, and the files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components import identity
from components import import_state as state
from components import import_texts as i
from components.choices import distinct
from components.downloads import XLSX
from components.forms.common import names_of
from components.import_preview import notes_list
from components.import_state import KEY, Loaded, desk
from components.loaders import engines
from components.markup import escape, literal
from data.identity import Actor
from data.importing.kind import Kind
from data.importing.kinds import KINDS
from data.importing.mapping import best_table
from data.importing.plan import blank_reading
from data.importing.sources import Source
from data.importing.template import template_workbook

LARGEST_MB = 64  # years of appeals, or the boundaries of a district; the house's limit is smaller


def pick_kind(roots: list[str]) -> Kind:
    """Buttons for the kinds this person may import, and the template of the chosen one."""
    kinds = {key: one for key, one in KINDS.items() if roots == ["/"] or not one.admin_only}
    if desk().kind not in kinds:
        desk().kind = next(iter(kinds))
    key = f"{KEY}_kind"
    st.session_state.setdefault(key, desk().kind)

    def keep() -> None:
        desk().kind = st.session_state[key]

    chosen: Any = st.pills(
        i.KIND_PICK,
        list(kinds),
        format_func=names_of({k: literal(one.name) for k, one in kinds.items()}),
        key=key,
        required=True,
        on_change=keep,
        label_visibility="collapsed",
    )
    kind = kinds[chosen]
    _template(kind)
    return kind


def _template(kind: Kind) -> None:
    actor = identity.actor("admin")
    with st.container(key=f"{KEY}_template", horizontal=True, vertical_alignment="center"):
        st.download_button(
            i.TEMPLATE.format(kind.name),
            data=lambda: _workbook(kind, actor),
            file_name=i.TEMPLATE_FILE.format(kind.name),
            mime=XLSX,
            key=f"{KEY}_template_{kind.key}",
            on_click="ignore",
        )
        st.html(f'<p class="section-note">{escape(i.TEMPLATE_NOTE)}</p>')
    notes_list(list(kind.notes))


def _workbook(kind: Kind, actor: Actor) -> bytes:
    with engines().read() as connection:
        reading = blank_reading(connection, kind, now=datetime.now(UTC), actor=actor)
        return template_workbook(connection, kind, reading)


def pick_file() -> Loaded | None:
    """The uploader, and which of several files is worked on; None while there is none."""
    st.file_uploader(
        i.UPLOAD,  # of any type: whoever reads it can say what is wrong with it
        accept_multiple_files=True,
        key=state.upload_key(),
        max_upload_size=LARGEST_MB,
        on_change=state.take_uploads,
    )
    st.html(f'<p class="section-note">{i.UPLOAD_NOTE}</p>')
    if state.unread():
        with st.spinner(i.READING):
            files = state.read_files()
    else:
        files = state.read_files()
    if not files:
        return None
    _clear_button()
    return files[_which(files)]


def _clear_button() -> None:
    """Files outlast the uploader's own list, which another page empties."""
    if not st.session_state.get(state.upload_key()):
        st.button(i.CLEAR, key=f"{KEY}_clear", on_click=state.clear)


def _which(files: dict[str, Loaded]) -> str:
    names = {key: _name(one) for key, one in files.items()}
    key = state.file_key()
    if st.session_state.get(key) not in names:
        st.session_state[key] = next(iter(names))
    if len(names) == 1:
        return next(iter(names))
    labels = distinct(names)
    picked: Any = st.selectbox(i.FILE, list(labels), format_func=names_of(labels), key=key)
    return str(picked)


def _name(one: Loaded) -> str:
    is_done = one.source is not None and one.source.sha256 in desk().done
    return i.FILE_DONE.format(one.name) if is_done else one.name


def pick_table(kind: Kind, source: Source) -> int:
    """Which table of the file: asked only where there are several."""
    if len(source.tables) == 1:
        return 0
    key = f"{KEY}_table_{kind.key}_{source.sha256[:12]}"
    st.session_state.setdefault(key, best_table(kind, source))
    names = distinct(
        {n: i.TABLE_ONE.format(one.name, len(one.rows)) for n, one in enumerate(source.tables)}
    )
    picked: Any = st.selectbox(
        i.TABLE.format(len(names)), list(names), format_func=names_of(names), key=key
    )
    return int(picked)
