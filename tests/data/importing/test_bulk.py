"""Rows in bulk are the very rows that are written one by one."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import pytest
from sqlalchemy import Connection, select

from data.importing.bulk import VARIABLES, insert_many
from data.schema import appeal_event
from data.seals import append_sealed
from tests import builders
from tests.data.writes.world import NOW, STAMP, World

# as many columns differ from row to row as HISTORY has names, and the id
HISTORY = ("kind", "state", "happened_at", "handler", "reply", "resolved", "new_due_at")
TOGETHER = VARIABLES // (len(HISTORY) + 1)
SIGNED = {"recorded_at": NOW, "recorded_by": STAMP["actor"].name, "surface": "import"}
TOLD = [
    ("import", "received", NOW, "张'三", "", None, NOW + timedelta(days=2)),
    ("advance", "closed", NOW + timedelta(microseconds=7), None, '说"明\n第二行', 1, None),
    ("redo", "网格处理", NOW + timedelta(hours=30), "？", "?, (?)", 0, None),
]


def told(connection: Connection, town: World, count: int) -> list[dict[str, Any]]:
    one = builders.create_appeal(connection, town.units["grid1"], town.method_id)
    rows = islice(cycle(TOLD), count)
    return [dict(zip(HISTORY, row, strict=True)) | {"appeal_id": one} for row in rows]


def stored(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(appeal_event).order_by("id"))]


@pytest.mark.parametrize("count", [1, 2, TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER])
def test_many_at_once_are_the_same_as_one_by_one(count: int, town: World) -> None:
    with town.engines.write() as connection:
        rows = told(connection, town, count)
        place = connection.begin_nested()
        right = append_sealed(connection, appeal_event, [row | SIGNED for row in rows])
        one_by_one = stored(connection)
        place.rollback()
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        ids = insert_many(connection, appeal_event, columns, SIGNED)
        assert stored(connection) == one_by_one
        assert ids == right
