"""What holds for every case of every preset, whatever allowed steps it goes through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.method import Category, Method, Workflow
from data.method.loading import load_preset, preset_keys
from data.workdays import WorkCalendar
from data.workflow import ENDED, Event, Head, allowed_steps, apply, check_step, fold

CALENDAR = WorkCalendar({}, ZoneInfo("Asia/Shanghai"))
RECEIVED = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def _cases() -> list[tuple[Method, Category]]:
    methods = [load_preset(key) for key in preset_keys()]
    return [(method, category) for method in methods for category in method.categories]


Walk = tuple[Workflow, Category, datetime, list[Event], list[Head]]


@st.composite
def walks(draw: Callable[..., Any]) -> Walk:
    """A case of some preset taken through allowed steps only, and its head after each."""
    method, category = draw(st.sampled_from(_cases()))
    workflow = method.workflow(category.workflow)
    naive = draw(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
    at = received = naive.replace(tzinfo=UTC)
    events = [Event("advance", workflow.states[0].key, at)]
    heads = [fold(workflow, category, received, events, CALENDAR)]
    for _ in range(draw(st.integers(0, 15))):
        steps = allowed_steps(workflow, heads[-1])
        if not steps:
            break
        step = draw(st.sampled_from(steps))
        at += draw(st.timedeltas(timedelta(0), timedelta(days=4)))
        given = {
            "reply": "已处理",
            "handler": "张三",
            "resolved": draw(st.sampled_from([0, 1])),
            "rating": draw(st.integers(1, 5)),
            "new_due_at": max(at, heads[-1].due_at) + timedelta(days=2),
        }
        inputs = {key: given[key] for key in step.requires}
        event = check_step(
            workflow, heads[-1], kind=step.kind, state=step.state, happened_at=at, **inputs
        )
        events.append(event)
        heads.append(apply(heads[-1], event, workflow, category, received, CALENDAR))
    return workflow, category, received, events, heads


@given(walks())
def test_step_by_step_and_from_the_beginning_give_the_same_head(walk: Walk) -> None:
    workflow, category, received, events, heads = walk
    assert fold(workflow, category, received, events, CALENDAR) == heads[-1]


@given(walks())
def test_a_case_is_closed_exactly_when_it_has_a_closing_time(walk: Walk) -> None:
    for head in walk[4]:
        assert (head.closed_at is not None) == (head.state_type in ENDED)


@given(walks())
def test_lights_stay_in_order_after_any_step(walk: Walk) -> None:
    _, _, received, _, heads = walk
    for head in heads:
        assert received <= head.yellow_at < head.due_at


@given(walks())
def test_every_step_is_counted_and_none_twice(walk: Walk) -> None:
    _, _, _, events, heads = walk
    kinds = [event.kind for event in events]
    counted = (heads[-1].returns, heads[-1].extensions, heads[-1].redos)
    assert counted == tuple(kinds.count(kind) for kind in ("return", "extend", "redo"))


@given(walks())
def test_how_far_a_case_got_never_shrinks_and_the_response_never_moves(walk: Walk) -> None:
    heads = walk[4]
    furthest = [head.furthest for head in heads]
    answers = [head.responded_at for head in heads if head.responded_at is not None]
    assert furthest == sorted(furthest)
    assert len(set(answers)) <= 1


@given(walks())
def test_a_redo_always_reopens_a_case(walk: Walk) -> None:
    _, _, _, events, heads = walk
    for event, head in zip(events, heads, strict=True):
        if event.kind == "redo":
            assert (head.closed_at, head.state) == (None, event.state)


@given(walks())
def test_no_time_of_a_head_lies_before_receipt(walk: Walk) -> None:
    _, _, received, _, heads = walk
    for head in heads:
        times = (head.state_since, head.state_due_at, head.responded_at, head.closed_at)
        assert all(at >= received for at in times if at is not None)


@pytest.mark.parametrize("key", preset_keys())
def test_every_case_of_every_preset_can_be_brought_to_a_close(key: str) -> None:
    method = load_preset(key)
    for category in method.categories:
        workflow = method.workflow(category.workflow)
        start = Event("advance", workflow.states[0].key, RECEIVED)
        head = fold(workflow, category, RECEIVED, [start], CALENDAR)
        for step_number in range(len(workflow.states)):
            onward = [s for s in allowed_steps(workflow, head) if s.kind == "advance"]
            if not onward:
                break
            at = RECEIVED + (step_number + 1) * timedelta(hours=1)
            event = Event("advance", onward[0].state, at)
            head = apply(head, event, workflow, category, RECEIVED, CALENDAR)
        assert head.state_type == "closed", (category.key, head.state)
