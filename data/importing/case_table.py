"""Many rows as histories of cases, column by column.

Whatever two rows share but their moments and answers (the rules, the state, which times
there are) is the same history at other moments.  So one history of each such shape is told
by the Historian, and the others are filled in beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.case import Event, Head
from data.importing.cases import Given, Historian, History, Rules
from data.importing.instants import Instants, datetimes, instants, local_days

Array = np.ndarray[Any, Any]

# moments of the row that is told: no two are alike, and none is a midnight
_FIRST = datetime(2020, 1, 6, 1, 2, 3, 456, tzinfo=UTC)
_TOLD = {
    name: _FIRST + timedelta(seconds=n)
    for n, name in enumerate(("received_at", "accepted_at", "closed_at", "due_at"))
}
_DUE = 3
COUNTS = ("returns", "extensions", "redos")
ANSWERS = ("resolved", "rating")


@dataclass(frozen=True)
class CaseRows:
    """Rows of a file, by column: moments (NaT: not given), and the rest as lists.

    ``rules`` are the different ones there are, ``ruled`` says which of them each row has;
    ``positions`` are the rows' places in the file.
    """

    positions: Array
    moments: tuple[Instants, Instants, Instants, Instants]
    states: list[str | None]
    answers: dict[str, list[int | None]]
    rules: list[Rules]
    ruled: Array

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True)
class CaseTable:
    """Heads and events of many cases by column.

    ``known``: which of the rows have a history; the others are in ``faults`` (row →
    reason) and have nothing in the columns that counts.  ``owners``: the row of each
    event; ``last``: which events are the last of their case.
    """

    known: Array
    faults: dict[int, str]
    heads: dict[str, Any]
    events: dict[str, Any]
    owners: Array
    last: Array


def tell(rows: CaseRows, historian: Historian) -> CaseTable:
    """The histories of all rows."""
    shapes = _shapes(rows)
    told = [_told(rows, int(some[0]), historian) for some in shapes]
    faults = {
        int(row): found
        for some, found in zip(shapes, told, strict=True)
        if isinstance(found, str)
        for row in some
    }
    pairs = [
        (some, one) for some, one in zip(shapes, told, strict=True) if isinstance(one, History)
    ]
    known = np.zeros(len(rows), bool)
    for some, _ in pairs:
        known[some] = True
    heads = _heads(rows, pairs, _dues(rows, historian), historian)
    return CaseTable(known, faults, heads, *_events(rows, pairs))


def _shapes(rows: CaseRows) -> list[Array]:
    """The rows of each shape."""
    words, _ = pd.factorize(np.array(rows.states, dtype=object), use_na_sentinel=True)
    key = rows.ruled.astype(np.int64) * (words.max(initial=-1) + 2) + words + 1
    for at in rows.moments[1:]:
        key = key * 2 + ~np.isnat(at)
    _, shape, sizes = np.unique(key, return_inverse=True, return_counts=True)
    return np.split(np.argsort(shape, kind="stable"), np.cumsum(sizes)[:-1]) if len(rows) else []


def _told(rows: CaseRows, row: int, historian: Historian) -> History | str:
    """The history of a shape, at the moments of _TOLD; or why there is none."""
    known = {
        name: told
        for at, (name, told) in zip(rows.moments, _TOLD.items(), strict=True)
        if not np.isnat(at[row])
    }
    blank: dict[str, Any] = dict.fromkeys(Given._fields)
    given = Given(**blank | known | {"state": rows.states[row]})
    return historian.history(given, rows.rules[rows.ruled[row]])


def _dues(rows: CaseRows, historian: Historian) -> Instants:
    """The deadlines: the file's, else those of the rules."""
    received, due = rows.moments[0], rows.moments[_DUE].copy()
    asked = np.isnat(due)
    days = local_days(received, historian.calendar.tz).astype(np.int64)
    for number, rules in enumerate(rows.rules):
        mine = np.flatnonzero(asked & (rows.ruled == number))
        clock = rules.category.limit.clock
        if rules.category.limit.working_days is None:
            due[mine] = received[mine] + np.timedelta64(clock or timedelta())
            continue
        _, first, which = np.unique(days[mine], return_index=True, return_inverse=True)
        found = [historian.due(one, rules) for one in datetimes(received[mine][first])]
        due[mine] = instants(found)[which] if found else due[mine]
    return due


def _yellows(rows: CaseRows, due: Instants, historian: Historian) -> Instants:
    """From when each case is nearly late."""
    found = due.copy()
    for number, rules in enumerate(rows.rules):
        mine = np.flatnonzero(rows.ruled == number)
        different, which = np.unique(due[mine], return_inverse=True)
        yellow = [historian.yellow(one, rules) for one in datetimes(different)]
        found[mine] = instants(yellow)[which] if yellow else found[mine]
    return np.maximum(rows.moments[0], found)


Pairs = Sequence[tuple[Array, History]]


def _heads(rows: CaseRows, pairs: Pairs, due: Instants, historian: Historian) -> dict[str, Any]:
    size = len(rows)
    heads = {name: np.full(size, None, object) for name in Head.__slots__}
    times = {name: np.full(size, np.datetime64("NaT"), "datetime64[us]") for name in _HEAD_TIMES}
    for some, history in pairs:
        head = history.head
        for name in ("state", "state_type", "furthest", "untimed"):
            heads[name][some] = getattr(head, name)
        for name, column in times.items():
            _fill(column, some, some, rows, getattr(head, name))
    asked = {name: np.array(rows.answers[name], object) for name in ANSWERS}
    asked |= {name: np.array([n or 0 for n in rows.answers[name]], object) for name in COUNTS}
    return heads | times | asked | {"due_at": due, "yellow_at": _yellows(rows, due, historian)}


_HEAD_TIMES = ("state_since", "state_due_at", "responded_at", "closed_at")


def _fill(
    column: Instants, places: Array, some: Array, rows: CaseRows, told: datetime | None
) -> None:
    """Write into a column the moments that those of _TOLD stand for."""
    if told is not None:
        source = list(_TOLD.values()).index(told)
        column[places] = rows.moments[source][some]


def _events(rows: CaseRows, pairs: Pairs) -> tuple[dict[str, Any], Array, Array]:
    """Columns of the events of one case after another, whose they are and which end a case."""
    counts = np.zeros(len(rows), np.int64)
    for some, history in pairs:
        counts[some] = len(history.events)
    ends = np.cumsum(counts)
    size = int(ends[-1]) if len(ends) else 0
    columns = {name: np.full(size, None, object) for name in Event.__slots__}
    times = {n: np.full(size, np.datetime64("NaT"), "datetime64[us]") for n in _EVENT_TIMES}
    for some, history in pairs:
        for back, event in enumerate(reversed(history.events), 1):
            places = ends[some] - back
            for name in ("kind", "state", "untimed"):
                columns[name][places] = getattr(event, name)
            for name, column in times.items():
                _fill(column, places, some, rows, getattr(event, name))
    last = np.zeros(size, bool)
    last[ends[counts > 0] - 1] = True
    for name in ANSWERS + COUNTS:
        columns[name][last] = np.array(rows.answers[name], object)[counts > 0]
    return columns | times, np.repeat(np.arange(len(rows)), counts), last


_EVENT_TIMES = ("happened_at", "new_due_at")
