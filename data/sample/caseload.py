"""Which appeals arrive: when, where, about what, and how long each takes.

The number of open cases and of each light is steered, so that a fresh sample
has some of every colour whatever the moment it ends at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.random import Generator

from data.method import Category, Method
from data.sample.geometry import Array
from data.sample.moments import BUSY_HOURS, Clock, OfficeClock, day_weights, draw_minutes
from data.sample.sizes import Sizes
from data.sample.topics import topic_of
from data.sample.units import Street

LATE, LATE_TROUBLED = 0.045, 0.2
REJECTED, EXTENDED = 0.022, 0.028
EXTENSION_ASKED = (0.2, 0.4)  # when, as a share of the extended time
TROUBLED_GRIDS = 4
TROUBLED_ESTEEM = 0.30  # chance that a rating drops in a troubled grid
FULL = Sizes().appeals
LIGHTS = {"red": (6, 10), "yellow": (10, 17), "green": (78, 100)}  # open cases of a full sample
RECENT_DAYS, SLOWEST_DAYS = 14, 90  # youngest cases to hold back, oldest ones to look at


@dataclass
class Caseload:
    """Appeals as arrays in order of arrival; ``effort`` is in minutes of ``by_clock`` kind."""

    categories: list[Category]
    minute: Array  # arrival, minutes since the start of the history
    category: Array
    spot: Array
    received: list[datetime]
    due: list[datetime]
    extended_due: list[datetime | None]
    extension_asked: list[datetime]  # when, where there is an extension
    by_clock: Array  # limits in hours run day and night; the others in office time
    allowed: Array  # minutes from arrival to the (extended) limit
    effort: Array  # minutes from arrival to closing
    rejected: Array
    troubled: Array


def draw_caseload(
    rng: Generator, method: Method, street: Street, sizes: Sizes, clock: Clock, office: OfficeClock
) -> Caseload:
    """``sizes.appeals`` appeals over the history, with the lights of today in balance."""
    minute, category = _arrivals(rng, method, sizes.appeals, clock)
    loads, troubled_grids = _uneven_loads(rng, street)
    spot = rng.choice(len(loads), len(minute), p=loads)
    grid_of = np.array([s.grid for s in street.spots])
    rejected = rng.random(len(minute)) < REJECTED
    due, extended_due = _deadlines(rng, method, clock, minute, category, rejected)
    by_clock = np.array([c.limit.clock is not None for c in method.categories])[category]
    last = np.array([clock.minute_of(b or a) for a, b in zip(due, extended_due, strict=True)])
    start = office.done(minute)
    allowed = np.where(by_clock, last - minute, office.done(last) - start)
    asked = allowed * rng.uniform(*EXTENSION_ASKED, len(minute))
    asked = np.where(by_clock, minute + asked, office.real(start + asked))
    case = Caseload(
        categories=list(method.categories),
        minute=minute,
        category=category,
        spot=spot,
        received=clock.times(minute),
        due=due,
        extended_due=extended_due,
        extension_asked=clock.times(asked, until_now=False),
        by_clock=by_clock,
        allowed=allowed,
        effort=np.zeros(len(minute)),
        rejected=rejected,
        troubled=np.isin(grid_of[spot], troubled_grids),
    )
    case.effort = allowed * _pace(rng, case)
    _balance_lights(rng, case, clock, office, sizes)
    return case


def _deadlines(
    rng: Generator,
    method: Method,
    clock: Clock,
    minute: Array,
    category: Array,
    rejected: Array,
) -> tuple[list[datetime], list[datetime | None]]:
    """The limit of each case, and the later one of those that will ask for an extension."""
    limits = [method.categories[c].limit for c in category.tolist()]
    extendable = np.array([method.workflow(c.workflow).extendable for c in method.categories])
    longer = (rng.random(len(minute)) < EXTENDED) & extendable[category] & ~rejected
    add = clock.calendar.add
    due = [add(at, limit) for at, limit in zip(clock.times(minute), limits, strict=True)]
    return due, [
        add(at, limit) if more else None
        for at, limit, more in zip(due, limits, longer.tolist(), strict=True)
    ]


def _arrivals(rng: Generator, method: Method, count: int, clock: Clock) -> tuple[Array, Array]:
    """Sorted arrival minutes and their categories; the last few are of today."""
    topics = [topic_of(category) for category in method.categories]
    share = np.array([topic.weight for topic in topics])
    numbers = rng.multinomial(count, share / share.sum())
    minutes, categories = [], []
    for index, (topic, number) in enumerate(zip(topics, numbers.tolist(), strict=True)):
        weights = day_weights(clock, 0.55, topic.season)
        minutes.append(draw_minutes(rng, clock, number, weights, BUSY_HOURS))
        categories.append(np.full(number, index))
    minute, category = np.concatenate(minutes), np.concatenate(categories)
    midnight, now = clock.minute_of(clock.midnight(clock.today)), clock.minute_of(clock.now)
    fresh = rng.permutation(count)[: max(1, count // 4000)]
    minute[fresh] = rng.uniform(max(midnight, now - 300), now, len(fresh))
    order = np.argsort(minute, kind="stable")
    return minute[order], category[order]


def _uneven_loads(rng: Generator, street: Street) -> tuple[Array, list[int]]:
    """A weight for each spot (a few grids have many times the appeals) and troubled grids."""
    ranks = rng.permutation(len(street.grids))
    weight = 1 / (ranks + 5.0) ** 0.85
    loads = np.zeros(len(street.spots))
    for index, grid in enumerate(street.grids):
        below, size = grid.spots[1:], weight[index] * (0.5 if grid.special else 1.0)
        loads[grid.spots[0]] = size * (0.3 if below else 1.0)
        if below:
            loads[below] = 0.7 * size * rng.dirichlet(np.full(len(below), 4.0))
    busy = [int(i) for i in np.argsort(ranks) if not street.grids[i].special]
    step = max(1, len(busy) // 12)
    return loads / loads.sum(), busy[1::step][:TROUBLED_GRIDS]


def _pace(rng: Generator, case: Caseload) -> Array:
    """Effort as a share of the time allowed: mostly in time, some late, rejections quick."""
    count = len(case.minute)
    in_time = 0.04 + 0.93 * rng.beta(3.6, 1.6, count)
    late = 1.03 + rng.gamma(1.3, 0.45, count)
    is_late = rng.random(count) < np.where(case.troubled, LATE_TROUBLED, LATE)
    pace = np.where(is_late, late, in_time)
    return np.where(case.rejected, 0.05 + 0.2 * rng.random(count), pace)


def _balance_lights(
    rng: Generator, case: Caseload, clock: Clock, office: OfficeClock, sizes: Sizes
) -> None:
    """Finish or hold back recent cases until each light has a believable number of them."""
    now = clock.minute_of(clock.now)
    spent = np.where(
        case.by_clock, now - case.minute, office.done(np.array(now)) - office.done(case.minute)
    )
    age = now - case.minute
    steered = ~case.rejected & (age < SLOWEST_DAYS * 1440)
    plain = np.array([due is None for due in case.extended_due])
    light = _lights(case, clock, np.flatnonzero(steered))
    for colour, (low, high) in LIGHTS.items():
        factor = sizes.appeals / FULL
        wanted = max(1, round(int(rng.integers(low, high + 1)) * factor))
        here = np.flatnonzero(light == colour)
        held = here[case.effort[here] > spent[here]]
        idle = here[(case.effort[here] <= spent[here]) & plain[here]]
        idle = idle[age[idle] < RECENT_DAYS * 1440]
        if len(held) > wanted:
            extra = rng.permutation(held)[wanted:]
            case.effort[extra] = spent[extra] * rng.uniform(0.5, 0.97, len(extra))
        elif len(idle):
            chance = np.where(case.troubled[idle], 3.0, 1.0) * (1e-9 + spent[idle])
            more = min(wanted - len(held), len(idle))
            chosen = rng.choice(idle, more, replace=False, p=chance / chance.sum())
            case.effort[chosen] = spent[chosen] * rng.uniform(1.08, 1.9, more) + 30


def _lights(case: Caseload, clock: Clock, which: Array) -> Array:
    """The light that each case would show now if it were open ("" where not looked at)."""
    light = np.full(len(case.minute), "", dtype="<U6")
    for index in which.tolist():
        category = case.categories[case.category[index]]
        later = case.extended_due[index]
        asked = case.extension_asked[index] <= clock.now
        due = later if later and asked else case.due[index]
        if clock.now > due:
            light[index] = "red"
        elif clock.now >= clock.calendar.before(due, category.yellow):
            light[index] = "yellow"
        else:
            light[index] = "green"
    return light
