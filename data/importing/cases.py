"""A row of a file as the history of a case: its events and the head they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from data.case import Event, Head
from data.imported import CLOSING, IMPORT, RESPONSE, SINCE, UNTIMED, answers
from data.importing.case_words import CLOSED, FIRST, OPEN, state_of
from data.importing.facts import method_that
from data.importing.kind import Reading, Values
from data.method import Category, State, Workflow
from data.method.appeals import UNFINISHED
from data.queries.methods import MethodInForce
from data.workdays import WorkCalendar
from data.writes.validation import EARLIEST

NO_PROGRESS = "文件里既没有“环节”（状态）也没有“办结时间”，不知道办到哪一步，请至少对应其中一列"


class Given(NamedTuple):
    """What one row says of a case's course; None is what it leaves out."""

    received_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    state: str | None
    resolved: int | None
    rating: int | None
    returns: int | None
    extensions: int | None
    redos: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a case is judged: the method, workflow and category of its day."""

    method_id: int
    workflow: Workflow
    category: Category


class History(NamedTuple):
    """A case's events, oldest first, the head after them and the rules they follow."""

    rules: Rules
    received_at: datetime
    events: list[Event]
    head: Head


@dataclass(frozen=True)
class Told:
    """What the file as a whole has columns for."""

    closing: bool
    response: bool

    @classmethod
    def by(cls, values: Values) -> Told:
        """Of a table that was read."""
        closing = values.has("closed_at")
        return cls(closing, closing or values.has("accepted_at"))


def rules_finder(reading: Reading) -> Callable[[date, str], Rules | None]:
    """The rules of a category for cases received on a local day; None where no method has it."""

    @cache
    def knows(method_id: int, category_key: str) -> bool:
        method = next(m.method for m in reading.methods if m.id == method_id)
        return any(category.key == category_key for category in method.categories)

    @cache
    def of_method(adopted_id: int, category_key: str) -> Rules:
        method = next(m.method for m in reading.methods if m.id == adopted_id)
        category = method.category(category_key)
        return Rules(adopted_id, method.workflow(category.workflow), category)

    @cache
    def find(day: date, category_key: str) -> Rules | None:
        def able(adopted: MethodInForce) -> bool:
            return knows(adopted.id, category_key)

        adopted = method_that(reading, day, able)
        return of_method(adopted.id, category_key) if adopted else None

    return find


def fault_of(given: Given, now: datetime) -> str:
    """Why the times of a row cannot be; "" where they can."""
    received, accepted, closed = given[:3]
    if received.year < EARLIEST.year:
        return f"受理时间不能早于 {EARLIEST.year} 年，请检查年份"
    for moment, label in ((received, "受理时间"), (accepted, "首次响应"), (closed, "办结时间")):
        if moment is not None and moment > now:
            return f"{label}晚于现在，请检查"
        if moment is not None and moment < received:
            return f"{label}早于受理时间，请检查两个时间"
    if accepted is not None and closed is not None and accepted > closed:
        return "首次响应晚于办结时间，请检查两个时间"
    if given.due_at is not None and given.due_at <= received:
        return "办理时限不晚于受理时间，请检查"
    return ""


@dataclass(frozen=True, slots=True)
class _Course:
    """A workflow with what is asked of it for every row."""

    first: State
    response: int
    answered: State


class Historian:
    """Turns rows into histories; what is asked of a workflow is asked once."""

    def __init__(self, told: Told, calendar: WorkCalendar) -> None:
        self.told, self.calendar, self._tz = told, calendar, calendar.tz
        self._states: dict[tuple[int, str, str], tuple[int, State] | None] = {}
        self._courses: dict[tuple[int, str], _Course] = {}
        self._dues: dict[tuple[int, str, int], datetime] = {}
        self._yellows: dict[tuple[int, str, datetime], datetime] = {}

    def history(self, given: Given, rules: Rules) -> History | str:
        """The history that a row tells, or why it tells none."""
        course = self._course(rules)
        found = self._target(given, rules, course)
        if isinstance(found, str):
            return found
        index, state = found
        events = self._events(given, course, index, state)
        head = self._head(given, rules, course, index, state, events[-1])
        return History(rules, given.received_at, events, head)

    def _course(self, rules: Rules) -> _Course:
        key = (rules.method_id, rules.workflow.key)
        if key not in self._courses:
            states = rules.workflow.states
            keys = [state.key for state in states]
            response = keys.index(rules.workflow.responded_at)
            self._courses[key] = _Course(states[0], response, states[response])
        return self._courses[key]

    def _target(self, given: Given, rules: Rules, course: _Course) -> tuple[int, State] | str:
        said = given.state or self._guess(given)
        key = (rules.method_id, rules.workflow.key, said)
        if key not in self._states:
            self._states[key] = state_of(rules.workflow, said)
        found = self._states[key]
        if found is None:
            return (
                f"“{rules.category.name}”的流程“{rules.workflow.name}”里没有这个环节，"
                "请改填流程里的环节，或“待受理”“办理中”“已办结”“不予受理”"
            )
        if found[1].type in UNFINISHED and given.closed_at is not None:
            return f"环节“{found[1].name}”还没有办结，却写了办结时间，请核对"
        if given.accepted_at is not None and found[0] < course.response:
            return course.response, course.answered  # it was answered, so it is at least there
        return found

    def _guess(self, given: Given) -> str:
        """Without a state: closed if it was closed, under way if it was answered."""
        if given.closed_at is not None:
            return CLOSED
        return OPEN if given.accepted_at is not None else FIRST

    def _events(self, given: Given, course: _Course, index: int, state: State) -> list[Event]:
        accepted, response = given.accepted_at, course.answered.key
        events = []
        if index:
            first = course.first.key
            events.append(Event(IMPORT, first, given.received_at, new_due_at=given.due_at))
        if accepted is not None and response not in (state.key, course.first.key):
            events.append(Event(IMPORT, response, accepted))
        last = Event(
            IMPORT,
            state.key,
            given.closed_at or (accepted if index else None) or given.received_at,
            given.resolved,
            given.rating,
            None if index else given.due_at,
            self._unknown(given, course, index, state) or None,
            given.returns,
            given.extensions,
            given.redos,
        )
        return [*events, last]

    def _unknown(self, given: Given, course: _Course, index: int, state: State) -> int:
        """The bits of what the file cannot tell (see data.imported)."""
        ended = state.type not in UNFINISHED
        bits = 0
        if given.closed_at is None and (ended or not self.told.closing):
            bits |= CLOSING
        unanswerable = index >= course.response > 0 or not self.told.response
        if given.accepted_at is None and given.closed_at is None and unanswerable:
            bits |= RESPONSE
        if not ended and index > 0 and not (given.accepted_at and index == course.response):
            bits |= SINCE
        return bits

    def _head(
        self,
        given: Given,
        rules: Rules,
        course: _Course,
        index: int,
        state: State,
        last: Event,
    ) -> Head:
        """What data.workflow.fold makes of these events, at a fifth of its time.

        A test holds the two against each other.
        """
        received, unknown = given.received_at, last.untimed or 0
        due_at = given.due_at or self.due(received, rules)
        ended, rejected = state.type not in UNFINISHED, state.type == "rejected"
        answering = answers(unknown, ended=ended)
        responded_at = received if course.response == 0 and (index or answering) else None
        if responded_at is None and given.accepted_at is not None:
            responded_at = given.accepted_at
        if responded_at is None and index >= course.response and answering:
            responded_at = last.happened_at
        answered = course.response if given.accepted_at is not None else 0
        return Head(
            state.key,
            UNTIMED if ended and unknown & CLOSING else state.type,
            last.happened_at,
            None,
            max(received, self.yellow(due_at, rules)),
            due_at,
            responded_at,
            last.happened_at if ended else None,
            answered if rejected else max(index, answered),
            given.returns or 0,
            given.extensions or 0,
            given.redos or 0,
            given.resolved,
            given.rating,
            unknown & (CLOSING | RESPONSE),
        )

    def due(self, received_at: datetime, rules: Rules) -> datetime:
        """The deadline; in working days all cases of a day have the same."""
        category = rules.category
        if category.limit.working_days is None:
            return self.calendar.add(received_at, category.limit)
        day = received_at.astimezone(self._tz).toordinal()
        key = (rules.method_id, category.key, day)
        if key not in self._dues:
            self._dues[key] = self.calendar.add(received_at, category.limit)
        return self._dues[key]

    def yellow(self, due_at: datetime, rules: Rules) -> datetime:
        """From when a case with this deadline is nearly late."""
        key = (rules.method_id, rules.category.key, due_at)
        if key not in self._yellows:
            self._yellows[key] = self.calendar.before(due_at, rules.category.yellow)
        return self._yellows[key]
