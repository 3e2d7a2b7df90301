"""`check` names entries that contradict one another, however well their seals fit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from data.check import check
from data.schema import appeal_event, checkup, metadata, time_transfer
from data.seals import append_sealed
from tests.data.writes.test_activities import activity_of
from tests.data.writes.test_appeals import appeal_of, found_on
from tests.data.writes.test_checkup_parts import part_of
from tests.data.writes.test_corrections import made, undone
from tests.data.writes.test_indicators import report_of
from tests.data.writes.test_visits import visit_of
from tests.data.writes.test_withdrawals import mistaken
from tests.data.writes.world import NOW, World, copied, create_world, rows_of


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = create_world(tmp_path_factory.mktemp("entered"))
    visit_of(world)
    report_of(world)
    activity_of(world, member_ids=world.members[:1])
    for part in ("self", "democratic", "organisation"):
        part_of(world, part=part)
    undone(world, "spend", made(world, "spend"))
    return world


@pytest.fixture
def world(entered: World, tmp_path: Path) -> Any:
    with copied(entered, tmp_path) as world:
        yield world


def forged(world: World, name: str, row_id: int = 1, **changes: Any) -> None:
    """A copy of a row with changes, sealed as it should be."""
    row = next(r for r in rows_of(world.engines, name) if r.id == row_id)
    copy = {k: v for k, v in row._mapping.items() if k not in ("id", "seal")}
    with world.engines.write() as connection:
        append_sealed(connection, metadata.tables[name], [copy | {"request_id": None} | changes])


def found(world: World) -> list[tuple[str, int, str]]:
    return [(d.table, d.row_id, d.message) for d in check(world.engines)]


def test_what_was_entered_and_undone_is_clean(world: World) -> None:
    assert found(world) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("visit", {"unit_id": 2}),
        ("activity_signin", {"member_id": 2}),
        ("indicator_report", {"value": -2.0}),
        ("indicator_report", {"value": -3.0, "period": "2026-10"}),
        ("checkup_part", {"score": -60.0}),
    ],
)
def test_a_counter_entry_that_does_not_offset_is_named(
    world: World, name: str, changes: dict[str, Any]
) -> None:
    rows = len(rows_of(world.engines, name))
    forged(world, name, reverses_id=1, **changes)
    assert (name, rows + 1, "冲正与被冲正的记录不相抵") in found(world)


@pytest.mark.parametrize("name", ["indicator_report", "activity_signin", "checkup_part"])
def test_what_was_entered_twice_is_named(world: World, name: str) -> None:
    rows = len(rows_of(world.engines, name))
    forged(world, name)
    (fault,) = found(world)
    assert fault[:2] == (name, rows + 1)
    assert "两次" in fault[2]


@pytest.mark.parametrize("who", [{"volunteer_id": 1}, {"member_id": None}])
def test_a_signin_of_nobody_or_two_is_named(world: World, who: dict[str, Any]) -> None:
    forged(world, "activity_signin", **who)
    assert [fault[:2] for fault in found(world)] == [("activity_signin", 2)]


def test_a_check_up_that_is_not_what_its_parts_say_is_named(world: World) -> None:
    with world.engines.write() as connection:
        connection.execute(update(checkup).values(self_score=100))
    assert [fault[:2] for fault in found(world)] == [("checkup_part", 3)]
    with world.engines.write() as connection:
        connection.execute(checkup.delete())
    assert [fault[:2] for fault in found(world)] == [("checkup_part", 3)]


def test_a_refund_of_something_else_is_named(world: World) -> None:
    with world.engines.write() as connection:
        refund = update(time_transfer).where(time_transfer.c.kind == "refund")
        connection.execute(refund.values(reverses_id=1))
    assert [fault[:2] for fault in found(world)] == [("time_transfer", 3)]


def test_a_withdrawn_appeal_is_recomputed(world: World) -> None:
    appeal_of(world)
    mistaken(world)
    assert found(world) == []
    appeals = metadata.tables["appeal"]
    with world.engines.write() as connection:
        connection.execute(update(appeals).values(state_type="open", closed_at=None))
    (fault,) = found(world)
    assert "应为 withdrawn" in fault[2]


@pytest.mark.parametrize("wrong", ["missing", "elsewhere", "later", "counter", "step"])
def test_an_appeal_of_a_visit_that_it_cannot_come_of_is_named(world: World, wrong: str) -> None:
    elsewhere = found_on(world, unit_id=world.units["grid2"])
    later = found_on(world, visited_at=NOW)
    right = found_on(world)
    appeal_of(world, visit_id=right)
    assert found(world) == []
    visits = {"missing": 999, "elsewhere": elsewhere, "later": later, "step": right}
    if wrong == "counter":
        visits["counter"] = undone(world, "visit", found_on(world)).id
    with world.engines.write() as connection:
        if wrong != "step":  # a registration anew, so that its seal fits
            connection.execute(appeal_event.delete().where(appeal_event.c.visit_id == right))
        row = {"appeal_id": 1, "kind": "advance", "state": "accepted"}
        row |= {"happened_at": NOW - timedelta(hours=1), "recorded_at": NOW, "recorded_by": "甲"}
        row |= {"surface": "test", "visit_id": visits[wrong]}
        (event_id,) = append_sealed(connection, appeal_event, [row])
    told = ("appeal_event", event_id, "诉求与它所来自的走访不相符，或没有这次走访")
    assert told in found(world)
