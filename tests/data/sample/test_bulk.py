"""Rows inserted in bulk are the rows that one insert at a time would have made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from data.engines import Engines
from data.ledger import FIRST_SEAL, seal, seals_of
from data.sample.bulk import insert_rows
from data.schema import decision, person
from data.seals import seal_rows

AT = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)


def test_seals_by_column_are_the_seals_row_by_row() -> None:
    columns: dict[str, list[Any]] = {
        "member_id": [1, 2, 1, 1],
        "points": [1.5, -0.0, 2, 1],
        "day": [date(2026, 1, 2), None, date(2026, 1, 2), date(2026, 1, 3)],
        "at": [AT, AT + timedelta(microseconds=5), None, AT],
        "note": ["", "一", "一\nx=1:2", None],
    }
    previous, one_by_one = FIRST_SEAL, []
    for values in zip(*columns.values(), strict=True):
        previous = seal(previous, dict(zip(columns, values, strict=True)), list(columns))
        one_by_one.append(previous)

    assert seals_of(columns) == one_by_one


def test_times_and_days_seal_as_their_canonical_texts_do() -> None:
    moment, day = AT.isoformat(timespec="microseconds"), date(2026, 1, 2)

    assert seals_of({"at": [AT], "on": [day]}) == seals_of({"at": [moment], "on": [str(day)]})


def test_bulk_rows_equal_rows_inserted_one_at_a_time(engines: Engines) -> None:
    facts = [
        {
            "id": number,
            "subject": "points_entry",
            "subject_id": number,
            "verdict": "approved",
            "reason": "",
            "recorded_at": AT + timedelta(hours=number),
            "recorded_by": "王*",
        }
        for number in range(1, 6)
    ]
    with engines.write() as connection:
        insert_rows(connection, decision, [dict(row) for row in facts])
        bulk = connection.execute(select(decision).order_by(decision.c.id)).all()
        connection.execute(decision.delete())
        stamped = [row | {"surface": "sample", "request_id": None} for row in facts]
        connection.execute(insert(decision), seal_rows(decision, stamped))
        single = connection.execute(select(decision).order_by(decision.c.id)).all()

    assert bulk == single
    assert len(bulk) == 5


def test_no_rows_insert_nothing(engines: Engines) -> None:
    with engines.write() as connection:
        insert_rows(connection, person, [])
        assert connection.execute(select(person)).all() == []
