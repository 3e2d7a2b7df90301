"""Appeals and their events as rows; every head comes from folding the events."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
from numpy.random import Generator

from data.method import Method
from data.sample.appeal_events import make_events
from data.sample.caseload import Caseload, draw_caseload
from data.sample.casework import Course, Paths, plan_course
from data.sample.geometry import Array, Point, points_inside
from data.sample.moments import Clock, OfficeClock
from data.sample.oddities import closed_at_once
from data.sample.people import People
from data.sample.sizes import Sizes
from data.sample.streams import endless
from data.sample.topics import CONTENTS, PLACES, REMOTE_CONTENTS, Topic, topic_of
from data.sample.units import Row, Street
from data.workflow import Event, Head, fold

_HEAD_FIELDS = tuple(f.name for f in fields(Head))
_event_facts = itemgetter(*(f.name for f in fields(Event)))
_head_values = attrgetter(*_HEAD_FIELDS)
POINTS_PER_SPOT = 24
PLACED = 0.3  # share of titles that begin with a place
CALL_BACK_MINUTES = 260.0  # of office time, the usual wait of each step after closing


@dataclass
class Appeals:
    """Rows of ``appeal`` and of ``appeal_event`` (in order of time)."""

    appeals: list[Row]
    events: list[Row]


def make_appeals(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    sizes: Sizes,
    clock: Clock,
) -> Appeals:
    """All appeals of the history with the events that have happened by now."""
    office = OfficeClock(clock)
    case = draw_caseload(rng, method, street, sizes, clock, office)
    paths = {w.key: Paths(w) for w in method.workflows}
    courses = _plan(rng, case, paths)
    moments = _times(rng, case, courses, clock, office)
    rows = _appeal_rows(rng, method, street, people, case, clock)
    histories = make_events(rng, method, street, people, case, courses, moments, clock)
    for row, history in zip(rows, histories, strict=True):
        _fold_head(method, row, history, clock)
    closed_at_once(rows, histories, clock)
    events = [event for history in histories for event in history]
    events.sort(key=itemgetter("happened_at"))
    return Appeals(rows, events)


def _fold_head(method: Method, row: Row, history: list[Row], clock: Clock) -> None:
    category = method.category(row["category_key"])
    workflow = method.workflow(category.workflow)
    events = [Event(*_event_facts(event)) for event in history]
    head = fold(workflow, category, row["received_at"], events, clock.calendar)
    row.update(zip(_HEAD_FIELDS, _head_values(head), strict=True))


def _plan(rng: Generator, case: Caseload, paths: dict[str, Paths]) -> list[Course]:
    draws = endless(rng)
    by_category = [paths[category.workflow] for category in case.categories]
    marks = zip(case.category.tolist(), case.rejected.tolist(), case.troubled.tolist(), strict=True)
    return [
        plan_course(by_category[category], draws, rejected=rejected, troubled=troubled)
        for category, rejected, troubled in marks
    ]


def _times(
    rng: Generator, case: Caseload, courses: list[Course], clock: Clock, office: OfficeClock
) -> list[list[float]]:
    """Minutes of each move of each course: shares of the effort, then waits in office time."""
    lengths = np.array([len(course.moves) for course in courses])
    owner = np.repeat(np.arange(len(courses)), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    weight = np.array([m.weight for course in courses for m in course.moves])
    order = np.arange(len(owner)) - starts[owner]
    closing = np.array([course.closing for course in courses])[owner]
    before = np.where(order <= closing, weight, 0.0)
    share = _running_by(before, starts, lengths) / np.maximum(_totals(before, owner, lengths), 1e-9)
    elapsed = share * case.effort[owner]
    received = case.minute[owner]
    moment = np.where(
        case.by_clock[owner], received + elapsed, office.real(office.done(received) + elapsed)
    )
    waits = CALL_BACK_MINUTES * rng.lognormal(0, 0.8, len(owner)) * (order > closing)
    closed = moment[(starts[owner] + closing).clip(0, len(moment) - 1)]
    late = office.real(office.done(closed) + _running_by(waits, starts, lengths))
    moment = np.where(order > closing, late, moment)
    return [part.tolist() for part in np.split(moment, starts[1:])]


def _running_by(values: Array, starts: Array, lengths: Array) -> Array:
    """Running sums that begin anew at each start."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[1:] - np.repeat(total[starts], lengths)


def _totals(values: Array, owner: Array, lengths: Array) -> Array:
    return np.bincount(owner, weights=values, minlength=len(lengths))[owner]


def _appeal_rows(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    case: Caseload,
    clock: Clock,
) -> list[Row]:
    topics = [topic_of(category) for category in case.categories]
    pick = rng.random((len(case.minute), 4)).tolist()
    channels = rng.choice(
        len(method.channels), len(pick), p=rng.dirichlet(np.linspace(9, 3, len(method.channels)))
    ).tolist()
    places = _places(rng, street)
    rows, number_of_day = [], dict[Any, int]()
    for index, at in enumerate(case.received):
        category, spot = case.categories[case.category[index]], int(case.spot[index])
        title, content = _words(topics[case.category[index]], pick[index])
        day = clock.local_day(at)
        number_of_day[day] = number = number_of_day.get(day, 0) + 1
        lon, lat = places[spot][int(pick[index][3] * POINTS_PER_SPOT)]
        rows.append(
            {
                "id": index + 1,
                "code": f"{day:%Y%m%d}-{number:04d}",
                "unit_id": street.spots[spot].unit_id,
                "method_id": 1,
                "workflow_key": category.workflow,
                "category_key": category.key,
                "channel": method.channels[channels[index]],
                "title": title,
                "content": content,
                "lat": lat,
                "lon": lon,
                "received_at": at,
                "recorded_at": at,
                "recorded_by": people.workers[street.spots[spot].grid],
            }
        )
    return rows


def _words(topic: Topic, pick: list[float]) -> tuple[str, str]:
    """Title and content from three uniform draws."""
    title = topic.titles[int(pick[0] ** 1.4 * len(topic.titles))]
    if not topic.on_the_spot:
        return title, _choose(REMOTE_CONTENTS, pick[2]).format(title=title)
    place = _choose(PLACES, pick[1])
    content = _choose(CONTENTS, pick[2]).format(place=place, title=title)
    return (place + title if pick[2] < PLACED else title), content


def _choose(texts: tuple[str, ...], draw: float) -> str:
    return texts[int(draw * len(texts))]


def _places(rng: Generator, street: Street) -> list[list[tuple[float | None, float | None]]]:
    """Some points (lon, lat) inside each spot; none where it has no boundary."""
    places: list[list[tuple[float | None, float | None]]] = []
    for spot in street.spots:
        points: list[Point] = points_inside(rng, spot.ring, POINTS_PER_SPOT) if spot.ring else []
        places.append([*points] or [(None, None)] * POINTS_PER_SPOT)
    return places
