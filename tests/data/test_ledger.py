from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ledger import FIRST_SEAL, seal
from data.scoring import total

COLUMNS = ["member_id", "points", "note", "happened_on", "recorded_at", "request_id"]
ROW: dict[str, Any] = {
    "member_id": 7,
    "points": 1.5,
    "note": "慰问独居老人",
    "happened_on": date(2026, 11, 3),
    "recorded_at": datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    "request_id": None,
}
OTHER: dict[str, Any] = {
    "member_id": 8,
    "points": 2.0,
    "note": "慰问独居老人。",
    "happened_on": date(2026, 11, 4),
    "recorded_at": ROW["recorded_at"] + timedelta(microseconds=1),
    "request_id": "",
}
FACTS = st.fixed_dictionaries(
    {
        "points": st.integers(-40, 40).map(lambda half: half / 2),
        "note": st.none() | st.text(max_size=8),
        "who": st.text(max_size=8),
    }
)


def chain(rows: list[dict[str, Any]]) -> list[str]:
    """The seals of ``rows``, each upon the one before."""
    seals = [FIRST_SEAL]
    for row in rows:
        seals.append(seal(seals[-1], row, list(row)))
    return seals[1:]


@pytest.mark.parametrize("column", COLUMNS)
def test_altering_any_fact_breaks_the_seal(column: str) -> None:
    altered = ROW | {column: OTHER[column]}
    assert seal(FIRST_SEAL, altered, COLUMNS) != seal(FIRST_SEAL, ROW, COLUMNS)


def test_a_seal_depends_on_the_row_before() -> None:
    assert seal("1" * 64, ROW, COLUMNS) != seal(FIRST_SEAL, ROW, COLUMNS)


def test_an_empty_text_is_not_the_same_as_no_value() -> None:
    assert seal(FIRST_SEAL, {"note": ""}, ["note"]) != seal(FIRST_SEAL, {"note": None}, ["note"])


def test_a_column_added_later_and_left_empty_keeps_old_seals() -> None:
    later = ROW | {"added": None}
    assert seal(FIRST_SEAL, later, [*COLUMNS, "added"]) == seal(FIRST_SEAL, ROW, COLUMNS)


def test_columns_that_are_not_facts_do_not_count() -> None:
    extra = ROW | {"status": "approved"}
    assert seal(FIRST_SEAL, extra, COLUMNS) == seal(FIRST_SEAL, ROW, COLUMNS)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (2, 2.0),
        (1, True),
        (0.0, -0.0),
        (2.5, np.float64(2.5)),
        (3, np.int64(3)),
        (ROW["recorded_at"], ROW["recorded_at"].astimezone(ZoneInfo("Asia/Shanghai"))),
        (ROW["recorded_at"], ROW["recorded_at"].astimezone(timezone(timedelta(0)))),
        (ROW["recorded_at"], pd.Timestamp(ROW["recorded_at"])),
    ],
)
def test_a_fact_has_one_seal_whatever_type_a_driver_hands_it_over_in(one: Any, same: Any) -> None:
    assert seal(FIRST_SEAL, {"x": one}, ["x"]) == seal(FIRST_SEAL, {"x": same}, ["x"])


def test_text_cannot_pass_for_the_next_column() -> None:
    columns = ["a", "b"]
    forged = {"a": "1\nb=1:2", "b": None}
    assert seal(FIRST_SEAL, forged, columns) != seal(FIRST_SEAL, {"a": "1", "b": "2"}, columns)


def test_a_time_without_a_zone_cannot_be_sealed() -> None:
    naive = {"at": ROW["recorded_at"].replace(tzinfo=None)}
    with pytest.raises(ValueError, match="without a zone"):
        seal(FIRST_SEAL, naive, ["at"])


def test_a_type_that_no_ledger_holds_cannot_be_sealed() -> None:
    with pytest.raises(TypeError, match="list cannot be sealed"):
        seal(FIRST_SEAL, {"x": [1]}, ["x"])


def test_a_row_without_one_of_its_columns_cannot_be_sealed() -> None:
    with pytest.raises(KeyError):
        seal(FIRST_SEAL, {"a": 1}, ["a", "b"])


def test_the_seal_of_a_known_row_never_changes() -> None:
    # were this value to change, every database in use would fail its check
    known = seal(FIRST_SEAL, ROW, COLUMNS)
    assert known == "312d0305243b033e0ba0e4d0652af1d137d1752c82948082133703bb0d532f96"


@given(st.lists(FACTS, min_size=2, max_size=8), st.data())
def test_deleting_a_row_breaks_the_chain_at_the_next_one(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, len(rows) - 2))
    seals = [FIRST_SEAL, *chain(rows)]
    left = seals[: gone + 1] + seals[gone + 2 :]
    kept = rows[:gone] + rows[gone + 1 :]
    holds = [
        seal(before, row, list(row)) == after
        for (before, after), row in zip(pairwise(left), kept, strict=True)
    ]
    assert holds == [index != gone for index in range(len(kept))]


@given(st.lists(FACTS, min_size=1, max_size=8), st.data())
def test_altering_a_row_breaks_exactly_that_link(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    seals = [FIRST_SEAL, *chain(rows)]
    index = data.draw(st.integers(0, len(rows) - 1))
    altered = [*rows]
    altered[index] = rows[index] | {"points": rows[index]["points"] + 0.5}
    holds = [
        seal(before, row, list(row)) == after
        for (before, after), row in zip(pairwise(seals), altered, strict=True)
    ]
    assert holds == [i != index for i in range(len(rows))]


@given(st.lists(FACTS, max_size=8), st.data())
def test_a_counter_entry_takes_back_exactly_what_it_reverses(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    points = [row["points"] for row in rows]
    reversed_ones = data.draw(st.sets(st.sampled_from(range(len(rows))))) if rows else set()
    ledger = points + [-points[i] for i in reversed_ones]
    left = [p for i, p in enumerate(points) if i not in reversed_ones]
    assert total(ledger) == total(left)
