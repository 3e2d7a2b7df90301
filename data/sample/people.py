"""Members, volunteers and post-holders: who they are, where they belong, since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.random import Generator

from data.method import Method, Post
from data.sample.geometry import Array
from data.sample.moments import Clock
from data.sample.names import person_names
from data.sample.sizes import Sizes
from data.sample.units import Row, Street

AT_GRID = 0.35  # share of people who belong to the grid itself rather than a unit below it
FILLED = 0.94
JOINED_DURING = 0.12
SOMEBODY = "网格员"


@dataclass
class People:
    """Everybody in the sample, as rows, and who holds which post now."""

    persons: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    volunteers: list[Row] = field(default_factory=list)
    teams: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    holders: dict[tuple[int, str], Row] = field(default_factory=dict)  # (unit, post) → person
    workers: list[str] = field(default_factory=list)  # by grid: who records its facts
    first_holders: dict[int, str] = field(default_factory=dict)  # by unit
    reviewers: dict[int, str] = field(default_factory=dict)
    quality: list[float] = field(default_factory=list)  # by member: how diligent, about 0 ± 1
    worker_persons: list[Row | None] = field(default_factory=list)  # the same, as persons
    spot_of_member: list[int] = field(default_factory=list)
    spot_of_volunteer: list[int] = field(default_factory=list)

    def add_persons(self, rng: Generator, count: int) -> list[int]:
        """Ids of ``count`` new persons."""
        first = len(self.persons) + 1
        for number, name in enumerate(person_names(rng, count), start=first):
            self.persons.append({"id": number, "name": name})
        return list(range(first, first + count))

    def worker_of_member(self, street: Street, member: int) -> str:
        """Who records the facts of a member: the worker of the member's grid."""
        return self.workers[street.spots[self.spot_of_member[member]].grid]

    def worker_of_volunteer(self, street: Street, volunteer_id: int) -> str:
        """Who records the facts of a volunteer: the worker of the volunteer's grid."""
        return self.workers[street.spots[self.spot_of_volunteer[volunteer_id - 1]].grid]

    def visitor(self, lineage: tuple[int, ...], post_key: str | None, grid: int) -> Row | None:
        """The person in the nearest such post, else the grid's worker, else nobody."""
        for unit_id in lineage if post_key else ():
            if (unit_id, post_key) in self.holders:
                return self.holders[unit_id, post_key or ""]
        return self.worker_persons[grid]

    def reviewer(self, street: Street, unit_id: int) -> str:
        """Who decides about entries of a unit: the first post-holder above the grid."""
        known = self.reviewers.get(unit_id)
        if known is None:
            above = street.lineage(street.units[unit_id - 1])[::-1]
            names = [self.first_holders.get(u) for u in (above[1:2] or above) + above[:1]]
            known = self.reviewers[unit_id] = next((n for n in names if n), "社区审核员")
        return known

    def holder_near(self, lineage: tuple[int, ...], post_key: str | None) -> str:
        """The name of whoever holds a post in the nearest of these units, or 网格员."""
        for unit_id in lineage:
            person = self.holders.get((unit_id, post_key or ""))
            if person:
                return str(person["name"])
        return SOMEBODY


def settle_people(
    rng: Generator, method: Method, street: Street, sizes: Sizes, clock: Clock
) -> People:
    """Teams, members, volunteers (some of them members) and filled posts."""
    people = People()
    load = spot_loads(rng, street, spread=0.35)
    _members(rng, people, method, street, sizes, clock, load)
    _teams(people, method)
    _volunteers(rng, people, street, sizes, clock, load)
    _posts(rng, people, method, street, clock)
    on_duty = _duty_posts(method)
    for grid in street.grids:
        holders = [people.holders.get((grid.unit_id, key)) for key in on_duty]
        worker = next((person for person in holders if person), None)
        people.worker_persons.append(worker)
        people.workers.append(str(worker["name"]) if worker else SOMEBODY)
    return people


def _duty_posts(method: Method) -> list[str]:
    """Posts of a grid, first the one that its workflows call upon most."""
    called = [state.post for workflow in method.workflows for state in workflow.states]
    posts = [post.key for post in reversed(method.posts) if post.level == method.grid_level]
    return sorted(posts, key=lambda key: -called.count(key))


def spot_loads(rng: Generator, street: Street, spread: float) -> Array:
    """A weight for each spot: grids differ by a log-normal, special ones are small."""
    weight = np.zeros(len(street.spots))
    for grid in street.grids:
        size = rng.lognormal(0, spread) * (0.4 if grid.special else 1.0)
        below = grid.spots[1:]
        weight[grid.spots[0]] = size * (AT_GRID if below else 1.0)
        weight[below] = size * (1 - AT_GRID) / max(1, len(below))
    return weight / weight.sum()


def _tenure(
    rng: Generator, count: int, left: int, clock: Clock, joined_during: float
) -> list[tuple[date, date | None]]:
    """Join and leave dates; the last ``left`` of them left during the history."""
    stays: list[tuple[date, date | None]] = []
    for index in range(count + left):
        if rng.random() < joined_during:
            joined = clock.first_day + timedelta(days=int(rng.integers(1, clock.days - 20)))
        else:
            joined = clock.first_day - timedelta(days=int(rng.integers(40, 3200)))
        leaving: date | None = None
        if index >= count:
            earliest = max(0, (joined - clock.first_day).days) + 10
            leaving = clock.first_day + timedelta(days=int(rng.integers(earliest, clock.days)))
        stays.append((joined, leaving))
    return stays


def _members(
    rng: Generator,
    people: People,
    method: Method,
    street: Street,
    sizes: Sizes,
    clock: Clock,
    load: Array,
) -> None:
    count = sizes.members + sizes.members_left
    person_ids = people.add_persons(rng, count)
    share = np.linspace(1.4, 0.6, len(method.member_classes))
    classes = rng.choice(len(share), count, p=share / share.sum())
    spots = _one_in_each_grid(rng, street, count, load)
    stays = _tenure(rng, sizes.members, sizes.members_left, clock, JOINED_DURING)
    people.spot_of_member = spots.tolist()
    people.quality = rng.normal(0, 1, count).tolist()
    for index, (joined, left) in enumerate(stays):
        people.members.append(
            {
                "id": index + 1,
                "person_id": person_ids[index],
                "unit_id": street.spots[spots[index]].unit_id,
                "code": f"D{index + 1:04d}",
                "class_key": method.member_classes[classes[index]].key,
                "joined_on": joined,
                "left_on": left,
            }
        )


def _one_in_each_grid(rng: Generator, street: Street, count: int, load: Array) -> Array:
    """A random spot for each of ``count`` people, the first ones one to a grid."""
    spots = rng.choice(len(load), count, p=load)
    first = [grid.spots[0] for grid in street.grids][:count]
    spots[: len(first)] = first
    return spots


def _teams(people: People, method: Method) -> None:
    given = [(t.name, t.skill, t.colour) for t in method.volunteering.teams]
    for number, (name, skill, colour) in enumerate(given or [("志愿服务队", "综合", "")], start=1):
        row = {"id": number, "code": f"T{number:02d}", "name": name}
        people.teams.append(row | {"skill": skill, "colour": colour})


def _volunteers(
    rng: Generator, people: People, street: Street, sizes: Sizes, clock: Clock, load: Array
) -> None:
    """Volunteers, three in ten of whom are members, in teams of unlike size."""
    count = sizes.volunteers + sizes.volunteers_left
    spots = _one_in_each_grid(rng, street, count, load)
    members = rng.permutation(len(people.members))[: int(count * 0.3)].tolist()
    person_ids = [people.members[m]["person_id"] for m in members]
    person_ids += people.add_persons(rng, count - len(members))
    share = rng.dirichlet(np.full(len(people.teams), 12.0))
    teams = rng.choice(len(share), count, p=share) + 1
    stays = _tenure(rng, sizes.volunteers, sizes.volunteers_left, clock, 0.24)
    order = rng.permutation(count)
    public = rng.random(count) > 0.03
    people.spot_of_volunteer = spots.tolist()
    for index, (joined, left) in enumerate(stays):
        people.volunteers.append(
            {
                "id": index + 1,
                "person_id": person_ids[order[index]],
                "unit_id": street.spots[spots[index]].unit_id,
                "team_id": int(teams[index]),
                "code": f"Z{index + 1:04d}",
                "joined_on": joined,
                "left_on": left,
                "in_public_ranking": int(public[index]),
            }
        )


def _posts(rng: Generator, people: People, method: Method, street: Street, clock: Clock) -> None:
    """Posts of every unit, a few of the grids' vacant, a few handed over during the history."""
    levels = [level.key for level in method.levels]
    above = levels[: levels.index(method.grid_level)]
    present: dict[int, list[int]] = {}
    for member, spot in zip(people.members, people.spot_of_member, strict=True):
        if member["left_on"] is None:
            for unit_id in street.spots[spot].lineage:
                present.setdefault(unit_id, []).append(member["person_id"])
    for unit in street.units:
        taken: set[int] = set()
        for post in (p for p in method.posts if p.level == unit["level"]):
            if unit["level"] in above or rng.random() < FILLED:
                free = [p for p in present.get(unit["id"], []) if p not in taken]
                taken.add(_fill(rng, people, unit, post, free, clock))


def _fill(
    rng: Generator, people: People, unit: Row, post: Post, free: list[int], clock: Clock
) -> int:
    """One filling of a post, and now and then the one before it; returns the holder."""
    since = clock.first_day - timedelta(days=int(rng.integers(30, 1500)))
    if rng.random() < 0.12:
        handover = clock.first_day + timedelta(days=int(rng.integers(60, clock.days - 30)))
        _post_row(people, unit, post, people.add_persons(rng, 1)[0], since, handover)
        since = handover
    holder = int(rng.choice(free)) if free else people.add_persons(rng, 1)[0]
    _post_row(people, unit, post, holder, since, None)
    people.holders[unit["id"], post.key] = people.persons[holder - 1]
    people.first_holders.setdefault(unit["id"], people.persons[holder - 1]["name"])
    return holder


def _post_row(
    people: People, unit: Row, post: Post, person_id: int, since: date, until: date | None
) -> None:
    row: dict[str, Any] = {"id": len(people.posts) + 1, "unit_id": unit["id"]}
    row |= {"post_key": post.key, "person_id": person_id, "since": since, "until": until}
    people.posts.append(row)
