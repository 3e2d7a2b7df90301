"""The log: everything that changes or shows something is in it, and altering it shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data.check import check
from data.identity import Actor, system
from data.queries.personal import export_named_rows, fetch_member_file, fetch_member_names
from data.scope import Scope
from tests.data.writes.test_appeals import appeal_of, step_of
from tests.data.writes.test_points import points_of
from tests.data.writes.world import NOW, STAMP, World, revision_of, rows_of


def entries(world: World) -> list[Any]:
    return rows_of(world.engines, "audit_entry")


def filled(world: World) -> World:
    """Five entries in the log."""
    for _ in range(5):
        appeal_of(world)
    return world


def test_an_entry_tells_who_when_where_what_and_what_changed(world: World) -> None:
    someone = Actor(None, "网格员甲", "system", "entry", "10.1.2.3")
    appeal = appeal_of(world)
    step_of(world, appeal.id, state="dispatched", handler="乙", actor=someone)
    entry = entries(world)[-1]
    assert (entry.name, entry.at, entry.address, entry.surface) == (
        "网格员甲",
        NOW,
        "10.1.2.3",
        "entry",
    )
    assert (entry.action, entry.subject_table) == ("record_appeal_step", "appeal_event")
    assert json.loads(entry.before)["state"] == "accepted"
    assert json.loads(entry.after)["state"] == "dispatched"


def test_many_rows_of_one_request_are_one_entry(world: World) -> None:
    points_of(world, member_ids=world.members, request_id="r")
    points_of(world, member_ids=world.members, request_id="r")  # a retry changes nothing
    (entry,) = entries(world)
    assert len(json.loads(entry.after)["rows"]) == 3


def test_what_people_wrote_at_length_is_not_repeated_in_the_log(world: World) -> None:
    appeal_of(world, content="三单元二楼王奶奶家")
    assert "王奶奶" not in str(entries(world))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit_entry SET name = '别人' WHERE id = 3", 3),
        ("UPDATE audit_entry SET after = NULL WHERE id = 2", 2),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00.000000' WHERE id = 1", 1),
        ("DELETE FROM audit_entry WHERE id = 4", 5),
        ("DELETE FROM audit_entry WHERE id < 3", 3),
        ("UPDATE audit_entry SET name = '别人' WHERE id IN (2, 4)", 2),
    ],
)
def test_check_names_the_first_broken_link(world: World, change: str, broken: int) -> None:
    filled(world)
    assert check(world.engines) == []
    with world.engines.writer.begin() as connection:
        connection.exec_driver_sql(change)
    found = [d for d in check(world.engines) if d.table == "audit_entry"]
    assert [d.row_id for d in found] == [broken]
    assert f"从第 {broken} 条" in found[0].message


def test_a_view_of_a_name_is_told_once_and_throws_no_cache_away(world: World) -> None:
    before = revision_of(world.engines)
    for _ in range(3):  # a page is drawn again and again
        seen = fetch_member_file(world.engines, member_id=world.members[0], **STAMP)
    assert seen.name == "王小明"
    (entry,) = entries(world)
    assert (entry.action, entry.subject_id) == ("fetch_member_file", world.members[0])
    fetch_member_file(world.engines, member_id=world.members[1], **STAMP)
    other = STAMP | {"actor": system("别人", "test")}
    fetch_member_file(world.engines, member_id=world.members[0], **other)
    assert len(entries(world)) == 3
    assert revision_of(world.engines) == before


def test_full_names_and_their_unit_go_to_the_log(world: World) -> None:
    names = fetch_member_names(world.engines, path="/1/2/", **STAMP)
    assert names == dict.fromkeys(world.members, "王小明")
    assert entries(world)[-1].subject == "/1/2/"


def test_every_export_is_told(world: World) -> None:
    given = {"metric_key": "hours_per_volunteer", "scope": Scope("/1/", NOW, NOW, NOW)}
    for _ in range(2):
        export_named_rows(world.engines, **given, **STAMP)
    assert [e.action for e in entries(world)] == ["export_named_rows"] * 2
    assert entries(world)[0].after == '{"rows": 3}'
