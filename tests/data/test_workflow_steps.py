"""Which steps may come next, and how a step that may not is refused."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import RuleError
from data.workflow import Event, allowed_steps, check_step
from tests.data.prompt_workflow import DUE, HOUR, RECEIVED, WORKFLOW, moved, then


def steps_from(state: str) -> list[tuple[str, str]]:
    return [(step.kind, step.state) for step in allowed_steps(WORKFLOW, then(state))]


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (
            "accepted",
            [("advance", "dispatched"), ("advance", "declined"), ("extend", "accepted")],
        ),
        ("dispatched", [("advance", "signed"), ("extend", "dispatched")]),
        ("signed", [("advance", "handling"), ("return", "dispatched"), ("extend", "signed")]),
        ("replied", [("advance", "rated"), ("redo", "handling")]),
        ("rated", [("redo", "handling")]),  # the rejection that follows in the list is no step
    ],
)
def test_the_steps_that_may_come_next(state: str, steps: list[tuple[str, str]]) -> None:
    assert steps_from(state) == steps


def test_a_rejected_case_can_only_be_redone() -> None:
    head = then("accepted", *moved("declined", start=1))
    assert [(s.kind, s.state) for s in allowed_steps(WORKFLOW, head)] == [("redo", "handling")]


def test_steps_carry_a_name_and_what_they_ask_for() -> None:
    steps = {s.kind: (s.name, s.requires) for s in allowed_steps(WORKFLOW, then("signed"))}
    assert steps == {
        "advance": ("办理", ()),
        "return": ("退单（退回派单）", ("reply",)),
        "extend": ("延期", ("reply", "new_due_at")),
    }
    redo = allowed_steps(WORKFLOW, then("rated"))[0]
    assert (redo.name, redo.requires) == ("重办（回到办理）", ("reply",))


def test_a_workflow_without_return_redo_or_extension_only_moves_forward() -> None:
    plain = WORKFLOW.model_copy(update={"return_to": None, "redo_to": None, "extendable": False})
    steps = allowed_steps(plain, then("signed"))
    assert [(s.kind, s.state) for s in steps] == [("advance", "handling")]


def test_a_step_that_leads_to_one_state_only_needs_no_state() -> None:
    at = RECEIVED + 5 * HOUR
    event = check_step(WORKFLOW, then("signed"), kind="advance", happened_at=at)
    assert event == Event("advance", "handling", at)


@pytest.mark.parametrize(
    ("state", "given", "field", "says"),
    [
        ("accepted", {}, "下一环节", "请选一个：派单、不予受理"),
        (
            "accepted",
            {"state": "rated"},
            "下一环节",
            "不能从 “受理” 到 “评价”，可选：派单、不予受理",
        ),
        ("accepted", {"state": "gone"}, "环节", "没有环节 “gone”"),
        ("accepted", {"state": "dispatched"}, "办理人", "“派单”须填写办理人"),
        ("accepted", {"state": "dispatched", "handler": "  "}, "办理人", "“派单”须填写办理人"),
        ("accepted", {"state": "declined"}, "办理说明", "“不予受理”须填写办理说明"),
        ("replied", {"rating": 4}, "是否解决", "“评价”须填写是否解决"),
        ("replied", {"resolved": 0}, "满意度评分", "“评价”须填写满意度评分"),
        ("replied", {"resolved": 2, "rating": 4}, "是否解决", "1（已解决）或 0（未解决）"),
        ("replied", {"resolved": 1, "rating": 6}, "满意度评分", "1 至 5 的整数"),
        ("signed", {"happened_at": RECEIVED}, "办理时间", "早于上一环节"),
        ("signed", {"new_due_at": DUE + HOUR}, "新的办理期限", "只有延期才能填"),
        ("signed", {"kind": "redo"}, "办理动作", "当前环节 “签收” 不能重办"),
        ("signed", {"kind": "jump"}, "办理动作", "不能“jump”"),
        ("signed", {"kind": "return"}, "办理说明", "须填写办理说明"),
        ("signed", {"kind": "extend", "reply": "等材料"}, "新的办理期限", "须填写新的办理期限"),
        (
            "signed",
            {"kind": "extend", "reply": "等材料", "new_due_at": DUE},
            "新的办理期限",
            "须晚于原期限",
        ),
        (
            "signed",
            {
                "kind": "extend",
                "reply": "等材料",
                "happened_at": DUE + 2 * HOUR,
                "new_due_at": DUE + HOUR,
            },
            "新的办理期限",
            "须晚于原期限和办理时间",
        ),
        ("rated", {}, "办理动作", "当前环节 “评价” 不能推进"),
        ("rated", {"kind": "extend"}, "办理动作", "不能延期"),
    ],
)
def test_a_step_that_may_not_happen_is_refused_by_field_and_fix(
    state: str, given: dict[str, Any], field: str, says: str
) -> None:
    inputs: dict[str, Any] = {"kind": "advance", "happened_at": RECEIVED + 10 * HOUR} | given
    with pytest.raises(RuleError) as refused:
        check_step(WORKFLOW, then(state), **inputs)
    assert says in refused.value.message
    assert refused.value.field == field


def test_an_answer_of_no_is_an_answer() -> None:
    at = RECEIVED + 10 * HOUR
    event = check_step(
        WORKFLOW, then("replied"), kind="advance", happened_at=at, resolved=0, rating=1
    )
    assert (event.state, event.resolved, event.rating) == ("rated", 0, 1)
