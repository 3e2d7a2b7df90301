"""Mistakes in workflows, categories and their limits are named."""

from __future__ import annotations

import pytest

from tests.data.method.mistakes import CHECKUP, POINTS, Mistake, refusal, tells_in_chinese

CASES: dict[str, Mistake] = {
    "light after limit": (
        POINTS,
        "yellow = { hours = 1 }",
        "yellow = { hours = 4 }",
        "categories 第1项“安全险情”.yellow",
        "黄灯提前量须短于办理时限 4小时，现为 4小时",
    ),
    "light in working days, limit in hours": (
        CHECKUP,
        "limit = { hours = 24 }\nyellow = { hours = 4 }",
        "limit = { hours = 48 }\nyellow = { working_days = 1 }",
        "categories 第1项“安全隐患”.yellow",
        "也须用 minutes 或 hours",
    ),
    "limit of a state longer than the case": (
        POINTS,
        "accepted = { minutes = 15 }, ",
        "",
        "categories 第1项“安全险情”.state_limits.accepted",
        "长于办理时限 4小时",
    ),
    "limit of a state there is not": (
        POINTS,
        "accepted = { minutes = 15 }",
        "received = { minutes = 15 }",
        "categories 第1项“安全险情”.state_limits.received",
        "“received” 在 流程 prompt_response 里不存在",
    ),
    "two units in a limit": (
        POINTS,
        "limit = { hours = 4 }",
        "limit = { hours = 4, minutes = 5 }",
        "categories 第1项“安全险情”.limit",
        "恰好写一个",
    ),
    "no unit in a limit": (
        POINTS,
        "limit = { hours = 4 }",
        "limit = {}",
        "categories 第1项“安全险情”.limit",
        "恰好写一个",
    ),
    "limit of nothing": (
        POINTS,
        "limit = { hours = 4 }",
        "limit = { hours = 0 }",
        "categories 第1项“安全险情”.limit.hours",
        "须大于 0，现为 0",
    ),
    "limit in quotes": (
        POINTS,
        "limit = { hours = 4 }",
        'limit = { hours = "4" }',
        "categories 第1项“安全险情”.limit.hours",
        "须是整数",
    ),
    "state missing from next": (
        POINTS,
        'next = ["dispatched", "declined"]',
        'next = ["dispatched", "refused"]',
        "workflows 第1项“接诉即办”.states 第1项“受理”.next 第2项“refused”",
        "“refused” 在 states 里不存在",
    ),
    "state missing from responded_at": (
        POINTS,
        'responded_at = "signed"',
        'responded_at = "answered"',
        "workflows 第1项“接诉即办”.responded_at",
        "“answered” 在 states 里不存在",
    ),
    "state missing from redo_to": (
        POINTS,
        'redo_to = "dispatched"',
        'redo_to = "again"',
        "workflows 第1项“接诉即办”.redo_to",
        "不存在",
    ),
    "redo to a settled state": (
        POINTS,
        'redo_to = "dispatched"',
        'redo_to = "replied"',
        "workflows 第1项“接诉即办”.redo_to",
        "未办结",
    ),
    "answered by rejecting": (
        POINTS,
        'responded_at = "signed"',
        'responded_at = "declined"',
        "workflows 第1项“接诉即办”.responded_at",
        "不能算作响应",
    ),
    "state nobody gets to": (
        POINTS,
        'next = ["dispatched", "declined"]',
        'next = ["dispatched"]',
        "workflows 第1项“接诉即办”.states 第9项“不予受理”",
        "没有任何状态能流转到",
    ),
    "state of no known type": (
        POINTS,
        'name = "归档", type = "closed"',
        'name = "归档", type = "done"',
        "workflows 第1项“接诉即办”.states 第8项“归档”.type",
        "只能是 open、waiting、closed、rejected 之一",
    ),
    "settled and back to work": (
        POINTS,
        'name = "归档", type = "closed", next = []',
        'name = "归档", type = "closed", next = ["handling"]',
        "workflows 第1项“接诉即办”.states 第8项“归档”.next",
        "须用 redo_to 重办",
    ),
    "settled from the start": (
        POINTS,
        'name = "受理", type = "open"',
        'name = "受理", type = "closed"',
        "workflows 第1项“接诉即办”.states 第1项“受理”.type",
        "未办结",
    ),
    "category without workflow": (
        POINTS,
        'workflow = "prompt_response"',
        'workflow = "slow_response"',
        "categories 第1项“安全险情”.workflow",
        "“slow_response” 在 workflows 里不存在",
    ),
    "state without post": (
        POINTS,
        'name = "受理", type = "open", post = "street_dispatcher"',
        'name = "受理", type = "open", post = "nobody"',
        "workflows 第1项“接诉即办”.states 第1项“受理”.post",
        "“nobody” 在 posts 里不存在",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_names_its_place_and_reason_in_chinese(case: Mistake):
    key, old, new, place, reason = case
    error = refusal(key, old, new)
    assert error.key == place
    assert reason in error.reason
    assert tells_in_chinese(error)
