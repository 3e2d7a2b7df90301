"""数据导出: any kind of data as a file that the import takes back, for those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from components import export_texts as x
from components import identity
from components.choices import distinct
from components.downloads import XLSX
from components.forms.common import names_of
from components.loaders import begin_run, engines, load
from components.markup import escape
from components.panels import panel
from components.problems import show_empty
from data.exporting.kinds import (
    EVERYWHERE,
    FORMATS,
    MAPPED,
    export_file,
    export_kind,
    file_name,
)
from data.importing.kinds import KINDS
from data.queries.units import fetch_units

ACTION = "export_kind"
KEY = "export"
WHOLE = "/"
UNDIVIDED = ("calendar",)  # kinds that belong to no unit
MIME = {"xlsx": XLSX, "csv": "text/csv", "geojson": "application/geo+json"}


@st.fragment
def exporting() -> None:
    """Choose a kind, a unit and a form; the file is made when it is asked for."""
    identity.begin_run()
    begin_run()  # a choice in here draws the panel alone
    roots = identity.reach(ACTION)
    if not roots:
        return
    with panel("export", x.TITLE, x.NOTE):
        places = _places(roots)
        if not places:
            show_empty(x.EMPTY)
            return
        with st.container(key="export_fields", horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox(
                x.KIND,
                list(KINDS),
                format_func=names_of({key: one.name for key, one in KINDS.items()}),
                key=f"{KEY}_kind",
            )
            path = st.selectbox(
                x.UNIT, list(places), format_func=names_of(places), key=f"{KEY}_unit"
            )
            form = _form(kind)
            _button(kind, path, places[path], form)
        _said(kind)


def _places(roots: list[str]) -> dict[str, str]:
    """What may be exported, by path: units in the order of the tree, and everything first."""
    units = load(fetch_units).sort_values("path")
    mine = units[[path.startswith(tuple(roots)) for path in units["path"]]]
    names = dict(zip(mine["path"], mine["name"], strict=True))
    return distinct(({WHOLE: EVERYWHERE} if WHOLE in roots else {}) | names)


def _form(kind: str) -> str:
    forms = {key: word for key, word in FORMATS.items() if key != "geojson" or kind == MAPPED}
    picked: str = st.selectbox(
        x.FORM, list(forms), format_func=names_of(forms), key=f"{KEY}_form_{kind == MAPPED}"
    )
    return picked


def _button(kind: str, path: str, place: str, form: str) -> None:
    name = file_name(kind, place, form, datetime.now(UTC))
    st.download_button(
        x.MAKE,
        data=_maker(kind, path, place, form),
        file_name=name,
        mime=MIME[form],
        key=f"{KEY}_file",
        on_click="ignore",
        type="primary",
    )


def _maker(kind: str, path: str, place: str, form: str) -> Callable[[], bytes]:
    """What makes the file: outside of the page, and allowed or refused at that moment."""
    who, base = identity.actor("admin"), engines()

    def make() -> bytes:
        now = datetime.now(UTC)
        found = export_kind(base, kind=kind, path=path, actor=who, at=now)
        return export_file(kind, found, form, place, now)

    return make


def _said(kind: str) -> None:
    """What is to be known of a kind before it leaves the house."""
    personal = any(one.personal for one in KINDS[kind].fields)
    said = [x.PERSONAL] if personal else []
    said += [x.EVERYWHERE] if kind in UNDIVIDED else []
    if said:
        st.html(f'<p class="section-note">{escape("".join(said))}</p>')
