"""Mistakes mended by a counter-entry with a reason: what was entered stays, and who undid it.

Points and hours have theirs in :mod:`data.writes.points` and :mod:`data.writes.service`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.schema import (
    activity,
    activity_signin,
    checkup_part,
    indicator_report,
    time_account,
    time_posting,
    time_transfer,
    visit,
)
from data.seals import append_sealed
from data.writes.accounts import account_id, transfer
from data.writes.checkup_parts import dissolve
from data.writes.places import row_place, volunteer_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import NOTE_LENGTH, clean_text, need_row, stamp


@dataclass(frozen=True)
class Correction:
    """A counter-entry and the row that it takes back."""

    id: int
    reverses_id: int


def reverse_visit(
    engines: Engines,
    *,
    visit_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> Correction:
    """Take back a visit; an appeal that came of it stays."""
    act = Act("reverse_visit", actor, at, request_id)
    kept = ("unit_id", "person_id", "rule_key", "visited_at", "appeal_id")

    def counter(row: Row[Any], why: str) -> dict[str, Any]:
        return _same(row, kept) | {"finding": why}

    return _reverse(engines, act, visit, visit_id, "走访记录", reason, counter)


def reverse_indicator(
    engines: Engines,
    *,
    report_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> Correction:
    """Take back a reported value, so that the period can be reported again."""
    act = Act("reverse_indicator", actor, at, request_id)
    kept = ("unit_id", "method_id", "indicator_key", "indicator_name", "measure", "period")

    def counter(row: Row[Any], why: str) -> dict[str, Any]:
        # 0 minus it: a value of zero must not become minus zero
        return _same(row, kept) | {"value": 0 - row.value, "note": why}

    return _reverse(engines, act, indicator_report, report_id, "指标上报", reason, counter)


def reverse_signin(
    engines: Engines,
    *,
    signin_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> Correction:
    """Take back a sign-in; the same person may sign in again."""
    act = Act("reverse_signin", actor, at, request_id)
    kept = ("activity_id", "member_id", "volunteer_id", "signed_at")

    def counter(row: Row[Any], why: str) -> dict[str, Any]:
        return _same(row, kept) | {"note": why}

    def place(connection: Connection) -> Place:
        row = need_row(connection, activity_signin, signin_id, "签到记录")
        here = row_place(connection, activity, row.activity_id, "活动")
        return Place(here.path, row.recorded_by_account)

    return _reverse(
        engines, act, activity_signin, signin_id, "签到记录", reason, counter, place=place
    )


def reverse_checkup_part(
    engines: Engines,
    *,
    part_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> Correction:
    """Take back one part of a check-up; the check-up that it helped to make goes with it."""
    act = Act("reverse_checkup_part", actor, at, request_id)
    kept = ("member_id", "unit_id", "quarter", "part", "checked_on")
    before: dict[str, Any] = {}

    def counter(row: Row[Any], why: str) -> dict[str, Any]:
        return _same(row, kept) | {"score": 0 - row.score, "note": why}

    def first(connection: Connection, row: Row[Any]) -> None:
        before.update(dissolve(connection, row))

    return _reverse(
        engines, act, checkup_part, part_id, "体检记录", reason, counter, first=first, before=before
    )


def reverse_spend(
    engines: Engines,
    *,
    transfer_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> Correction:
    """Take back a spending of the time bank: the points return to whoever spent them."""
    act = Act("reverse_spend", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    note = clean_text("冲正原因", reason, NOTE_LENGTH, lines=True)

    def where(connection: Connection) -> list[Place]:
        return [volunteer_place(connection, _spending(connection, transfer_id)[1])]

    def work(connection: Connection) -> list[int]:
        spent = _need_unreversed(connection, time_transfer, transfer_id, "兑换记录")
        points, spender = _spending(connection, transfer_id)
        goods = account_id(connection, "goods")
        mine = account_id(connection, "volunteer", spender)
        entry = signed | {"happened_at": at, "note": note, "reverses_id": spent.id}
        return [transfer(connection, "refund", goods, mine, points, entry)]

    return write_once(engines, time_transfer, act, where, work, _corrected(time_transfer))


def _spending(connection: Connection, transfer_id: int) -> tuple[int, int]:
    """Points and volunteer of a spending; RuleError for any other kind of transfer."""
    row = need_row(connection, time_transfer, transfer_id, "兑换记录")
    if row.kind != "spend":
        raise RuleError("这不是一条兑换记录，不能在这里冲正", "兑换记录")
    account, posting = time_account.c, time_posting.c
    spent = select(-posting.points, account.volunteer_id).join(
        time_account, account.id == posting.time_account_id
    )
    mine = spent.where(posting.time_transfer_id == transfer_id, posting.points < 0)
    points, volunteer_id = connection.execute(mine).one()
    return points, volunteer_id


def _reverse(
    engines: Engines,
    act: Act,
    table: Table,
    row_id: int,
    label: str,
    reason: str,
    counter: Callable[[Row[Any], str], dict[str, Any]],
    *,
    place: Callable[[Connection], Place] | None = None,
    first: Callable[[Connection, Row[Any]], None] | None = None,
    before: dict[str, Any] | None = None,
) -> Correction:
    """Append ``counter(row, reason)`` to the row's own ledger, once."""
    signed = stamp(act.at, act.actor, act.request_id)
    why = clean_text("冲正原因", reason, NOTE_LENGTH, lines=True)

    def where(connection: Connection) -> list[Place]:
        return [place(connection) if place else row_place(connection, table, row_id, label)]

    def work(connection: Connection) -> list[int]:
        row = _need_unreversed(connection, table, row_id, label)
        if first is not None:
            first(connection, row)
        undone = counter(row, why) | signed | {"reverses_id": row.id}
        return append_sealed(connection, table, [undone])

    return write_once(engines, table, act, where, work, _corrected(table), before)


def _same(row: Row[Any], kept: tuple[str, ...]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in kept}


def _need_unreversed(connection: Connection, table: Table, row_id: int, label: str) -> Row[Any]:
    row = need_row(connection, table, row_id, label)
    if row.reverses_id is not None:
        raise RuleError(f"这条{label}本身是冲正，不能再冲正，请重新记一条", label)
    counter = select(table.c.id).where(table.c.reverses_id == row_id)
    if connection.execute(counter).first() is not None:
        raise RuleError(f"这条{label}已经冲正过，不能再冲正一次", label)
    return row


def _corrected(table: Table) -> Callable[[Connection, list[int]], Correction]:
    def result(connection: Connection, ids: list[int]) -> Correction:
        row = connection.execute(
            select(table.c.id, table.c.reverses_id).where(table.c.id == ids[0])
        ).one()
        return Correction(row.id, row.reverses_id)

    return result
