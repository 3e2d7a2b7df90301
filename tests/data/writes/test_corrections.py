"""Mistakes mended by counter-entries: once, with a reason, and everything adds up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.check import check
from data.errors import AccessError, RuleError
from data.queries.facts import fetch_unit_facts
from data.scope import Scope
from data.writes.corrections import (
    Correction,
    reverse_checkup_part,
    reverse_indicator,
    reverse_signin,
    reverse_spend,
    reverse_visit,
)
from tests.data.writes.actors import actor_of
from tests.data.writes.test_activities import activity_of, signin_of
from tests.data.writes.test_checkup_parts import part_of
from tests.data.writes.test_indicators import report_of
from tests.data.writes.test_service import approved_service, balances
from tests.data.writes.test_time_bank import spending
from tests.data.writes.test_visits import visit_of
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    World,
    copied,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

WHY = "记错了"
TABLES = {
    "visit": "visit",
    "indicator": "indicator_report",
    "signin": "activity_signin",
    "part": "checkup_part",
    "spend": "time_transfer",
}


def made(world: World, kind: str, **changes: Any) -> int:
    """Id of a new row of a kind that can be reversed."""
    if kind == "visit":
        return visit_of(world, **changes).id
    if kind == "indicator":
        return report_of(world, **changes).id
    if kind == "signin":
        return signin_of(world, activity_of(world).id, **changes)[0].id
    if kind == "part":
        return part_of(world, **changes).id
    serve_all_day(world)
    return spending(world, **changes).id


def serve_all_day(world: World) -> None:
    approved_service(world, started_at=NOW - timedelta(hours=24), minutes=1440)


def undone(world: World, kind: str, row_id: int, **changes: Any) -> Correction:
    undo: dict[str, tuple[Callable[..., Correction], str]] = {
        "visit": (reverse_visit, "visit_id"),
        "indicator": (reverse_indicator, "report_id"),
        "signin": (reverse_signin, "signin_id"),
        "part": (reverse_checkup_part, "part_id"),
        "spend": (reverse_spend, "transfer_id"),
    }
    reverse, name = undo[kind]
    return reverse(world.engines, **STAMP | {name: row_id, "reason": WHY} | changes)


def commits(world: World, kind: str, note: str = "note") -> tuple[Any, Any]:
    """The row and its counter-entry."""
    row_id, before = made(world, kind), revision_of(world.engines)
    done = undone(world, kind, row_id, reason=ODD_TEXT)
    rows = {row.id: row for row in rows_of(world.engines, TABLES[kind])}
    assert done == Correction(max(rows), row_id)
    assert rows[done.id].reverses_id == row_id
    assert getattr(rows[done.id], note) == ODD_TEXT
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []
    return rows[row_id], rows[done.id]


def test_reverse_visit_commits(world: World) -> None:
    row, counter = commits(world, "visit", note="finding")
    assert (counter.unit_id, counter.visited_at) == (row.unit_id, row.visited_at)


def test_reverse_visit_rolls_back(world: World) -> None:
    fails_without_a_trace(world, "visit")


def test_a_reversed_visit_counts_no_more(world: World) -> None:
    visit_of(world)
    undone(world, "visit", made(world, "visit"))
    with world.engines.read() as connection:
        scope = Scope("/1/", NOW.replace(day=1), NOW.replace(day=28), NOW)
        assert fetch_unit_facts(connection, scope)["visits"].sum() == 1


def test_reverse_indicator_commits(world: World) -> None:
    row, counter = commits(world, "indicator")
    assert row.value + counter.value == 0
    report_of(world, value=4)


def test_reverse_indicator_rolls_back(world: World) -> None:
    fails_without_a_trace(world, "indicator")


def test_a_report_of_zero_is_reversed_by_zero(world: World) -> None:
    undone(world, "indicator", made(world, "indicator", value=0))
    assert [str(r.value) for r in rows_of(world.engines, "indicator_report")] == ["0.0", "0.0"]
    assert check(world.engines) == []


def test_reverse_signin_commits(world: World) -> None:
    row, counter = commits(world, "signin")
    assert (counter.activity_id, counter.member_id) == (row.activity_id, row.member_id)
    signin_of(world, row.activity_id)


def test_reverse_signin_rolls_back(world: World) -> None:
    fails_without_a_trace(world, "signin")


def test_reverse_checkup_part_commits(world: World) -> None:
    row, counter = commits(world, "part")
    assert row.score + counter.score == 0
    assert part_of(world, score=60).missing == ("democratic", "organisation")


def test_reverse_checkup_part_rolls_back(world: World) -> None:
    fails_without_a_trace(world, "part")


def test_a_check_up_goes_with_the_part_that_made_it_and_comes_again(world: World) -> None:
    for part in ("democratic", "organisation"):
        part_of(world, part=part)
    row_id = made(world, "part")
    assert len(rows_of(world.engines, "checkup")) == 1
    undone(world, "part", row_id)
    assert rows_of(world.engines, "checkup") == []
    log = rows_of(world.engines, "audit_entry")[-1]
    assert '"self_score": 90' in log.before
    assert check(world.engines) == []
    assert part_of(world, score=60).total == 60 * 0.1 + 90 * 0.9
    assert check(world.engines) == []


def test_reverse_spend_commits(world: World) -> None:
    serve_all_day(world)
    held = balances(world)
    row = spending(world)
    done = undone(world, "spend", row.id)
    assert balances(world) == held | {"goods": 0}
    transfers = rows_of(world.engines, "time_transfer")
    assert [t.kind for t in transfers] == ["earn", "spend", "refund"]
    assert (transfers[-1].reverses_id, transfers[-1].note) == (row.id, WHY)
    assert done == Correction(transfers[-1].id, row.id)
    assert check(world.engines) == []


def test_reverse_spend_rolls_back(world: World) -> None:
    fails_without_a_trace(world, "spend")


def test_only_a_spending_is_reversed_as_one(world: World) -> None:
    approved_service(world)
    with refused(world.engines, "兑换记录", "不是一条兑换记录"):
        undone(world, "spend", 1)


def fails_without_a_trace(world: World, kind: str) -> None:
    row_id = made(world, kind)
    with rolled_back(world.engines):
        undone(world, kind, row_id)


@pytest.mark.parametrize("kind", TABLES)
def test_a_repeated_reversal_takes_back_once(world: World, kind: str) -> None:
    row_id = made(world, kind)
    first = undone(world, kind, row_id, request_id="v-1")
    before = dump(world.engines)
    assert undone(world, kind, row_id, request_id="v-1") == first
    assert dump(world.engines) == before


@pytest.mark.parametrize("kind", TABLES)
def test_what_may_not_be_reversed_is_refused(world: World, kind: str) -> None:
    row_id = made(world, kind)
    with refused(world.engines, "冲正原因", "不能为空"):
        undone(world, kind, row_id, reason=" ")
    done = undone(world, kind, row_id)
    for again, word in ((row_id, "已经冲正过"), (done.id, "冲正"), (9999, "找不到")):
        before = dump(world.engines)
        with pytest.raises(RuleError, match=word if kind != "spend" else "冲正|找不到"):
            undone(world, kind, again)
        assert dump(world.engines) == before


@pytest.mark.parametrize("kind", ["visit", "indicator", "signin", "part"])
def test_a_worker_takes_back_what_is_his_and_the_office_what_is_anybodys(
    world: World, kind: str
) -> None:
    mine, other = actor_of(world), actor_of(world)
    row_id = made(world, kind, actor=mine)
    before = dump(world.engines)
    with pytest.raises(AccessError):
        undone(world, kind, row_id, actor=other)
    assert dump(world.engines) == before
    undone(world, kind, row_id, actor=mine)
    second = made(world, kind, actor=mine)
    undone(world, kind, second, actor=actor_of(world, "secretary", "community"))
    counter = rows_of(world.engines, TABLES[kind])[-1]
    assert counter.recorded_by.startswith("secretary")
    assert counter.recorded_by_account is not None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 50)), max_size=12))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_reversed_sums_to_zero_and_one_report_stands(
    first_world: World, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]
) -> None:
    with copied(first_world, tmp_path_factory.mktemp("reversals")) as world:
        for report, which, value in steps:
            rows = rows_of(world.engines, "indicator_report")
            try:
                if report or not rows:
                    report_of(world, value=value)
                else:
                    undone(world, "indicator", rows[which % len(rows)].id)
            except RuleError:
                continue
        rows = rows_of(world.engines, "indicator_report")
        gone = {r.reverses_id for r in rows if r.reverses_id}
        standing = [r for r in rows if r.id not in gone and r.reverses_id is None]
        assert len(standing) <= 1
        assert sum(r.value for r in rows) == sum(r.value for r in standing)
        assert check(world.engines) == []
