"""Taking back what does not count yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from data.check import check
from data.errors import AccessError
from data.writes.approvals import RecordedDecision, record_decisions
from data.writes.withdrawals import WithdrawnAppeal, withdraw_appeal, withdraw_entries
from tests.data.writes.actors import actor_of
from tests.data.writes.test_appeals import appeal_of, step_of
from tests.data.writes.test_points import points_of
from tests.data.writes.test_service import service_of
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


def withdrawal_of(world: World, ids: list[int], **changes: Any) -> list[RecordedDecision]:
    given: dict[str, Any] = {"subject": "points_entry", "subject_ids": ids, "reason": "选错了人"}
    return withdraw_entries(world.engines, **STAMP | given | changes)


def waiting(world: World, **changes: Any) -> list[int]:
    given = {"member_ids": world.members, "rule_key": "rescue"}
    return [row.id for row in points_of(world, **given | changes)]


def mistaken(world: World, appeal_id: int = 1, **changes: Any) -> WithdrawnAppeal:
    given: dict[str, Any] = {"appeal_id": appeal_id, "reason": "同一件事登了两次"}
    return withdraw_appeal(world.engines, **STAMP | given | changes)


def test_withdraw_entries_commits(world: World) -> None:
    ids, before = waiting(world), revision_of(world.engines)
    done = withdrawal_of(world, ids[:2], reason=ODD_TEXT)
    assert [(d.subject_id, d.verdict) for d in done] == [(one, "withdrawn") for one in ids[:2]]
    statuses = [r.status for r in rows_of(world.engines, "points_entry")]
    assert statuses == ["withdrawn", "withdrawn", "pending"]
    assert {r.reason for r in rows_of(world.engines, "decision")} == {ODD_TEXT}
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_withdraw_entries_rolls_back(world: World) -> None:
    ids = waiting(world)
    with rolled_back(world.engines):
        withdrawal_of(world, ids)


def test_a_repeated_withdrawal_is_one(world: World) -> None:
    ids = waiting(world)
    first = withdrawal_of(world, ids, request_id="u-1")
    before = dump(world.engines)
    assert withdrawal_of(world, ids, request_id="u-1") == first
    assert dump(world.engines) == before


def test_withdrawn_points_leave_room_under_the_cap_and_withdrawn_hours_free_the_time(
    world: World,
) -> None:
    for _ in range(2):
        withdrawal_of(world, waiting(world, points=10))  # 20 a year are the most
    waiting(world, points=10)
    waiting(world, points=10)
    with refused(world.engines, "分值", "上限 20 分，已有 20 分"):
        waiting(world, points=3)
    (hours,) = service_of(world)
    withdrawal_of(world, [hours.id], subject="service_record")
    service_of(world)
    assert check(world.engines) == []


def test_only_what_waits_is_withdrawn(world: World) -> None:
    ids = waiting(world)
    given: dict[str, Any] = {"subject": "points_entry", "verdict": "approved"}
    record_decisions(world.engines, subject_ids=ids[:1], **STAMP | given)
    with refused(world.engines, "积分记录", "已不在待审核之列", "请冲正"):
        withdrawal_of(world, ids)
    with refused(world.engines, "撤回原因", "不能为空"):
        withdrawal_of(world, ids[1:], reason="")
    with refused(world.engines, "积分记录", "至少选一个"):
        withdrawal_of(world, [])
    withdrawal_of(world, ids[1:])
    with refused(world.engines, "积分记录", "已不在待审核之列"):
        record_decisions(world.engines, subject_ids=ids[1:], **STAMP | given)


def test_one_withdraws_ones_own(world: World) -> None:
    mine, office = actor_of(world), actor_of(world, "secretary", "community")
    ids = waiting(world, actor=mine)
    with refused(world.engines, "权限", "只能对自己", "请联系登记人"):
        withdrawal_of(world, ids, actor=office)
    with pytest.raises(AccessError):
        withdrawal_of(world, ids, actor=actor_of(world))
    withdrawal_of(world, ids, actor=mine)


def test_withdraw_appeal_commits(world: World) -> None:
    appeal_of(world, received_at=NOW - timedelta(hours=1))
    before = revision_of(world.engines)
    done = mistaken(world, reason=ODD_TEXT)
    (row,) = rows_of(world.engines, "appeal")
    assert (row.state, row.state_type, row.closed_at) == ("accepted", "withdrawn", NOW)
    assert row.state_due_at is None
    event = rows_of(world.engines, "appeal_event")[-1]
    assert (event.id, event.kind, event.state) == (done.id, "withdraw", "accepted")
    assert (event.reply, done.code) == (ODD_TEXT, row.code)
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_withdraw_appeal_rolls_back(world: World) -> None:
    appeal_of(world)
    with rolled_back(world.engines):
        mistaken(world)


def test_a_repeated_withdrawal_of_an_appeal_is_one(world: World) -> None:
    appeal_of(world)
    first = mistaken(world, request_id="u-1")
    before = dump(world.engines)
    assert mistaken(world, request_id="u-1") == first
    assert dump(world.engines) == before


def test_a_case_that_was_taken_up_is_not_withdrawn(world: World) -> None:
    appeal_of(world, received_at=NOW - timedelta(hours=1))
    step_of(world, 1, state="dispatched", handler="乙")
    with refused(world.engines, "诉求", "已经开始办理"):
        mistaken(world)


def test_a_withdrawn_case_goes_nowhere(world: World) -> None:
    appeal_of(world)
    mistaken(world)
    with refused(world.engines, "办理动作", "误登撤回"):
        mistaken(world)
    with refused(world.engines, "办理动作"):
        step_of(world, 1, state="dispatched", handler="乙")
    with refused(world.engines, "诉求", "找不到"):
        mistaken(world, appeal_id=9999)


def test_a_worker_withdraws_what_he_registered(world: World) -> None:
    mine = actor_of(world)
    appeal_of(world, actor=mine)
    with pytest.raises(AccessError):
        mistaken(world, actor=actor_of(world))
    mistaken(world, actor=mine)
