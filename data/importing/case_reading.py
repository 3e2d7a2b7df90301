"""The rows of a file as cases: those whose times cannot be are refused, the others are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from data.importing.case_table import ANSWERS, COUNTS, CaseRows, CaseTable, tell
from data.importing.cases import Given, Historian, History, Rules, fault_of, rules_finder
from data.importing.instants import Instants, instants, local_days, moment
from data.importing.kind import Reading, Values
from data.importing.plan import Plan
from data.settings import zone
from data.writes.validation import EARLIEST

TIMES = ("received_at", "accepted_at", "closed_at", "due_at")
NO_TEXT = "标题和内容都空着，请至少填写一项"
NO_CATEGORY = "工作法里没有这个类别，请核对"


def read_cases(
    values: Values, reading: Reading, plan: Plan, historian: Historian
) -> tuple[CaseRows, CaseTable]:
    """The rows not refused so far and what they tell; those that tell nothing are refused."""
    moments = [instants(values.of(key)) for key in TIMES]
    _refuse_faults(values, reading, plan, moments)
    rows = _ruled(values, reading, plan, moments)
    table = tell(rows, historian)
    for row, reason in table.faults.items():
        plan.refuse(int(rows.positions[row]), reason)
    return rows, table


def history_of(
    values: Values, rows: CaseRows, historian: Historian, positions: Iterable[int]
) -> dict[int, History]:
    """The histories of some rows that tell one, each for itself."""
    given = _given(values)
    places = {int(position): row for row, position in enumerate(rows.positions)}
    told = {n: historian.history(given(n), rows.rules[rows.ruled[places[n]]]) for n in positions}
    return {n: one for n, one in told.items() if isinstance(one, History)}


def _given(values: Values) -> Callable[[int], Given]:
    names = (*TIMES, "state", *ANSWERS, *COUNTS)
    columns = [values.of(name) for name in names]

    def given(position: int) -> Given:
        cells = {name: column[position] for name, column in zip(names, columns, strict=True)}
        return Given(**cells | {name: _whole(cells[name]) for name in ANSWERS})

    return given


def _whole(word: Any) -> int | None:
    return None if word is None else int(word)


def _refuse_faults(values: Values, reading: Reading, plan: Plan, moments: list[Instants]) -> None:
    left = np.array(plan.left(), np.int64)
    received, accepted, closed, due = (at[left] for at in moments)
    odd = received < np.datetime64(EARLIEST)
    for at in (received, accepted, closed):
        odd |= (at > moment(reading.now)) | (at < received)
    odd |= (accepted > closed) | (due <= received)
    given = _given(values)
    for position in left[odd].tolist():
        if fault := fault_of(given(position), reading.now):
            plan.refuse(position, fault)
    texts = zip(values.of("title"), values.of("content"), strict=True)
    for position, (title, content) in enumerate(texts):
        if not (title or content) and plan.states[position] != "refused":
            plan.refuse(position, NO_TEXT)


def _ruled(values: Values, reading: Reading, plan: Plan, moments: list[Instants]) -> CaseRows:
    """The rows with the rules of their day; refused where no method knows the category."""
    left = np.array(plan.left(), np.int64)
    all_categories = values.of("category")
    codes, words = pd.factorize(np.array([all_categories[n] for n in left.tolist()], dtype=object))
    days = local_days(moments[0][left], zone()).astype(np.int64)
    keys, first, which = np.unique(
        days * (len(words) + 1) + codes, return_index=True, return_inverse=True
    )
    find, different = rules_finder(reading), dict[int, tuple[int, Rules]]()
    numbers = np.full(len(keys), -1)
    for at, row in enumerate(first.tolist()):
        day = np.datetime64(int(days[row]), "D").item()
        rules = find(day, str(words[codes[row]]))
        if rules is not None:
            numbers[at] = different.setdefault(id(rules), (len(different), rules))[0]
    ruled = numbers[which] if len(keys) else np.zeros(0, np.int64)
    for position in left[ruled < 0].tolist():
        plan.refuse(position, NO_CATEGORY)
    rows = _rows(values, left, moments, [rules for _, rules in different.values()])
    return _kept(replace(rows, ruled=ruled), ruled >= 0)


def _rows(values: Values, left: Instants, moments: list[Instants], rules: list[Rules]) -> CaseRows:
    at = left.tolist()
    received, accepted, closed, due = (one[left] for one in moments)
    states = values.of("state")
    answers: dict[str, list[int | None]] = {}
    for name in ANSWERS + COUNTS:
        column = values.of(name)
        answers[name] = [_whole(column[n]) for n in at] if values.has(name) else [None] * len(at)
    return CaseRows(
        left, (received, accepted, closed, due), [states[n] for n in at], answers, rules, left
    )


def _kept(rows: CaseRows, kept: Instants) -> CaseRows:
    if kept.all():
        return rows
    received, accepted, closed, due = (one[kept] for one in rows.moments)
    at = np.flatnonzero(kept).tolist()
    return CaseRows(
        rows.positions[kept],
        (received, accepted, closed, due),
        [rows.states[n] for n in at],
        {name: [column[n] for n in at] for name, column in rows.answers.items()},
        rows.rules,
        rows.ruled[kept],
    )
