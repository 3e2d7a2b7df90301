"""Recording visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.check import check
from data.schema import account
from data.writes.visits import RecordedVisit, record_visit
from tests.builders import create_appeal, create_person
from tests.data.writes.actors import actor_of
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def visit_of(world: World, **changes: Any) -> RecordedVisit:
    given: dict[str, Any] = {"unit_id": world.units["grid1"], "visited_at": NOW}
    return record_visit(world.engines, **STAMP | given | changes)


def test_record_visit_commits(world: World) -> None:
    with world.engines.writer.begin() as connection:
        visitor = create_person(connection)
        appeal = create_appeal(connection, world.units["grid1"], world.method_id)
    before = revision_of(world.engines)
    rule = world.method.must_visit[0].key
    given = {"person_id": visitor, "rule_key": rule, "appeal_id": appeal, "finding": ODD_TEXT}
    recorded = visit_of(world, **given)
    (row,) = rows_of(world.engines, "visit")
    assert (row.id, row.person_id, row.rule_key) == (recorded.id, visitor, rule)
    assert (row.appeal_id, row.finding, row.visited_at) == (appeal, ODD_TEXT, NOW)
    assert revision_of(world.engines) == before + 1


def test_record_visit_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        visit_of(world)


def test_visits_make_a_whole_chain(world: World) -> None:
    for hours in range(3):
        visit_of(world, visited_at=NOW - timedelta(hours=hours))
    assert len({row.seal for row in rows_of(world.engines, "visit")}) == 3
    assert check(world.engines) == []


def test_a_repeated_request_records_one_visit(world: World) -> None:
    first = visit_of(world, request_id="w-1")
    before = dump(world.engines)
    assert visit_of(world, request_id="w-1") == first
    assert dump(world.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"unit_id": 9999}, "单位", "找不到"),
        ({"person_id": 9999}, "走访人", "找不到"),
        ({"appeal_id": 9999}, "诉求", "找不到"),
        ({"rule_key": "no_such"}, "必访事项", "从列表里选择"),
        ({"visited_at": NOW + timedelta(days=1)}, "走访时间", "不能晚于今天"),
        ({"finding": "长" * 3000}, "走访情况", "最多 1000 个字，现有 3000 个字"),
    ],
)
def test_a_wrong_visit_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        visit_of(world, **changes)


def test_the_visitor_is_the_person_behind_the_account(world: World) -> None:
    me, nobody = actor_of(world), actor_of(world)
    with world.engines.write() as connection:
        mine, other = create_person(connection, "孙小圣"), create_person(connection, "李小红")
        who = update(account).where(account.c.id == me.account_id)
        connection.execute(who.values(person_id=mine))
    visit_of(world, actor=me)
    visit_of(world, actor=me, person_id=other)  # a colleague's, written down for him
    visit_of(world, actor=nobody)
    visit_of(world, actor=replace(me, account_id=None, kind="system"))
    assert [row.person_id for row in rows_of(world.engines, "visit")] == [mine, other, None, None]
    assert check(world.engines) == []
