"""What `check` verifies about visits, activities, indicators, parts of check-ups and refunds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from data.imported import IMPORTING
from data.periods import MINUTE
from data.schema import (
    activity_signin,
    appeal,
    appeal_event,
    checkup,
    checkup_part,
    indicator_report,
    time_posting,
    time_transfer,
    visit,
)

Fault = tuple[str, int, str]  # table, row, what is wrong with it

PARTS = ("self", "democratic", "organisation")
# what a counter-entry has in common with its row, and what it carries with the other sign
PAIRS: tuple[tuple[Table, tuple[str, ...], str | None], ...] = (
    (visit, ("unit_id", "visited_at"), None),
    (activity_signin, ("activity_id", "member_id", "volunteer_id"), None),
    (indicator_report, ("unit_id", "indicator_key", "period"), "value"),
    (checkup_part, ("member_id", "quarter", "part"), "score"),
)
# what there is at most one of at any time
ONCE: tuple[tuple[Table, tuple[str, ...], str], ...] = (
    (indicator_report, ("unit_id", "indicator_key", "period"), "同一单位同一周期的指标报了两次"),
    (activity_signin, ("activity_id", "member_id", "volunteer_id"), "同一个人在同一活动签到两次"),
    (checkup_part, ("member_id", "quarter", "part"), "同一季度同一部分的体检记了两次"),
)


def entry_faults(connection: Connection) -> Iterator[Fault]:
    """Every fault found, table by table."""
    for table, kept, amount in PAIRS:
        yield from _uneven(connection, table, kept, amount)
    for table, names, message in ONCE:
        yield from _twice(connection, table, names, message)
    yield from _persons(connection)
    yield from _checkups(connection)
    yield from _refunds(connection)
    yield from _origins(connection)
    yield from _imports(connection)


def _uneven(
    connection: Connection, table: Table, kept: tuple[str, ...], amount: str | None
) -> Iterator[Fault]:
    first = table.alias()
    odd = [table.c[name].is_distinct_from(first.c[name]) for name in kept]
    odd.append(first.c.reverses_id.is_not(None))
    if amount is not None:
        odd.append(table.c[amount] != -first.c[amount])
    pairs = select(table.c.id).join(first, first.c.id == table.c.reverses_id)
    for row in connection.execute(pairs.where(or_(*odd)).order_by(table.c.id)):
        yield table.name, row.id, "冲正与被冲正的记录不相抵"


def _standing(table: Table) -> tuple[Any, ColumnElement[bool]]:
    """The rows that were not taken back: what to select from, and the condition."""
    undo = table.alias("undo")
    source = table.outerjoin(undo, undo.c.reverses_id == table.c.id)
    return source, and_(table.c.reverses_id.is_(None), undo.c.id.is_(None))


def _twice(
    connection: Connection, table: Table, names: tuple[str, ...], message: str
) -> Iterator[Fault]:
    source, stands = _standing(table)
    last = select(func.max(table.c.id).label("id")).select_from(source).where(stands)
    doubled = last.group_by(*(table.c[name] for name in names)).having(func.count() > 1)
    for row in connection.execute(doubled):
        yield table.name, row.id, message


def _persons(connection: Connection) -> Iterator[Fault]:
    member_id, volunteer_id = activity_signin.c.member_id, activity_signin.c.volunteer_id
    both = and_(member_id.is_not(None), volunteer_id.is_not(None))
    neither = and_(member_id.is_(None), volunteer_id.is_(None))
    for row in connection.execute(select(activity_signin.c.id).where(or_(both, neither))):
        yield activity_signin.name, row.id, "签到须恰好记一位党员或志愿者"


def _checkups(connection: Connection) -> Iterator[Fault]:
    """Three standing parts make a check-up with their scores."""
    source, stands = _standing(checkup_part)
    c = checkup_part.c
    rows = select(c.id, c.member_id, c.quarter, c.part, c.score).select_from(source).where(stands)
    parts: dict[tuple[int, str], dict[str, Any]] = {}
    for row in connection.execute(rows.order_by(c.id)):
        parts.setdefault((row.member_id, row.quarter), {})[row.part] = row
    scores = (checkup.c[f"{part}_score"] for part in PARTS)
    made = connection.execute(select(checkup.c.member_id, checkup.c.quarter, *scores))
    held = {(row.member_id, row.quarter): tuple(row)[2:] for row in made}
    for key, mine in parts.items():
        if set(mine) == set(PARTS) and held.get(key) != tuple(mine[p].score for p in PARTS):
            newest = max(row.id for row in mine.values())
            yield checkup_part.name, newest, f"{key[1]} 三个部分已记全，与体检总评不符或没有总评"


def _refunds(connection: Connection) -> Iterator[Fault]:
    """A refund takes back a spending of as many points, from and to the same accounts."""
    spent, refund = time_transfer.alias("spent"), time_transfer.c
    theirs = time_posting.alias("theirs")
    offset = (
        select(func.count())
        .select_from(time_posting)
        .join(theirs, theirs.c.time_account_id == time_posting.c.time_account_id)
        .where(time_posting.c.time_transfer_id == refund.id)
        .where(theirs.c.time_transfer_id == refund.reverses_id)
        .where(theirs.c.points == -time_posting.c.points)
        .scalar_subquery()
    )
    pairs = select(refund.id).outerjoin(spent, spent.c.id == refund.reverses_id)
    odd = or_(spent.c.kind.is_distinct_from("spend"), offset != 2)
    for row in connection.execute(pairs.where(refund.reverses_id.is_not(None), odd)):
        yield time_transfer.name, row.id, "兑换冲正与被冲正的兑换不相抵"


def _origins(connection: Connection) -> Iterator[Fault]:
    """An appeal's registration, and nothing else, may name a visit: one of its unit, before it."""
    event, earlier = appeal_event, appeal_event.alias("earlier")
    first = select(func.min(earlier.c.id)).where(earlier.c.appeal_id == event.c.appeal_id)
    rows = select(
        event.c.id,
        and_(
            visit.c.reverses_id.is_(None),
            visit.c.unit_id == appeal.c.unit_id,
            event.c.id == first.scalar_subquery(),
        ).label("fits"),
        visit.c.visited_at,
        appeal.c.received_at,
    )
    linked = rows.select_from(event.join(appeal, appeal.c.id == event.c.appeal_id))
    linked = linked.outerjoin(visit, visit.c.id == event.c.visit_id)
    linked = linked.where(event.c.visit_id.is_not(None)).order_by(event.c.id)
    for row in connection.execute(linked):
        missing = row.visited_at is None
        if missing or not row.fits or row.received_at + MINUTE <= row.visited_at:
            yield event.name, row.id, "诉求与它所来自的走访不相符，或没有这次走访"


def _imports(connection: Connection) -> Iterator[Fault]:
    """What an import tells of a case comes before everything done about it here."""
    step, done = appeal_event.alias("step"), appeal_event.c
    earlier = select(step.c.id).where(
        step.c.appeal_id == done.appeal_id,
        step.c.id < done.id,
        step.c.kind.not_in(IMPORTING),
    )
    told = select(done.id).where(done.kind.in_(IMPORTING), earlier.exists())
    for row in connection.execute(told.order_by(done.id)):
        yield appeal_event.name, row.id, "这条导入的记录之前已有系统里的办理"
