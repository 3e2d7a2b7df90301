"""A small workflow with every kind of step, and ways to walk it: for tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data.method import Category, Span, Workflow
from data.workdays import WorkCalendar
from data.workflow import Event, Head, fold

CALENDAR = WorkCalendar({}, ZoneInfo("Asia/Shanghai"))
RECEIVED = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
HOUR = timedelta(hours=1)

WORKFLOW = Workflow.model_validate(
    {
        "key": "prompt",
        "name": "接诉即办",
        "responded_at": "signed",
        "return_to": "dispatched",
        "redo_to": "handling",
        "extendable": True,
        "escalate_after": 2,
        "states": [
            {"key": "accepted", "name": "受理", "type": "open", "limit": {"hours": 2}}
            | {"next": ["dispatched", "declined"]},
            {"key": "dispatched", "name": "派单", "type": "waiting", "requires": ["handler"]},
            {"key": "signed", "name": "签收", "type": "open", "limit": {"working_days": 1}},
            {"key": "handling", "name": "办理", "type": "open"},
            {"key": "replied", "name": "回复", "type": "closed", "requires": ["reply"]},
            {"key": "rated", "name": "评价", "type": "closed", "requires": ["resolved", "rating"]},
            {"key": "declined", "name": "不予受理", "type": "rejected", "requires": ["reply"]},
        ],
    }
)
CATEGORY = Category(
    key="noise",
    name="噪音",
    workflow="prompt",
    limit=Span(working_days=2),
    yellow=Span(hours=8),
    state_limits={"signed": Span(minutes=30)},
)
FORWARD = ("accepted", "dispatched", "signed", "handling", "replied", "rated")
DUE = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)  # the end of Wednesday in Shanghai


def moved(*keys: str, kind: str = "advance", start: int = 0) -> list[Event]:
    """Events of one kind into the given states, an hour apart."""
    return [Event(kind, key, RECEIVED + i * HOUR) for i, key in enumerate(keys, start=start)]


def folded(*events: Event) -> Head:
    return fold(WORKFLOW, CATEGORY, RECEIVED, events, CALENDAR)


def until(state: str) -> list[Event]:
    """The straight way from registration to ``state``."""
    return moved(*FORWARD[: FORWARD.index(state) + 1])


def then(state: str, *events: Event) -> Head:
    return folded(*until(state), *events)
