"""What events make of a case, and which light it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.method import Span
from data.workflow import ENDED, Event, fold, light_of, needs_escalation
from tests.data.prompt_workflow import (
    CALENDAR,
    CATEGORY,
    DUE,
    FORWARD,
    HOUR,
    RECEIVED,
    WORKFLOW,
    folded,
    moved,
    then,
    until,
)


def test_registration_enters_the_first_state_and_starts_the_clocks() -> None:
    head = folded(*until("accepted"))
    assert (head.state, head.state_type, head.state_since) == ("accepted", "open", RECEIVED)
    assert head.state_due_at == RECEIVED + 2 * HOUR
    assert (head.due_at, head.yellow_at) == (DUE, DUE - 8 * HOUR)
    assert (head.responded_at, head.closed_at, head.furthest) == (None, None, 0)
    assert (head.returns, head.extensions, head.redos) == (0, 0, 0)


def test_the_time_limit_runs_from_receipt_not_from_the_paper_work() -> None:
    later = Event("advance", "accepted", RECEIVED + timedelta(days=2))
    head = folded(later)
    assert (head.due_at, head.state_since) == (DUE, later.happened_at)


def test_the_response_is_the_first_entry_of_the_response_state() -> None:
    assert then("dispatched").responded_at is None
    signed = RECEIVED + 2 * HOUR
    again = moved("dispatched", kind="return", start=4) + moved("signed", start=5)
    assert then("handling", *again).responded_at == signed


def test_a_state_limit_of_the_category_goes_before_that_of_the_workflow() -> None:
    assert then("signed").state_due_at == RECEIVED + 2 * HOUR + timedelta(minutes=30)
    assert then("handling").state_due_at is None


def test_a_closed_case_keeps_the_first_closing_while_it_moves_on() -> None:
    assert then("rated").closed_at == then("replied").closed_at == RECEIVED + 4 * HOUR


def test_a_redo_reopens_and_keeps_how_far_the_case_got() -> None:
    head = then("replied", *moved("handling", kind="redo", start=5))
    assert (head.state_type, head.closed_at, head.redos) == ("open", None, 1)
    assert (head.furthest, head.due_at) == (FORWARD.index("replied"), DUE)


def test_closing_again_after_a_redo_counts_from_the_second_closing() -> None:
    head = then("replied", *moved("handling", kind="redo", start=5), *moved("replied", start=6))
    assert head.closed_at == RECEIVED + 6 * HOUR


def test_a_return_goes_back_and_is_counted() -> None:
    head = then("signed", *moved("dispatched", kind="return", start=3))
    assert (head.state, head.returns, head.furthest) == ("dispatched", 1, 2)


def test_an_extension_moves_limit_and_yellow_light_and_nothing_else() -> None:
    later = DUE + timedelta(days=3)
    before = then("signed")
    head = then("signed", Event("extend", "signed", RECEIVED + 3 * HOUR, new_due_at=later))
    assert head == replace(before, due_at=later, yellow_at=later - 8 * HOUR, extensions=1)


def test_no_yellow_light_begins_before_the_case_came_in() -> None:
    saturday = RECEIVED + timedelta(days=5)
    mixed = CATEGORY.model_copy(update={"limit": Span(hours=48), "yellow": Span(working_days=1)})
    events = [Event("advance", "accepted", saturday)]
    head = fold(WORKFLOW, mixed, saturday, events, CALENDAR)
    # one working day before Monday 10:00 would be Friday 10:00
    assert (head.yellow_at, head.due_at) == (saturday, saturday + 48 * HOUR)
    events.append(Event("extend", "accepted", saturday, new_due_at=saturday + 49 * HOUR))
    assert fold(WORKFLOW, mixed, saturday, events, CALENDAR).yellow_at == saturday


def test_a_rejection_ends_a_case_without_counting_as_progress() -> None:
    head = then("accepted", *moved("declined", start=1))
    assert (head.state_type, head.closed_at) == ("rejected", RECEIVED + HOUR)
    assert head.furthest == 0


def test_the_last_answer_of_the_person_who_asked_stands() -> None:
    at = RECEIVED + 5 * HOUR
    unhappy = Event("advance", "rated", at, resolved=0, rating=2)
    happy = replace(unhappy, happened_at=at + 3 * HOUR, resolved=1, rating=5)
    again = moved("handling", kind="redo", start=6) + moved("replied", start=7)
    head = then("replied", unhappy, *again)
    assert (head.resolved, head.rating) == (0, 2)
    head = then("replied", unhappy, *again, happy)
    assert (head.resolved, head.rating) == (1, 5)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([], "至少应有一条登记记录"),
        (moved("dispatched"), "第一条办理记录应为登记到 “受理”"),
        (moved("accepted", kind="redo"), "第一条办理记录应为登记到 “受理”"),
        (moved("accepted", "gone"), "没有环节 “gone”"),
        (moved("accepted") + moved("dispatched", kind="jump", start=1), "办理动作 “jump” 不存在"),
        (moved("accepted") + moved("accepted", kind="extend", start=1), "缺少新的办理期限"),
    ],
)
def test_events_that_the_workflow_cannot_carry_are_named(events: list[Event], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        folded(*events)


@pytest.mark.parametrize(
    ("seconds", "light"),
    [(-8 * 3600 - 1, "green"), (-8 * 3600, "yellow"), (0, "yellow"), (1, "red")],
)
def test_lights_turn_at_their_moments(seconds: int, light: str) -> None:
    now = DUE + timedelta(seconds=seconds)
    assert light_of("open", DUE - 8 * HOUR, DUE, now) == light
    assert light_of("waiting", DUE - 8 * HOUR, DUE, now) == light


@pytest.mark.parametrize("state_type", ENDED)
def test_an_ended_case_shows_no_light_however_late(state_type: str) -> None:
    assert light_of(state_type, DUE, DUE, DUE + timedelta(days=30)) == "none"


@given(st.datetimes(), st.timedeltas(timedelta(0), timedelta(days=9)), st.lists(st.datetimes()))
def test_lights_only_get_worse_with_time(
    due: datetime, warned: timedelta, moments: list[datetime]
) -> None:
    yellow = due - min(warned, due - datetime.min)  # noqa: DTZ901
    order = ["green", "yellow", "red"]
    seen = [order.index(light_of("open", yellow, due, now)) for now in sorted(moments)]
    assert seen == sorted(seen)


def test_a_case_returned_or_redone_too_often_goes_to_a_higher_level() -> None:
    head = then("signed")
    assert not needs_escalation(WORKFLOW, replace(head, returns=1, redos=1))
    assert needs_escalation(WORKFLOW, replace(head, returns=2))
    assert needs_escalation(WORKFLOW, replace(head, redos=2))
