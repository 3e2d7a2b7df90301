"""Spending and giving time-bank points."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from data.check import check
from data.errors import RuleError
from data.schema import volunteer
from data.writes.time_bank import RecordedTransfer, give_points, spend_points
from tests.builders import create_method
from tests.data.writes.test_service import approved_service, balances, reversal_of
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    TODAY,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


@pytest.fixture
def rich(world: World) -> World:
    """The world after the first volunteer served a whole day."""
    approved_service(world, started_at=NOW - timedelta(days=1), minutes=1440)
    return world


def cheapest(world: World) -> Any:
    assert world.method.time_bank is not None
    return min(world.method.time_bank.goods, key=lambda goods: goods.points)


def spending(world: World, **changes: Any) -> RecordedTransfer:
    given: dict[str, Any] = {"volunteer_id": world.volunteers[0]}
    given |= {"goods_key": cheapest(world).key}
    return spend_points(world.engines, **STAMP | given | changes)


def giving(world: World, **changes: Any) -> RecordedTransfer:
    given: dict[str, Any] = {"from_volunteer_id": world.volunteers[0], "points": 1}
    given |= {"to_volunteer_id": world.volunteers[1]}
    return give_points(world.engines, **STAMP | given | changes)


def test_spend_points_commits(rich: World) -> None:
    before, held = revision_of(rich.engines), balances(rich)["volunteer"]
    price = cheapest(rich).points
    spent = spending(rich, note=ODD_TEXT)
    assert (spent.kind, spent.points, spent.balance) == ("spend", price, held - price)
    assert balances(rich) == {"issue": -held, "volunteer": held - price, "goods": price}
    assert rows_of(rich.engines, "time_transfer")[1].note.endswith(ODD_TEXT)
    assert revision_of(rich.engines) == before + 1
    assert check(rich.engines) == []


def test_spend_points_rolls_back(rich: World) -> None:
    with rolled_back(rich.engines):
        spending(rich)


def test_give_points_commits(rich: World) -> None:
    held = balances(rich)["volunteer"]
    given = giving(rich, points=2)
    assert (given.kind, given.points, given.balance) == ("give", 2, held - 2)
    assert balances(rich) == {"issue": -held, "volunteer": held}
    assert check(rich.engines) == []


def test_give_points_rolls_back(rich: World) -> None:
    with rolled_back(rich.engines):
        giving(rich)


def test_a_repeated_request_moves_points_once(rich: World) -> None:
    spent, given = spending(rich, request_id="t-1"), giving(rich, request_id="t-2")
    before = dump(rich.engines)
    assert spending(rich, request_id="t-1").id == spent.id
    assert giving(rich, request_id="t-2").id == given.id
    assert dump(rich.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"goods_key": "no_such"}, "兑换项目", "从列表里选择"),
        ({"quantity": 0}, "数量", "须为 1 到 1000"),
        ({"quantity": 1000}, "积分", "不够"),
        ({"volunteer_id": 9999}, "志愿者", "找不到"),
        ({"note": "长" * 3000}, "说明", "现有 3000 个字"),
    ],
)
def test_wrong_spending_is_refused(
    rich: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(rich.engines, field, word):
        spending(rich, **changes)


def test_wrong_giving_is_refused(rich: World) -> None:
    with refused(rich.engines, "积分", "不够"):
        giving(rich, points=10_000)
    with refused(rich.engines, "积分", "须为 1 到"):
        giving(rich, points=0)
    with refused(rich.engines, "受赠志愿者", "不能转赠给自己"):
        giving(rich, to_volunteer_id=rich.volunteers[0])
    with refused(rich.engines, "受赠志愿者", "找不到"):
        giving(rich, to_volunteer_id=9999)


def test_a_volunteer_who_left_gets_no_points(rich: World) -> None:
    with rich.engines.write() as connection:
        left = update(volunteer).where(volunteer.c.id == rich.volunteers[1])
        connection.execute(left.values(left_on=TODAY))
    with refused(rich.engines, "受赠志愿者", "转出"):
        giving(rich)


def test_a_method_without_a_time_bank_moves_no_points(rich: World) -> None:
    with rich.engines.write() as connection:
        create_method(connection, rich.method.model_copy(update={"time_bank": None}), TODAY)
    with refused(rich.engines, "时间银行", "没有时间银行"):
        spending(rich)


who = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("earn"), who, st.integers(1, 1440)),
    st.tuples(st.just("spend"), who, st.integers(1, 3)),
    st.tuples(st.just("give"), who, st.integers(1, 30)),
    st.tuples(st.just("reverse"), st.integers(0, 9), st.just(0)),
)


def take(world: World, step: str, one: int, amount: int) -> None:
    """One step of a course, with whatever it is refused for."""
    person = world.volunteers[one % 3]
    if step == "earn":
        started = NOW - timedelta(days=2)
        approved_service(world, volunteer_ids=[person], started_at=started, minutes=amount)
    elif step == "spend":
        spending(world, volunteer_id=person, quantity=amount)
    elif step == "give":
        other = world.volunteers[(one + 1) % 3]
        giving(world, from_volunteer_id=person, to_volunteer_id=other, points=amount)
    else:
        records = rows_of(world.engines, "service_record")
        reversal_of(world, records[one % len(records)].id if records else 9999)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=10))
def test_any_course_keeps_the_sum_zero_and_nobody_overdrawn(
    world: World, steps: list[tuple[str, int, int]]
) -> None:
    # one database for all courses: each goes on from where the last one ended
    for step in steps:
        try:
            take(world, *step)
        except RuleError:
            continue
    accounts = rows_of(world.engines, "time_account")
    assert sum(row.balance for row in accounts) == 0
    assert all(row.balance >= 0 for row in accounts if row.kind != "issue")
    assert check(world.engines) == []
