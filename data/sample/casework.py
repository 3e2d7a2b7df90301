"""The course of one appeal through its workflow: which steps, and how the time is shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from data.method import Workflow

RETURNED, REDONE, REDONE_UNSOLVED = 0.03, 0.006, 0.4
GO_ON = 0.68  # chance of each step after closing (call-back, rating, archive)
UNSOLVED = 0.045
MAX_STEPS = 24
SHARES = {"first": 0.12, "waiting": 0.24, "open": 0.3, "last": 1.0, "closed": 0.18}


class Move(NamedTuple):
    """One step: its kind, the state it leads to and the weight of the wait before it."""

    kind: str
    state: int
    weight: float
    after_closing: bool = False
    resolved: int | None = None


@dataclass
class Course:
    """The moves of one case; those up to ``closing`` share the case's effort."""

    moves: list[Move] = field(default_factory=list)
    closing: int = 0


class Paths:
    """The moves forward that a workflow allows, by position of the state."""

    def __init__(self, workflow: Workflow) -> None:
        states = workflow.states
        self.workflow = workflow
        self.types = [state.type for state in states]
        position = {state.key: index for index, state in enumerate(states)}
        self.onward = [self._onward(position, index) for index in range(len(states))]
        self.refusals = [
            [position[k] for k in s.next or [] if self.types[position[k]] == "rejected"]
            for s in states
        ]
        self.return_to = position[workflow.return_to] if workflow.return_to else None
        self.redo_to = position[workflow.redo_to] if workflow.redo_to else None
        self.asks = [set(state.requires) for state in states]

    def _onward(self, position: dict[str, int], index: int) -> list[int]:
        state = self.workflow.states[index]
        if state.next is not None:
            options = [position[key] for key in state.next]
        else:
            later = range(index + 1, len(self.types))
            options = [n for n in later if self.types[n] != "rejected"][:1]
        if state.type in ("closed", "rejected"):
            return [n for n in options if self.types[n] == "closed" == state.type]
        return [n for n in options if self.types[n] != "rejected"]

    def forward(self, index: int, draws: Iterator[float]) -> int | None:
        """The next state, the first option being the usual one; None at the end."""
        options = self.onward[index]
        if not options:
            return None
        if len(options) == 1 or next(draws) < 0.7:
            return options[0]
        return options[1 + int(next(draws) * (len(options) - 1))]

    def share(self, index: int, target: int) -> float:
        """How much of the effort is spent in a state: most of it in the last one before closing."""
        if self.types[index] == "closed":
            return SHARES["closed"]
        if self.types[target] == "closed":
            return SHARES["last"]
        return SHARES["first"] if index == 0 else SHARES[self.types[index]]


def plan_course(paths: Paths, draws: Iterator[float], *, rejected: bool, troubled: bool) -> Course:
    """The moves of one case, by the workflow's own rules."""
    course = Course()
    here = _refuse(paths, course, draws) if rejected else None
    if here is not None:
        return course
    here = _walk_to_closing(paths, course, 0, draws)
    if paths.return_to is not None and next(draws) < RETURNED * (2 if troubled else 1):
        here = _return_once(paths, course, draws)
    _after_closing(paths, course, here, draws, troubled)
    return course


def _refuse(paths: Paths, course: Course, draws: Iterator[float]) -> int | None:
    """Walk to the first state that may refuse the case and refuse it there."""
    here: int | None = 0
    while here is not None and paths.types[here] != "closed" and len(course.moves) < MAX_STEPS:
        if paths.refusals[here]:
            target = paths.refusals[here][0]
            course.moves.append(Move("advance", target, 1.0))
            course.closing = len(course.moves) - 1
            return target
        target_or_none = paths.forward(here, draws)
        if target_or_none is not None:
            course.moves.append(Move("advance", target_or_none, 0.4))
        here = target_or_none
    course.moves.clear()
    return None


def _walk_to_closing(paths: Paths, course: Course, start: int, draws: Iterator[float]) -> int:
    """Advance from ``start`` until a closed state; returns it and marks the closing."""
    here = start
    while paths.types[here] != "closed" and len(course.moves) < MAX_STEPS:
        target = paths.forward(here, draws)
        if target is None:
            break
        weight = paths.share(here, target) * (0.4 + 1.2 * next(draws))
        course.moves.append(Move("advance", target, weight))
        here = target
    course.closing = len(course.moves) - 1
    return here


def _return_once(paths: Paths, course: Course, draws: Iterator[float]) -> int:
    """Send the case back from its last open state and walk again."""
    closing, back = course.moves.pop(), paths.return_to or 0
    before = course.moves[-1].state if course.moves else 0
    if before <= back:
        course.moves.append(closing)
        return closing.state
    course.moves.append(Move("return", back, 0.4 + 0.6 * next(draws)))
    return _walk_to_closing(paths, course, back, draws)


def _after_closing(
    paths: Paths, course: Course, here: int, draws: Iterator[float], troubled: bool
) -> None:
    """Call-back, rating, archive; an unsolved case may be done again first."""
    again = paths.redo_to is not None
    while (target := paths.forward(here, draws)) is not None and next(draws) < GO_ON:
        asks = "resolved" in paths.asks[target]
        unsolved = asks and next(draws) < UNSOLVED * (2.5 if troubled else 1)
        answer = (0 if unsolved else 1) if asks else None
        course.moves.append(Move("advance", target, next(draws), True, answer))
        here = target
        if again and asks and next(draws) < (REDONE_UNSOLVED if unsolved else REDONE):
            again = False
            here = _do_again(paths, course, draws)


def _do_again(paths: Paths, course: Course, draws: Iterator[float]) -> int:
    """Reopen the case; what came before now shares the effort up to the new closing."""
    back = paths.redo_to or 0
    so_far = [
        Move(m.kind, m.state, SHARES["closed"] if m.after_closing else m.weight, False, m.resolved)
        for m in course.moves
    ]
    course.moves[:] = [*so_far, Move("redo", back, SHARES["closed"])]
    return _walk_to_closing(paths, course, back, draws)
