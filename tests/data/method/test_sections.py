"""What sections of a method answer about themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from data.method import Category, Grade, Method, Span, State, Workflow
from data.method.base import SectionError
from data.method.members import check_grades

SPANS = [
    (Span(minutes=15), timedelta(minutes=15), timedelta(minutes=15), "15分钟"),
    (Span(hours=24), timedelta(hours=24), timedelta(days=1), "24小时"),
    (Span(working_days=5), None, timedelta(days=5), "5个工作日"),
]


@pytest.mark.parametrize(("span", "clock", "rough", "text"), SPANS)
def test_a_span_knows_its_length_and_words(span, clock, rough, text):
    assert (span.clock, span.rough, span.text) == (clock, rough, text)


@pytest.fixture
def workflow() -> Workflow:
    """Four states, the third settled, the last a rejection."""
    return Workflow(
        key="w",
        name="流程",
        responded_at="b",
        states=[
            State(key="a", name="甲", type="open", limit=Span(hours=2), next=["b", "no"]),
            State(key="b", name="乙", type="waiting"),
            State(key="c", name="丙", type="closed", limit=Span(working_days=9)),
            State(key="no", name="丁", type="rejected"),
        ],
    )


def test_moving_on_leads_to_what_is_named_or_the_following_state(workflow):
    following = {s.key: workflow.following(s.key) for s in workflow.states}
    assert following == {"a": ["b", "no"], "b": ["c"], "c": [], "no": []}


def test_a_class_of_appeals_may_shorten_a_state(workflow):
    limits = {"a": Span(minutes=15)}
    span = Span(hours=4)
    urgent = Category(
        key="u", name="急", workflow="w", limit=span, yellow=Span(hours=1), state_limits=limits
    )
    usual = Category(key="n", name="常", workflow="w", limit=span, yellow=Span(hours=1))
    first, second = workflow.states[:2]
    assert urgent.state_limit(first) == Span(minutes=15)
    assert usual.state_limit(first) == Span(hours=2)
    assert urgent.state_limit(second) is None


def test_a_settled_state_may_wait_longer_than_the_case_took(workflow):
    Category(
        key="n", name="常", workflow="w", limit=Span(hours=4), yellow=Span(hours=1)
    ).check_states(workflow)


def test_grades_by_rank_must_leave_nobody_out():
    shares = [Grade(key="a", name="甲", top_share=0.3), Grade(key="b", name="乙", top_share=0.9)]
    with pytest.raises(SectionError, match="须为 1"):
        check_grades(shares, by_rank=True)


def test_grades_by_rank_rise():
    shares = [Grade(key="a", name="甲", top_share=0.3), Grade(key="b", name="乙", top_share=0.3)]
    with pytest.raises(SectionError, match="从高到低"):
        check_grades(shares, by_rank=True)


def test_a_method_does_not_change_once_loaded(method: Method):
    with pytest.raises(ValidationError):
        method.name = "别的"


@pytest.mark.parametrize(
    ("look_up", "known"),
    [
        ("workflow", "prompt_response"),
        ("category", "danger"),
        ("rule", "meeting"),
        ("member_class", "young"),
    ],
)
def test_parts_are_found_by_key(method: Method, look_up: str, known: str):
    assert getattr(method, look_up)(known).key == known
    with pytest.raises(KeyError):
        getattr(method, look_up)("nothing")
