"""A row of a file as a history: what it says, what it cannot say, and the head it leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.imported import CLOSING, RESPONSE, SINCE, UNTIMED
from data.importing.case_words import CLOSED, FIRST, OPEN, REJECTED
from data.importing.cases import Given, Historian, History, Rules, Told, fault_of
from data.method.loading import load_preset
from data.workdays import WorkCalendar
from data.workflow import Event, apply, fold

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = AT + 600 * DAY
METHOD = load_preset("demo_street")
CALENDAR = WorkCalendar({}, ZoneInfo("Asia/Shanghai"))
ALL = Told(closing=True, response=True)


def rules_of(category: str = "facilities") -> Rules:
    found = METHOD.category(category)
    return Rules(1, METHOD.workflow(found.workflow), found)


def row(**values: Any) -> Given:
    blank: dict[str, Any] = dict.fromkeys(Given._fields)
    return Given(**blank | {"received_at": AT} | values)


def told(category: str = "facilities", file: Told = ALL, **values: Any) -> History:
    found = Historian(file, CALENDAR).history(row(**values), rules_of(category))
    assert isinstance(found, History), found
    return found


def test_a_closed_case_is_received_answered_and_closed() -> None:
    found = told(state=CLOSED, accepted_at=AT + DAY, closed_at=AT + 2 * DAY, rating=5, redos=2)
    said = [(e.state, e.happened_at, e.untimed) for e in found.events]
    assert said == [
        ("accepted", AT, None),
        ("signed", AT + DAY, None),
        ("replied", AT + 2 * DAY, None),
    ]
    head = found.head
    assert (head.state_type, head.responded_at, head.closed_at) == (
        "closed",
        AT + DAY,
        AT + 2 * DAY,
    )
    assert (head.rating, head.redos, head.furthest, head.untimed) == (5, 2, 4, 0)


def test_a_closed_case_without_a_closing_time_is_closed_nobody_knows_when() -> None:
    found = told(state=CLOSED)
    assert found.events[-1].untimed == CLOSING | RESPONSE
    assert (found.head.state_type, found.head.responded_at) == (UNTIMED, None)
    assert found.head.untimed == CLOSING | RESPONSE


def test_a_file_without_closing_times_says_so_of_open_cases_too() -> None:
    nothing = Told(closing=False, response=False)
    assert told(state=OPEN, file=nothing).events[-1].untimed == CLOSING | RESPONSE | SINCE
    assert told(state=FIRST, file=nothing).events[-1].untimed == CLOSING | RESPONSE
    answers = Told(closing=False, response=True)
    assert told(state=FIRST, file=answers).events[-1].untimed == CLOSING
    assert told(state=FIRST).events[-1].untimed is None


def test_an_answered_case_is_at_least_answered() -> None:
    found = told(state=FIRST, accepted_at=AT + DAY)
    assert (found.head.state, found.head.responded_at) == ("signed", AT + DAY)
    assert found.events[-1].untimed is None


def test_without_a_state_the_times_tell_it() -> None:
    assert told(closed_at=AT + DAY).head.state == "replied"
    assert told(accepted_at=AT + DAY).head.state == "handling"
    assert told().head.state == "accepted"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"closed_at": AT - DAY}, "办结时间早于受理时间"),
        ({"accepted_at": AT - DAY}, "首次响应早于受理时间"),
        ({"accepted_at": AT + 2 * DAY, "closed_at": AT + DAY}, "首次响应晚于办结时间"),
        ({"closed_at": NOW + DAY}, "办结时间晚于现在"),
        ({"received_at": NOW + DAY}, "受理时间晚于现在"),
        ({"received_at": datetime(1905, 1, 1, tzinfo=UTC)}, "不能早于 2000 年"),
        ({"due_at": AT}, "办理时限不晚于受理时间"),
    ],
)
def test_times_that_cannot_be(values: dict[str, Any], words: str) -> None:
    assert words in fault_of(row(**values), NOW)
    assert fault_of(row(closed_at=AT), NOW) == ""


def test_a_state_that_the_workflow_has_not_and_one_that_contradicts_its_times() -> None:
    historian = Historian(ALL, CALENDAR)
    assert "没有这个环节" in str(historian.history(row(state="委托"), rules_of()))
    said = historian.history(row(state=OPEN, closed_at=AT + DAY), rules_of())
    assert "却写了办结时间" in str(said)


moments = st.none() | st.integers(0, 40 * 24 * 60).map(lambda n: AT + timedelta(minutes=n))
answers = {"resolved": st.none() | st.integers(0, 1), "rating": st.none() | st.integers(1, 5)}
counts = {name: st.none() | st.integers(0, 3) for name in ("returns", "extensions", "redos")}
rows = st.builds(
    row,
    accepted_at=moments,
    closed_at=moments,
    due_at=st.none() | st.integers(1, 60).map(lambda n: AT + n * DAY),
    state=st.sampled_from([None, FIRST, OPEN, CLOSED, REJECTED, "受理", "归档", "结果评价"]),
    **answers,
    **counts,
)


@given(
    rows,
    st.sampled_from([c.key for c in METHOD.categories]),
    st.booleans(),
    st.booleans(),
)
def test_the_quick_head_is_the_one_that_the_events_lead_to(
    one: Given, category: str, closing: bool, response: bool
) -> None:
    rules = rules_of(category)
    found = Historian(Told(closing, closing or response), CALENDAR).history(one, rules)
    if isinstance(found, str) or fault_of(one, NOW):
        return
    right = fold(rules.workflow, rules.category, AT, found.events, CALENDAR)
    assert found.head == right


@given(rows, st.sampled_from([c.key for c in METHOD.categories]))
def test_telling_it_again_leads_to_the_same_head(one: Given, category: str) -> None:
    rules = rules_of(category)
    found = Historian(ALL, CALENDAR).history(one, rules)
    if isinstance(found, str) or fault_of(one, NOW):
        return
    head = found.head
    for event in found.events:
        head = apply(head, event, rules.workflow, rules.category, AT, CALENDAR)
    assert head == found.head


def test_what_follows_here_does_not_make_an_unknown_closing_known() -> None:
    found, rules = told(state=CLOSED), rules_of()

    def then(kind: str, state: str, days: int, head: Any) -> Any:
        event = Event(kind, state, AT + days * DAY)
        return apply(head, event, rules.workflow, rules.category, AT, CALENDAR)

    followed = then("advance", "followed_up", 30, found.head)
    assert (followed.state_type, followed.closed_at) == (UNTIMED, AT)
    assert followed.untimed == CLOSING | RESPONSE
    again = then("redo", "dispatched", 40, followed)
    assert (again.state_type, again.closed_at, again.untimed & CLOSING) == ("waiting", None, 0)
    closed = then("advance", "replied", 41, again)
    assert (closed.state_type, closed.closed_at, closed.untimed) == ("closed", AT + 41 * DAY, 0)
