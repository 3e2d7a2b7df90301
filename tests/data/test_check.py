"""`check` is silent on what the writes wrote, and names exactly what was changed by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from data.chains import broken_by_ledger, broken_rows
from data.check import Difference, check
from data.ledger import FIRST_SEAL
from data.schema import metadata, points_entry
from data.seals import append_sealed, fact_columns, last_seal, seal_rows, sealed_tables
from tests.data.writes.test_activities import activity_of, signin_of
from tests.data.writes.test_appeals import appeal_of, step_of
from tests.data.writes.test_approvals import decisions_of
from tests.data.writes.test_checkup_parts import part_of
from tests.data.writes.test_indicators import report_of
from tests.data.writes.test_points import points_of, reversal_of
from tests.data.writes.test_service import service_of
from tests.data.writes.test_time_bank import giving
from tests.data.writes.test_visits import visit_of
from tests.data.writes.world import NOW, World, copied, create_world, rows_of


@pytest.fixture(scope="module")
def busy_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A street in which a little of everything has happened."""
    world = create_world(tmp_path_factory.mktemp("busy"))
    for hours in (3, 2, 1):
        appeal_of(world, received_at=NOW - timedelta(hours=hours))
    step_of(world, 1, state="dispatched", handler="乙")
    step_of(world, 1)
    points_of(world, member_ids=world.members)
    points_of(world, rule_key="discipline", points=5)
    reversal_of(world, 2)
    service_of(world, volunteer_ids=world.volunteers)
    decisions_of(world, [1, 2])
    decisions_of(world, [3], verdict="returned", reason="重复")
    giving(world)
    for hours in (3, 2, 1):
        visit_of(world, visited_at=NOW - timedelta(hours=hours))
    event = activity_of(world, member_ids=world.members)
    activity_of(world)
    signin_of(world, event.id, member_ids=[], volunteer_ids=world.volunteers)
    for period in ("2026-09", "2026-10", "2026-11"):
        report_of(world, period=period)
    for part in ("self", "democratic", "organisation"):
        part_of(world, part=part)
    return world


@pytest.fixture
def world(busy_world: World, tmp_path: Path) -> Iterator[World]:
    with copied(busy_world, tmp_path) as world:
        yield world


def by_hand(world: World, *statements: str) -> None:
    """What somebody with the file and a SQLite shell could do."""
    connection = sqlite3.connect(str(world.engines.url.database))
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def found(world: World) -> list[tuple[str, int]]:
    return [(d.table, d.row_id) for d in check(world.engines)]


def test_what_the_writes_wrote_is_clean(world: World) -> None:
    assert check(world.engines) == []


def test_an_empty_database_is_clean(engines: Any) -> None:
    assert check(engines) == []


@pytest.mark.parametrize(
    ("statement", "table", "row_id"),
    [
        ("UPDATE points_entry SET points = 20 WHERE id = 3", "points_entry", 3),
        ("UPDATE points_entry SET note = '改' WHERE id = 1", "points_entry", 1),
        ("UPDATE points_entry SET recorded_by = '别人' WHERE id = 4", "points_entry", 4),
        ("UPDATE points_entry SET happened_on = '2025-01-01' WHERE id = 1", "points_entry", 1),
        ("UPDATE points_entry SET member_id = 2 WHERE id = 3", "points_entry", 3),
        ("UPDATE service_record SET minutes = 600 WHERE id = 2", "service_record", 2),
        ("UPDATE service_record SET started_at = '昨天' WHERE id = 2", "service_record", 2),
        ("UPDATE visit SET finding = '改' WHERE id = 2", "visit", 2),
        ("UPDATE appeal_event SET reply = '改' WHERE id = 4", "appeal_event", 4),
        ("UPDATE decision SET reason = '改' WHERE id = 1", "decision", 1),
        ("UPDATE time_posting SET seal = 'x' WHERE id = 6", "time_posting", 6),
        ("UPDATE activity SET title = '改' WHERE id = 2", "activity", 2),
        ("UPDATE activity_signin SET signed_at = '昨天' WHERE id = 2", "activity_signin", 2),
        ("UPDATE indicator_report SET value = 9 WHERE id = 3", "indicator_report", 3),
        ("UPDATE checkup_part SET note = '改' WHERE id = 1", "checkup_part", 1),
    ],
)
def test_a_fact_altered_by_hand_names_its_row_alone(
    world: World, statement: str, table: str, row_id: int
) -> None:
    by_hand(world, statement)
    assert found(world) == [(table, row_id)]
    assert "封印" in check(world.engines)[0].message


@pytest.mark.parametrize("table", sealed_tables(), ids=lambda table: table.name)
def test_sqlite_and_the_ledgers_own_rule_find_the_same_rows(world: World, table: Table) -> None:
    by_hand(world, f"UPDATE {table.name} SET seal = 'x' WHERE id = 2")
    with world.engines.read() as connection:
        found = list(broken_rows(connection, table))
        assert found == list(broken_by_ledger(connection, table))
    assert found[0] == 2


def test_a_deleted_row_is_noticed_at_the_next(world: World) -> None:
    by_hand(world, "DELETE FROM visit WHERE id = 2")
    assert found(world) == [("visit", 3)]


def test_a_row_slipped_in_is_noticed(world: World) -> None:
    columns = ", ".join(c.name for c in metadata.tables["visit"].columns if c.name != "id")
    by_hand(world, f"INSERT INTO visit ({columns}) SELECT {columns} FROM visit WHERE id = 3")
    assert found(world) == [("visit", 4)]


@pytest.mark.parametrize(
    ("statement", "expected", "word"),
    [
        (
            "UPDATE appeal SET closed_at = '2026-11-20 01:00' WHERE id = 2",
            ("appeal", 2),
            "办结时间",
        ),
        ("UPDATE appeal SET due_at = '2027-01-01 00:00' WHERE id = 3", ("appeal", 3), "办理期限"),
        ("UPDATE appeal SET category_key = 'gone' WHERE id = 3", ("appeal", 3), "gone"),
        ("DELETE FROM appeal_event WHERE id = 5", ("appeal", 1), "环节"),
        (
            "UPDATE points_entry SET status = 'approved' WHERE id = 4",
            ("points_entry", 4),
            "pending",
        ),
        (
            "UPDATE service_record SET status = 'pending' WHERE id = 1",
            ("service_record", 1),
            "状态",
        ),
        ("UPDATE unit SET path = '/9/' WHERE id = 2", ("unit", 2), "/1/2/"),
        ("UPDATE unit SET parent_id = 4 WHERE id = 4", ("unit", 4), "层级路径"),
        ("DELETE FROM time_posting WHERE id > 4", ("time_transfer", 3), "没有分录"),
        ("UPDATE member SET person_id = 999 WHERE id = 1", ("member", 1), "person"),
        ("DELETE FROM revision", ("revision", 0), "恰有 1 行"),
    ],
)
def test_a_derived_figure_altered_by_hand_is_named(
    world: World, statement: str, expected: tuple[str, int], word: str
) -> None:
    by_hand(world, statement)
    differences = check(world.engines)
    named = [d for d in differences if (d.table, d.row_id) == expected]
    assert len(named) == 1
    assert word in named[0].message


def test_a_balance_altered_by_hand_is_named_and_unbalances_the_issue(world: World) -> None:
    by_hand(world, "UPDATE time_account SET balance = balance + 5 WHERE volunteer_id = 2")
    account = next(r.id for r in rows_of(world.engines, "time_account") if r.volunteer_id == 2)
    issue = next(r.id for r in rows_of(world.engines, "time_account") if r.kind == "issue")
    assert found(world) == [("time_account", account), ("time_account", issue)]


def resealed(world: World, row_id: int, **changes: Any) -> None:
    """Forge the ledger from a row on, with seals that fit."""
    rows = [dict(row._mapping) for row in rows_of(world.engines, "points_entry")]
    rows[row_id - 1] |= changes
    with world.engines.writer.begin() as connection:
        for row in seal_rows(points_entry, rows):
            connection.execute(
                points_entry.update().where(points_entry.c.id == row["id"]).values(row)
            )


def test_a_counter_entry_that_does_not_offset_is_named(world: World) -> None:
    resealed(world, 5, points=-1.0)
    assert check(world.engines) == [Difference("points_entry", 5, "冲正与被冲正的记录不相抵")]


def test_a_decision_about_nothing_is_named(world: World) -> None:
    with world.engines.writer.begin() as connection:
        forged = {"subject": "points_entry", "subject_id": 99, "verdict": "approved"}
        forged |= {"recorded_at": NOW, "recorded_by": "甲", "surface": "test"}
        append_sealed(connection, metadata.tables["decision"], [forged])
    assert found(world) == [("decision", 4)]


def test_an_adopted_method_that_cannot_be_read_is_named(world: World) -> None:
    by_hand(world, "UPDATE method SET document = '{}'")
    assert ("method", 0) in found(world)


def test_every_seal_covers_all_facts_and_nothing_derived() -> None:
    assert {table.name for table in sealed_tables()} == {
        "activity",
        "activity_signin",
        "appeal_event",
        "audit_entry",
        "checkup_part",
        "decision",
        "indicator_report",
        "points_entry",
        "service_record",
        "time_posting",
        "visit",
    }
    columns = set(fact_columns(points_entry))
    assert {c.name for c in points_entry.columns} - columns == {"id", "seal", "status"}


def test_rows_sealed_in_bulk_and_one_by_one_make_the_same_chain(world: World) -> None:
    rows = [dict(row._mapping) for row in rows_of(world.engines, "points_entry")]
    bulk = seal_rows(points_entry, rows, FIRST_SEAL)
    assert [row["seal"] for row in bulk] == [row["seal"] for row in rows]
    with world.engines.read() as connection:
        assert last_seal(connection, points_entry) == bulk[-1]["seal"]
