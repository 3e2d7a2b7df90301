"""Which rows every fact counts.

A figure, its trend and its rows are all cut by these same conditions, so they
cannot disagree.  Facts come in families: those that count rows of one table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from data.periods import local_date
from data.queries.gaps import answerable, counted_appeal, timed, untimed
from data.queries.methods import fetch_method_in_force
from data.schema import (
    appeal,
    building,
    member,
    points_entry,
    service_record,
    unit,
    visit,
    volunteer,
)
from data.scope import Scope
from data.settings import zone

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Fact:
    """One additive fact: the rows it counts, and the amount it sums (None: one a row)."""

    condition: Condition
    amount: ColumnElement[Any] | None = None

    @property
    def total(self) -> ColumnElement[Any]:
        """The fact as an aggregate expression; 0 where no row meets the condition."""
        if self.amount is None:
            return func.count().filter(self.condition)
        return func.coalesce(func.sum(self.amount).filter(self.condition), 0)


@dataclass(frozen=True)
class Family:
    """Facts about rows of one table.

    ``source`` holds the rows joined to their unit; rows that fail ``relevant``
    meet none of the conditions, so they need not be read.
    """

    name: str
    source: FromClause
    unit_id: ColumnElement[int]
    facts: dict[str, Fact]
    relevant: Condition


@dataclass(frozen=True)
class View:
    """A scope and the level of the tree that counts as grids (None: no method yet)."""

    scope: Scope
    grid_level: str | None = None


def view_of(connection: Connection, scope: Scope) -> View:
    """The scope with the grid level of the method in force now."""
    try:
        method = fetch_method_in_force(connection, local_date(scope.now, zone())).method
    except LookupError:
        return View(scope)
    return View(scope, method.grid_level)


def happened(column: ColumnElement[Any], scope: Scope) -> Condition:
    """The moment lies before the one that the scope is judged at.

    A period's end belongs to the next period, but what happens now has happened.
    """
    return column < scope.end if scope.end <= scope.now else column <= scope.now


def in_period(column: ColumnElement[Any], scope: Scope) -> Condition:
    """The moment lies in the scope's period, as far as it has run."""
    return and_(column >= scope.start, happened(column, scope))


def last_day(scope: Scope) -> date:
    """The last local day of the period that has begun."""
    ended = scope.end <= scope.now
    return local_date(scope.end - timedelta(microseconds=1) if ended else scope.now, zone())


def present(table: Any, scope: Scope) -> Condition:
    """Members or volunteers who had joined and not left on the scope's last day."""
    day = last_day(scope)
    return and_(table.c.joined_on <= day, or_(table.c.left_on.is_(None), table.c.left_on > day))


def received_in_period(scope: Scope) -> Condition:
    """Appeals received in the period."""
    return and_(counted_appeal(), in_period(appeal.c.received_at, scope))


def open_at(scope: Scope) -> Condition:
    """Appeals received and not closed (or rejected) at the scope's moment."""
    closed = happened(appeal.c.closed_at, scope)
    still = or_(appeal.c.closed_at.is_(None), ~closed)
    return and_(counted_appeal(), happened(appeal.c.received_at, scope), still)


def is_red(scope: Scope) -> Condition:
    """Open appeals past their limit."""
    return and_(open_at(scope), appeal.c.due_at < scope.until)


def is_yellow(scope: Scope) -> Condition:
    """Open appeals past the warning but not past their limit."""
    due = appeal.c.due_at >= scope.until
    return and_(open_at(scope), due, appeal.c.yellow_at <= scope.until)


def closed_in_period(scope: Scope) -> Condition:
    """Appeals closed in the period; rejected ones are not among them."""
    return and_(appeal.c.state_type == "closed", in_period(appeal.c.closed_at, scope))


def rejected_in_period(scope: Scope) -> Condition:
    """Appeals that the period turned away."""
    return and_(appeal.c.state_type == "rejected", in_period(appeal.c.closed_at, scope))


def judged(scope: Scope) -> Condition:
    """What on-time closure is judged over: closed in the period, or open and overdue."""
    return or_(closed_in_period(scope), and_(is_red(scope), timed()))


def _on_unit(table: Any) -> FromClause:
    return table.join(unit, unit.c.id == table.c.unit_id)


def _appeals(view: View) -> Family:
    scope, closed = view.scope, closed_in_period(view.scope)
    received = received_in_period(scope)
    asked = and_(closed, appeal.c.resolved.is_not(None))
    rated = and_(closed, appeal.c.rating.is_not(None))
    conditions = {
        "received_appeals": received,
        "responded_appeals": and_(received, happened(appeal.c.responded_at, scope)),
        "answerable_appeals": and_(received, answerable()),
        "unanswerable_appeals": and_(received, ~answerable()),
        "closed_appeals": closed,
        "rejected_appeals": rejected_in_period(scope),
        "open_appeals": open_at(scope),
        "yellow_appeals": is_yellow(scope),
        "red_appeals": is_red(scope),
        "judged_appeals": judged(scope),
        "untimed_appeals": untimed(received, is_red(scope)),
        "on_time_appeals": and_(closed, appeal.c.closed_at <= appeal.c.due_at),
        "asked_appeals": asked,
        "resolved_appeals": and_(asked, appeal.c.resolved == 1),
        "rated_appeals": rated,
        "satisfied_appeals": and_(rated, appeal.c.rating >= 4),
    }
    facts = {name: Fact(condition) for name, condition in conditions.items()}
    return Family("appeal", _on_unit(appeal), appeal.c.unit_id, facts, relevant_appeals(scope))


def relevant_appeals(scope: Scope) -> Condition:
    """Appeals that touch the period at all: received by its end, not closed before its start."""
    still = or_(appeal.c.closed_at.is_(None), appeal.c.closed_at >= scope.start)
    return and_(counted_appeal(), happened(appeal.c.received_at, scope), still)


def approved_points(first: date, last: date) -> Condition:
    """Approved ledger entries of the days ``first`` to ``last``, both included."""
    days = points_entry.c.happened_on.between(first, last)
    return and_(points_entry.c.status == "approved", days)


def points_in_year(scope: Scope) -> Condition:
    """Approved ledger entries of the calendar year of the scope's last day, up to that day."""
    day = last_day(scope)
    return approved_points(date(day.year, 1, 1), day)


def _members(view: View) -> Family:
    scope = view.scope
    points = (
        select(func.coalesce(func.sum(points_entry.c.points), 0.0))
        .where(points_entry.c.member_id == member.c.id, points_in_year(scope))
        .scalar_subquery()
    )
    here = present(member, scope)
    facts = {"members": Fact(here), "member_points": Fact(here, points)}
    return Family("member", _on_unit(member), member.c.unit_id, facts, here)


APPROVED = service_record.c.status == "approved"


def approved_minutes() -> ColumnElement[Any]:
    """Sum of approved service minutes; a reversal is a record too, with minutes below zero.

    The status is a filter of the sum and not of the rows: nearly every row is
    approved, and an index on a status that nearly every row has is a slow way in.
    """
    return func.coalesce(func.sum(service_record.c.minutes).filter(APPROVED), 0)


def approved_services() -> ColumnElement[Any]:
    """Number of approved services; a reversal takes one off."""
    one = case((service_record.c.reverses_id.is_(None), 1), else_=-1)
    return func.coalesce(func.sum(one).filter(APPROVED), 0)


def _volunteers(view: View) -> Family:
    scope = view.scope
    served = (
        select(service_record.c.volunteer_id, approved_minutes().label("minutes"))
        .where(in_period(service_record.c.started_at, scope))
        .group_by(service_record.c.volunteer_id)
        .subquery("served")
    )
    minutes = func.coalesce(served.c.minutes, 0)
    here = present(volunteer, scope)
    facts = {
        "volunteers": Fact(here),
        "active_volunteers": Fact(and_(here, minutes > 0)),
        "volunteer_minutes": Fact(and_(here, minutes != 0), minutes),
    }
    source = _on_unit(volunteer).outerjoin(served, served.c.volunteer_id == volunteer.c.id)
    return Family("volunteer", source, volunteer.c.unit_id, facts, here)


def _services(view: View) -> Family:
    started = in_period(service_record.c.started_at, view.scope)
    facts = {"service_minutes": Fact(and_(started, APPROVED), service_record.c.minutes)}
    return Family("service", _on_unit(service_record), service_record.c.unit_id, facts, started)


def _visits(view: View) -> Family:
    reversal = visit.alias("reversal")
    undone = exists().where(reversal.c.reverses_id == visit.c.id)
    made = in_period(visit.c.visited_at, view.scope)
    facts = {"visits": Fact(and_(made, visit.c.reverses_id.is_(None), ~undone))}
    return Family("visit", _on_unit(visit), visit.c.unit_id, facts, made)


def _buildings(view: View) -> Family:
    facts = {"buildings": Fact(true())}
    return Family("building", _on_unit(building), building.c.unit_id, facts, true())


def _grids(view: View) -> Family:
    is_grid = unit.c.level == view.grid_level if view.grid_level else false()
    return Family("unit", unit, unit.c.id, {"grids": Fact(is_grid)}, is_grid)


FAMILIES: tuple[Callable[[View], Family], ...] = (
    _grids,
    _buildings,
    _members,
    _volunteers,
    _services,
    _visits,
    _appeals,
)

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_ANY_VIEW = View(Scope("/", _ANY_MOMENT, _ANY_MOMENT, _ANY_MOMENT))
_BUILDERS = {name: build for build in FAMILIES for name in build(_ANY_VIEW).facts}


def family_of(fact: str, view: View) -> Family:
    """The family that holds ``fact``; KeyError for an unknown fact."""
    return _BUILDERS[fact](view)
