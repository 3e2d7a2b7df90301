"""Events of appeals as rows: who did what when, and what was said and answered."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
from numpy.random import Generator

from data.method import Method, State
from data.sample.caseload import TROUBLED_ESTEEM, Caseload
from data.sample.casework import UNSOLVED, Course, Move
from data.sample.moments import Clock
from data.sample.people import SOMEBODY, People
from data.sample.streams import endless
from data.sample.topics import REPLIES
from data.sample.units import Row, Street
from data.workflow import ENDED

# cumulative chances of one to five stars
CONTENT = (0.008, 0.026, 0.066, 0.36, 1.0)
DISCONTENT = (0.22, 0.5, 0.9, 0.97, 1.0)
NOT_IMPORTED = dict.fromkeys(("untimed", "returns", "extensions", "redos"))  # only imports say
TALKATIVE = 0.3  # chance of a reply text where none is asked for


@dataclass(frozen=True)
class _Desk:
    """Everything that turning moves into rows needs to look up."""

    method: Method
    street: Street
    people: People
    draws: Iterator[float]

    def handler(self, spot: int, post: str | None) -> str:
        """Who holds a post nearest to a spot, else the grid's own worker."""
        place = self.street.spots[spot]
        name = self.people.holder_near(place.lineage, post)
        return name if name != SOMEBODY else self.people.workers[place.grid]


def make_events(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    case: Caseload,
    courses: list[Course],
    minutes: list[list[float]],
    clock: Clock,
) -> list[list[Row]]:
    """For each appeal its events up to now, oldest first."""
    desk = _Desk(method, street, people, endless(rng))
    lookup = cache(desk.handler)
    ends = clock.times(np.array([minute for course in minutes for minute in course]))
    last, position, histories = clock.minute_of(clock.now), 0, []
    for index, course in enumerate(courses):
        states = method.workflow(case.categories[case.category[index]].workflow).states
        spot, troubled = int(case.spot[index]), bool(case.troubled[index])
        first = lookup(spot, states[0].post)
        history = [_row(index, "advance", states[0], case.received[index], first)]
        for move, minute in zip(course.moves, minutes[index], strict=True):
            if minute <= last:
                state = states[move.state]
                row = _row(index, move.kind, state, ends[position], lookup(spot, state.post))
                _answer(row, move, state, desk.draws, troubled)
                history.append(row)
            position += 1
        if case.extended_due[index] is not None:
            _extend(case, index, history, method, clock.now)
        histories.append(history)
    return histories


def _row(index: int, kind: str, state: State, at: datetime, handler: str) -> Row:
    return {
        "appeal_id": index + 1,
        "kind": kind,
        "state": state.key,
        "happened_at": at,
        "handler": handler,
        "reply": "",
        "resolved": None,
        "rating": None,
        "new_due_at": None,
        "visit_id": None,
        **NOT_IMPORTED,
        "recorded_at": at,
        "recorded_by": handler,
    }


def _answer(row: Row, move: Move, state: State, draws: Iterator[float], troubled: bool) -> None:
    """Fill in what the state asks for on entry, and now and then a reply of its own accord."""
    asked = state.requires if move.kind == "advance" else ["reply"]
    if "reply" in asked or next(draws) < TALKATIVE:
        texts = REPLIES[state.type if move.kind == "advance" else move.kind]
        row["reply"] = texts[int(next(draws) * len(texts))]
    if "resolved" in asked:
        drawn = int(next(draws) > UNSOLVED)
        row["resolved"] = drawn if move.resolved is None else move.resolved
    if "rating" in asked:
        chances = DISCONTENT if troubled and next(draws) < TROUBLED_ESTEEM else CONTENT
        row["rating"] = 1 + bisect(chances[:-1], next(draws))


def _extend(case: Caseload, index: int, history: list[Row], method: Method, now: datetime) -> None:
    """Slip the extension in where it was asked for, if the case was still open then."""
    at = case.extension_asked[index]
    place = sum(row["happened_at"] <= at for row in history)
    workflow = method.workflow(case.categories[case.category[index]].workflow)
    state = workflow.state(history[place - 1]["state"])
    if at > now or state.type in ENDED:
        return
    row = _row(index, "extend", state, at, history[place - 1]["handler"])
    texts = REPLIES["extend"]
    row |= {"reply": texts[index % len(texts)], "new_due_at": case.extended_due[index]}
    history.insert(place, row)
