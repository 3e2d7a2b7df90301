"""Which rows a rule of data.quality may find: worked out in the database, a few too many at most.

The rules themselves speak of local days and of words; SQL knows neither, so it only narrows
the rows down to those near enough to others, and the rule decides about what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from string import whitespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from data.imported import SURFACE
from data.periods import local_date, midnight
from data.quality import ALIKE_FROM, AT_ONCE, AT_ONCE_WITHIN, LATE, ROUND_FROM
from data.queries.counting import in_period
from data.queries.seconds import seconds_of
from data.schema import appeal, appeal_event
from data.scope import Scope
from data.settings import zone

Condition = ColumnElement[bool]

DAY = 24 * 3600
SLACK = 3600  # a local day may be an hour longer or shorter where clocks change
# everything that str.split takes for a gap between words
BLANKS = whitespace + "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
BLANKS += "".join(map(chr, range(0x2000, 0x200B)))


def maybe_late(table: Table, happened: str, scope: Scope) -> Condition:
    """Recorded about ``LATE`` days after what happened (the name of a column), or later."""
    row = table.alias("maybe_late").c
    gap = seconds_of(row.recorded_at) - seconds_of(row[happened])
    # what is entered as it happens, which is most, is told by comparing alone
    before = row[happened] < row.recorded_at
    entered = and_(in_period(row.recorded_at, scope), row.surface != SURFACE)
    late = and_(entered, before, gap > (LATE - 1) * DAY - SLACK)
    # apart from the rest: one look through the table, and its joins only for what is left
    return table.c.id.in_(select(row.id).where(late))


def maybe_at_once(scope: Scope) -> Condition:
    """Steps at the closing time of an appeal with ``AT_ONCE`` such of the same person nearby."""
    event, within = appeal_event, int(AT_ONCE_WITHIN.total_seconds())
    near = _near(event, within).label("near")
    closings = (
        select(event.c.id, near)
        .join(appeal, appeal.c.id == event.c.appeal_id)
        .where(appeal.c.state_type == "closed", event.c.happened_at == appeal.c.closed_at)
        .where(in_period(event.c.recorded_at, scope), event.c.surface != SURFACE)
        .subquery("closings")
    )
    return event.c.id.in_(select(closings.c.id).where(closings.c.near >= AT_ONCE))


def maybe_alike(table: Table, text_column: str, scope: Scope) -> Condition:
    """Texts with ``ALIKE_FROM`` of the same person and about a day that begin alike."""
    text = table.c[text_column]
    first = func.substr(func.ltrim(text, literal(BLANKS)), 1, 1)
    rows = (
        select(table.c.id, _near(table, DAY + SLACK, first).label("near"))
        .where(in_period(table.c.recorded_at, scope), table.c.surface != SURFACE, text != "")
        .subquery("texts")
    )
    return table.c.id.in_(select(rows.c.id).where(rows.c.near >= ALIKE_FROM))


def maybe_round(
    connection: Connection, table: Table, standing: Select[Any], scope: Scope
) -> Condition | None:
    """Every row of people with enough in a local month of ``standing``, all of whole hours.

    ``standing`` has the columns who, account_id, recorded_at and minutes.  Mostly there is
    nobody, which spares a second look through the table.
    """
    c = standing.subquery("standing").c
    whose = _whose(c.account_id, c.who)
    months = (
        select(*whose)
        .group_by(*whose, _month(c.recorded_at, scope))
        .having(func.count() >= ROUND_FROM, func.max(c.minutes % 60) == 0)
    )
    people = connection.execute(months).all()
    if not people:
        return None
    account, name = table.c.recorded_by_account, table.c.recorded_by
    names = [named for number, named in people if number is None]
    by_name = and_(account.is_(None), name.in_(names))
    return or_(account.in_([number for number, _ in people if number is not None]), by_name)


def _near(table: Table, seconds: int, *alike: ColumnElement[Any]) -> ColumnElement[int]:
    """How many rows like this one the same person recorded so many seconds around it."""
    return func.count().over(
        partition_by=[*_whose(table.c.recorded_by_account, table.c.recorded_by), *alike],
        order_by=seconds_of(table.c.recorded_at),
        range_=(-seconds - 1, seconds + 1),
    )


def _whose(account: ColumnElement[Any], name: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The recorder's account, or the name where there is none, as the rules tell them apart."""
    return [account, case((account.is_(None), name), else_="")]


def _month(recorded: ColumnElement[Any], scope: Scope) -> ColumnElement[Any]:
    """The number of the local month within the scope; a single one needs no telling."""
    begins = list(_months(scope))
    steps = [(recorded < begin, number) for number, begin in enumerate(begins)]
    return case(*steps, else_=len(begins)) if steps else literal(0)


def _months(scope: Scope) -> Iterator[datetime]:
    """Where local months begin inside the scope."""
    day = local_date(scope.start, zone())
    while True:
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        begin = midnight(day, zone())
        if begin > scope.until:
            return
        yield begin
