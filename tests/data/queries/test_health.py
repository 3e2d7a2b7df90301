from __future__ import annotations

from datetime import UTC, date, datetime

from data.engines import Engines, sqlite_driver
from data.queries.health import (
    TABLE_NAMES,
    fetch_database_health,
    fetch_first_day,
    fetch_row_counts,
)
from data.schema import metadata
from tests import builders as build
from tests.data.queries.busy import AT, Busy


def test_every_table_has_a_name() -> None:
    assert set(TABLE_NAMES) == set(metadata.tables)


def test_rows_are_counted_table_by_table(busy: Busy) -> None:
    with busy.engines.read() as connection:
        counts = fetch_row_counts(connection).set_index("table")
    assert set(counts.index) == set(metadata.tables)
    assert counts.loc["unit", "rows"] == 5
    assert counts.loc["visit", "rows"] == 6
    assert counts.loc["checkup", "rows"] == 0
    assert counts["rows"].is_monotonic_decreasing


def test_health_tells_engine_size_and_revision(busy: Busy) -> None:
    with busy.engines.read() as connection:
        health = fetch_database_health(connection)
    assert (health.engine, health.version) == ("SQLite", sqlite_driver().sqlite_version)
    assert health.revision == 1
    assert health.size_bytes is not None
    assert health.size_bytes % 512 == 0
    assert health.size_bytes > 0
    assert health.changed_at is not None


def test_the_first_day_is_the_local_day_of_the_first_fact(engines: Engines) -> None:
    with engines.write() as connection:
        ids = build.create_street(connection)
        build.create_visit(connection, ids["grid1"], visited_at=AT)
        # 20:00 UTC on the last of October is 1 November in Shanghai
        early = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
        build.create_visit(connection, ids["grid1"], visited_at=early)
    with engines.read() as connection:
        assert fetch_first_day(connection) == date(2026, 11, 1)


def test_points_can_be_the_first_fact(busy: Busy) -> None:
    with busy.engines.read() as connection:
        assert fetch_first_day(connection) == date(2025, 12, 31)
