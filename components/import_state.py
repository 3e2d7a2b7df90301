"""What a session holds of its import: the files it read, the columns it chose, the request.

Kept apart from the widgets, which forget what they hold when another page is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import streamlit as st

from data.errors import RuleError
from data.importing.kind import Kind
from data.importing.mapping import Mapping
from data.importing.sources import Source, read_source
from data.importing.tables import RawTable

KEY = "import"


@dataclass
class Loaded:
    """A file as it was read, or why it could not be."""

    name: str
    source: Source | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Task:
    """One table of a file, taken for data of a kind."""

    kind: Kind
    source: Source
    table_index: int

    @property
    def table(self) -> RawTable:
        """The table itself."""
        return self.source.tables[self.table_index]

    @property
    def token(self) -> str:
        """What a choice of columns belongs to, short enough for the keys of fields."""
        return f"{KEY}_{self.kind.key}_{self.source.sha256[:12]}_{self.table_index}"

    @property
    def given(self) -> tuple[Kind, Source, int]:
        """The task as data.importing takes it."""
        return self.kind, self.source, self.table_index


@dataclass
class Chosen:
    """How a table of a file is to be read; ``system_chosen``: somebody said what
    its coordinates are.

    ``known``: taken over from an earlier import.  ``request_id``: of the import it leads to.
    ``shown``: keys of the fields that stand open, the rest is folded away.
    """

    mapping: Mapping
    known: bool = False
    system_chosen: bool = False
    shown: tuple[str, ...] = ()
    request_id: str = field(default_factory=lambda: uuid4().hex)


@dataclass
class Desk:
    """Everything a session holds; ``turn`` counts how often it began afresh."""

    turn: int = 0
    kind: str = ""
    uploads: list[Any] = field(default_factory=list)
    files: dict[str, Loaded] = field(default_factory=dict)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)  # digests of files imported here
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def desk() -> Desk:
    """This session's desk."""
    held: Desk = st.session_state.setdefault(f"{KEY}_desk", Desk())
    return held


def clear() -> None:
    """Begin afresh: no files, nothing chosen."""
    st.session_state[f"{KEY}_desk"] = Desk(turn=desk().turn + 1, kind=desk().kind)


def upload_key() -> str:
    """The key of the uploader; another one each time it begins afresh."""
    return f"{KEY}_files_{desk().turn}"


def file_key() -> str:
    """The key of the choice between several files."""
    return f"{KEY}_file_{desk().turn}"


def take_uploads() -> None:
    """Hold on to what the uploader has now: it forgets when another page is opened."""
    desk().uploads = list(st.session_state.get(upload_key()) or [])


def unread() -> bool:
    """Whether there is a file that has not been read yet."""
    return any(one.file_id not in desk().files for one in desk().uploads)


def read_files() -> dict[str, Loaded]:
    """The files there are, by id; each is read once, and a new one is worked on next."""
    held = desk().files
    desk().files = {one.file_id: held.get(one.file_id) or _read(one) for one in desk().uploads}
    fresh = [key for key in desk().files if key not in held]
    if fresh:
        st.session_state[file_key()] = fresh[0]
    return desk().files


def next_file() -> None:
    """Work on the first file that was not imported yet, if there is one."""
    for key, one in desk().files.items():
        if one.source is not None and one.source.sha256 not in desk().done:
            st.session_state[file_key()] = key
            return


def _read(upload: Any) -> Loaded:
    try:
        return Loaded(upload.name, read_source(upload.name, upload.getvalue()))
    except RuleError as error:
        return Loaded(upload.name, trouble=error.message)


def chosen(key: str, begin: Callable[[], Chosen]) -> Chosen:
    """What is chosen for a table, from ``begin`` the first time."""
    held = desk().chosen
    if key not in held:
        held[key] = begin()
    return held[key]


def change(key: str, mapping: Mapping, **others: Any) -> None:
    """Another mapping for a table: it leads to another import than the one before."""
    held = desk().chosen[key]
    if mapping != held.mapping:
        held.mapping, held.request_id = mapping, uuid4().hex
    for name, value in others.items():
        setattr(held, name, value)


def once(slot: str, key: Any, make: Callable[[], Any]) -> Any:
    """``make()``, kept in ``slot`` while ``key`` stays the same: each slot holds one answer."""
    kept = desk().kept
    if slot not in kept or kept[slot][0] != key:
        kept[slot] = (key, make())
    return kept[slot][1]
