"""Approving and returning what waits."""

from __future__ import annotations

from typing import Any

import pytest

from data.check import check
from data.writes.approvals import RecordedDecision, record_decisions
from tests.data.writes.test_points import points_of
from tests.data.writes.test_service import balances, service_of
from tests.data.writes.world import (
    ODD_TEXT,
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def decisions_of(world: World, subject_ids: list[int], **changes: Any) -> list[RecordedDecision]:
    given: dict[str, Any] = {"subject": "service_record", "verdict": "approved"}
    given |= {"subject_ids": subject_ids}
    return record_decisions(world.engines, **STAMP | given | changes)


def waiting_hours(world: World) -> list[int]:
    return [r.id for r in service_of(world, volunteer_ids=world.volunteers)]


def test_record_decisions_commits(world: World) -> None:
    ids = waiting_hours(world)
    before = revision_of(world.engines)
    recorded = decisions_of(world, ids)
    assert [(d.subject_id, d.verdict) for d in recorded] == [(i, "approved") for i in ids]
    assert {r.status for r in rows_of(world.engines, "service_record")} == {"approved"}
    assert world.method.time_bank is not None
    each = 150 * world.method.time_bank.points_per_hour // 60
    assert balances(world) == {"issue": -3 * each, "volunteer": 3 * each}
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_decisions_rolls_back(world: World) -> None:
    ids = waiting_hours(world)
    with rolled_back(world.engines):
        decisions_of(world, ids)


def test_returned_hours_earn_nothing_and_keep_the_reason(world: World) -> None:
    (first, *_) = waiting_hours(world)
    decisions_of(world, [first], verdict="returned", reason=ODD_TEXT)
    assert rows_of(world.engines, "service_record")[0].status == "returned"
    assert rows_of(world.engines, "decision")[0].reason == ODD_TEXT
    assert rows_of(world.engines, "time_transfer") == []
    assert check(world.engines) == []


def test_points_are_approved_without_touching_the_time_bank(world: World) -> None:
    (entry,) = points_of(world, rule_key="discipline", points=5)
    decisions_of(world, [entry.id], subject="points_entry")
    assert rows_of(world.engines, "points_entry")[0].status == "approved"
    assert rows_of(world.engines, "time_account") == []
    assert check(world.engines) == []


def test_a_repeated_request_decides_once(world: World) -> None:
    ids = waiting_hours(world)
    first = decisions_of(world, ids, request_id="d-1")
    before = dump(world.engines)
    assert decisions_of(world, ids, request_id="d-1") == first
    assert dump(world.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"verdict": "returned"}, "退回原因", "不能为空"),
        ({"verdict": "returned", "reason": "长" * 3000}, "退回原因", "现有 3000 个字"),
        ({"verdict": "perhaps"}, "审核结果", "从列表里选择"),
        ({"subject": "visit"}, "审核对象", "从列表里选择"),
        ({"subject_ids": []}, "服务记录", "至少选一个"),
        ({"subject_ids": [9999]}, "服务记录", "找不到"),
    ],
)
def test_a_wrong_decision_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    ids = waiting_hours(world)
    with refused(world.engines, field, word):
        decisions_of(world, changes.pop("subject_ids", ids), **changes)


def test_one_entry_decided_already_refuses_them_all(world: World) -> None:
    ids = waiting_hours(world)
    decisions_of(world, ids[2:])
    with refused(world.engines, "服务记录", "已不在待审核之列"):
        decisions_of(world, ids)
