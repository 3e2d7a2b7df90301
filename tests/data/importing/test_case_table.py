"""Histories told by column are those told row by row; and moments in bulk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.case import Event, Head
from data.importing.case_table import ANSWERS, COUNTS, CaseRows, tell
from data.importing.cases import Given, Historian, History, Rules, Told, fault_of
from data.importing.instants import (
    datetimes,
    instants,
    local_days,
    read_plain,
    sealed_texts,
    stored_texts,
    to_utc,
)
from data.ledger import FIRST_SEAL, Same, seals_of
from data.method.loading import load_preset
from data.workdays import WorkCalendar
from tests.data.importing.taking import taken
from tests.data.importing.test_appeals import HEADER, line
from tests.data.importing.test_histories import NOW, rows
from tests.data.writes.test_appeals import appeal_of
from tests.data.writes.world import World

METHOD = load_preset("demo_street")
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
RULES = [Rules(1, METHOD.workflow(c.workflow), c) for c in METHOD.categories]
AT = datetime(2025, 3, 3, 1, 0, 7, 5, tzinfo=UTC)


def by_column(cases: list[Given], ruled: list[int], historian: Historian) -> Any:
    def column(name: str) -> list[Any]:
        return [getattr(one, name) for one in cases]

    received, accepted, closed, due = map(
        instants, map(column, ("received_at", "accepted_at", "closed_at", "due_at"))
    )
    table = CaseRows(
        np.arange(len(cases)),
        (received, accepted, closed, due),
        column("state"),
        {name: column(name) for name in ANSWERS + COUNTS},
        RULES,
        np.array(ruled),
    )
    return tell(table, historian)


def plain(column: Any) -> list[Any]:
    if column.dtype.kind != "M":
        return list(column.tolist())
    return [at and at.replace(tzinfo=UTC) for at in column.astype(object).tolist()]


@given(
    st.lists(st.tuples(rows, st.integers(0, len(RULES) - 1), st.integers(0, 3)), min_size=1),
    st.booleans(),
    st.booleans(),
)
def test_by_column_every_history_is_the_one_of_its_row(
    drawn: list[tuple[Given, int, int]], closing: bool, response: bool
) -> None:
    later = [(c, r, timedelta(days=40 * n)) for c, r, n in drawn if not fault_of(c, NOW)]
    moved = [
        (Given(*(x + by if isinstance(x, datetime) else x for x in case)), ruled)
        for case, ruled, by in later
    ]
    cases, ruled = [case for case, _ in moved], [number for _, number in moved]
    historian = Historian(Told(closing, closing or response), WorkCalendar({}, SHANGHAI))
    told = by_column(cases, ruled, historian)
    heads = {name: plain(told.heads[name]) for name in Head.__slots__}
    events = {name: plain(told.events[name]) for name in Event.__slots__}
    for row, (case, number) in enumerate(moved):
        right = historian.history(case, RULES[number])
        mine = np.flatnonzero(told.owners == row)
        if not isinstance(right, History):
            assert told.faults[row] == right
            assert not told.known[row]
            assert not len(mine)
            continue
        assert told.known[row]
        assert Head(**{name: column[row] for name, column in heads.items()}) == right.head
        found = [Event(**{name: column[n] for name, column in events.items()}) for n in mine]
        assert found == right.events
        assert told.last[mine].tolist() == [False] * (len(mine) - 1) + [True]


@given(st.lists(st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), min_size=1))  # noqa: DTZ001
def test_moments_become_the_texts_that_are_stored_and_sealed(drawn: list[datetime | None]) -> None:
    at = instants([one and one.replace(tzinfo=UTC) for one in drawn])
    told = [one and one.isoformat(" ", timespec="microseconds") for one in drawn]
    assert stored_texts(at) == told
    assert sealed_texts(at) == [one and f"{one.replace(' ', 'T')}+00:00" for one in told]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        instants([AT.replace(tzinfo=None)])


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), min_size=1))  # noqa: DTZ001
def test_local_days_are_those_of_the_zone(drawn: list[datetime]) -> None:
    moments = [one.replace(tzinfo=UTC) for one in drawn]
    for zone in (SHANGHAI, BERLIN):
        days = [one.astimezone(zone).date() for one in moments]
        assert local_days(instants(moments), zone).tolist() == days
        local = np.array(drawn, "datetime64[us]")
        if (found := to_utc(local, zone)) is not None:
            assert datetimes(found) == [one.replace(tzinfo=zone).astimezone(UTC) for one in drawn]


@pytest.mark.parametrize(
    "text", ["2023-01-05T15:20+08", "2023-1-05 15:20:0", "2023-02-30 15:20", "2023-01-05 25:20"]
)
def test_what_is_not_written_in_full_is_left_to_the_careful_reader(text: str) -> None:
    assert read_plain(["2023/01/05 15:20", text]) is None
    assert read_plain(["2023/01/05 15:20"]) is not None


def test_what_is_the_same_on_every_row_seals_alike() -> None:
    columns = {"a": ["x"] * 3, "b": [1, 2, 3], "c": [None] * 3, "d": [AT] * 3}
    short = {"a": Same("x"), "b": [1, 2, 3], "c": Same(None), "d": Same(AT)}
    assert seals_of(short) == seals_of(columns)
    alike = {name: Same(column[0]) for name, column in columns.items()}
    whole = {name: [column[0]] * 3 for name, column in columns.items()}
    assert seals_of(alike, FIRST_SEAL, 3) == seals_of(whole)


def test_imported_numbers_that_begin_like_ours_do_not_stop_the_counting(town: World) -> None:
    numbers = ("20261120-A1", "20261120-0007~3", "20261120-0012")
    taken(town, "appeals", HEADER, [line(1, 工单编号=number) for number in numbers])
    assert appeal_of(town).code == "20261120-0013"
