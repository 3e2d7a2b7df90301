"""Points entries as rows: opening, duty, award and deduction of every member and year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter

import numpy as np
from numpy.random import Generator

from data.method import Method, PointsRule
from data.sample.decisions import Verdict
from data.sample.geometry import Array
from data.sample.ledger import Slots, year_targets
from data.sample.moments import Clock
from data.sample.people import People
from data.sample.sizes import Sizes
from data.sample.streams import endless
from data.sample.units import Row, Street

NOTES = {
    "duty": ("", "", "支部签到核对", "网格公示无异议", "现场记录"),
    "award": ("材料已核验", "经支部讨论通过", "", "社区核实"),
    "deduction": ("支部核实并告知本人", "已谈话提醒", "经核实属实"),
}
UNUSUAL = 0.3  # chance that an entry uses another value of its rule's range
MISTAKEN = 0.0012
RETURNED, LEFT_WAITING = 0.05, 0.02
USUAL_DEDUCTIONS = 0.3


@dataclass(frozen=True)
class _Year:
    """One member's time in one calendar year, both days included."""

    member: int
    first: date
    last: date

    @property
    def part(self) -> float:
        """The share of the year that it covers."""
        return ((self.last - self.first).days + 1) / 365

    def within(self, fraction: float) -> date:
        """The day at a fraction of the calendar year."""
        return date(self.first.year, 1, 1) + timedelta(days=int(fraction * 364.99))


@dataclass
class _Book:
    """What making entries needs to know, and the rows made so far."""

    method: Method
    rules: list[PointsRule]
    street: Street
    people: People
    clock: Clock
    draws: Iterator[float]
    rows: list[Row]

    def write(self, year: _Year, rule: PointsRule | None, points: float, day: date) -> Row:
        """Append one entry; ``rule`` None is the opening entry of the year."""
        member = self.people.members[year.member]
        at = self.clock.office_moment(day, next(self.draws) * 2.5, next(self.draws))
        notes = NOTES[rule.kind] if rule else ("年初基础分",)
        waits = bool(rule and rule.needs_approval)
        row: Row = {
            "member_id": member["id"],
            "unit_id": member["unit_id"],
            "method_id": 1,
            "rule_key": rule.key if rule else "base",
            "rule_name": rule.name if rule else "基础分",
            "kind": rule.kind if rule else "base",
            "points": points,
            "happened_on": day,
            "note": notes[int(next(self.draws) * len(notes))],
            "reverses_id": None,
            "needs_approval": int(waits),
            "status": "pending" if waits else "approved",
            "recorded_at": at,
            "recorded_by": self.people.worker_of_member(self.street, year.member),
        }
        self.rows.append(row)
        return row


def make_points(
    rng: Generator, method: Method, street: Street, people: People, sizes: Sizes, clock: Clock
) -> tuple[list[Row], list[Verdict]]:
    """Ledger rows with ids in order of recording, and the decisions on them.

    The ledger begins on the first of January of the year the history begins in,
    so that every year in it is a whole cycle.
    """
    if method.points is None:
        return [], []
    book = _Book(method, method.points.rules, street, people, clock, endless(rng), [])
    years = _years(people, clock)
    base = np.array([_base_points(book, year) for year in years])
    quality = np.array([people.quality[year.member] for year in years])
    targets = year_targets(rng, method.points, quality, base)
    part = np.array([year.part for year in years])
    taken = [
        _deductions(book, year, b - t) for year, b, t in zip(years, base, targets, strict=True)
    ]
    goals = np.maximum(targets - base, 3.0) * part + np.array(taken)
    _gains(rng, book, years, goals, sizes.points_entries / max(1.0, float(part.sum())) * part)
    verdicts = _decide(rng, book)
    _reverse(rng, book)
    return _numbered(book.rows, verdicts)


def _years(people: People, clock: Clock) -> list[_Year]:
    """Every member's time in every calendar year of the ledger."""
    years = []
    for number, member in enumerate(people.members):
        for year in range(clock.first_day.year, clock.today.year + 1):
            first = max(date(year, 1, 1), member["joined_on"])
            last = min(date(year, 12, 31), clock.today, member["left_on"] or clock.today)
            if first <= last:
                years.append(_Year(number, first, last))
    return years


def _base_points(book: _Book, year: _Year) -> float:
    class_key = book.people.members[year.member]["class_key"]
    points = float(book.method.member_class(class_key).base_points or 0)
    book.write(year, None, points, year.first)
    return points


def _deductions(book: _Book, year: _Year, shortfall: float) -> float:
    """Entries that take points: a few by chance, more where the year ends below its base."""
    rules = [rule for rule in book.rules if rule.kind == "deduction"]
    chances = np.cumsum([1 / rule.points for rule in rules])
    given: dict[str, float] = defaultdict(float)
    sum_taken = 0.0
    wanted = max(0.0, shortfall + 4) * year.part
    for _ in range(40):
        if not rules or (sum_taken >= wanted and next(book.draws) > USUAL_DEDUCTIONS * year.part):
            break
        pick = int(np.searchsorted(chances, next(book.draws) * chances[-1]))
        points = _points_within(book, rules[min(pick, len(rules) - 1)], given)
        if points:
            span = (year.last - year.first).days + 1
            day = year.first + timedelta(days=int(next(book.draws) * span))
            book.write(year, rules[pick], -points, day)
            sum_taken += points
    return sum_taken


def _points_within(book: _Book, rule: PointsRule, given: dict[str, float]) -> float:
    """The usual points or others of the range, as far as the cap allows; 0 at the cap."""
    low, high = rule.allowed
    points = rule.points
    if high > low and next(book.draws) < UNUSUAL:
        points = low + 0.5 * int(next(book.draws) * ((high - low) * 2 + 1))
    room = float("inf") if rule.cycle_cap is None else rule.cycle_cap - given[rule.key]
    points = points if points <= room else low
    if points > room or points <= 0:
        return 0.0
    given[rule.key] += points
    return points


def _gains(rng: Generator, book: _Book, years: list[_Year], goals: Array, counts: Array) -> None:
    """Entries that give points, drawn from the slots until each year's goal is reached."""
    slots = Slots.of(book.rules)
    weight = slots.leaning(float(goals.sum() / max(1.0, counts.sum() - 1)))
    for number, year in enumerate(years):
        place = slots.low + rng.random(len(slots.low)) * (slots.high - slots.low)
        start = (year.first - date(year.first.year, 1, 1)).days / 365
        keys = rng.exponential(size=len(weight)) / weight
        keys[(place < start) | (place * 365 > (year.last.timetuple().tm_yday - 1))] = np.inf
        order = np.argsort(keys)
        order = order[np.isfinite(keys[order])]
        enough = int(np.searchsorted(np.cumsum(slots.points[order]), goals[number] + 0.25))
        given: dict[str, float] = defaultdict(float)
        for slot in order[: enough + 1 if enough == 0 else enough].tolist():
            rule = book.rules[int(slots.rule[slot])]
            points = _points_within(book, rule, given)
            if points:
                book.write(year, rule, points, year.within(float(place[slot])))


def _decide(rng: Generator, book: _Book) -> list[Verdict]:
    """Decisions on entries that need one; the youngest ones still wait."""
    verdicts = []
    for row in book.rows:
        if not row["needs_approval"]:
            continue
        lag, returned, waits = 1 + 8 * next(book.draws), next(book.draws), next(book.draws)
        at = book.clock.office_moment(row["happened_on"], lag + 2, next(book.draws))
        recent = row["recorded_at"] > book.clock.now - timedelta(days=120)
        if at >= book.clock.now or (recent and waits < LEFT_WAITING):
            continue
        row["status"] = "returned" if returned < RETURNED else "approved"
        at = max(at, row["recorded_at"] + timedelta(hours=1))
        if at < book.clock.now:
            by = book.people.reviewer(book.street, row["unit_id"])
            verdicts.append(Verdict("points_entry", row, row["status"], at, by))
        else:
            row["status"] = "pending"
    return verdicts


def _reverse(rng: Generator, book: _Book) -> None:
    """Counter-entries for a few entries made by mistake."""
    counted = [r for r in book.rows if r["kind"] != "base" and not r["needs_approval"]]
    count = max(1, round(len(counted) * MISTAKEN))
    for index in rng.choice(len(counted), min(count, len(counted)), replace=False).tolist():
        first = counted[index]
        at: datetime = first["recorded_at"] + timedelta(minutes=int(30 + 20_000 * next(book.draws)))
        if at < book.clock.now:
            changes = {"points": -first["points"], "reverses_id": first, "recorded_at": at}
            book.rows.append(first | changes | {"note": "重复录入，冲正"})


def _numbered(rows: list[Row], verdicts: list[Verdict]) -> tuple[list[Row], list[Verdict]]:
    """Ids in order of recording; counter-entries point at ids instead of rows."""
    rows.sort(key=itemgetter("recorded_at"))
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    for row in rows:
        if row["reverses_id"] is not None:
            row["reverses_id"] = row["reverses_id"]["id"]
    return rows, verdicts
