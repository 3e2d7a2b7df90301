"""Double entry of the time bank: accounts, and transfers whose postings sum to zero."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data.errors import RuleError
from data.method import Method
from data.schema import time_account, time_posting, time_transfer
from data.seals import append_sealed


def account_id(connection: Connection, kind: str, volunteer_id: int | None = None) -> int:
    """A volunteer's account, or the one ``issue`` or ``goods`` account; opened on first use."""
    table = time_account.c
    found = connection.scalar(
        select(table.id).where(table.kind == kind, table.volunteer_id == volunteer_id)
    )
    if found is not None:
        return found
    opened = insert(time_account).returning(table.id)
    row = {"kind": kind, "volunteer_id": volunteer_id, "balance": 0}
    return connection.execute(opened, row).scalar_one()


def balance_of(connection: Connection, account: int) -> int:
    """Points on an account."""
    table = time_account.c
    return connection.execute(select(table.balance).where(table.id == account)).scalar_one()


def transfer(
    connection: Connection, kind: str, giver: int, taker: int, points: int, entry: dict[str, Any]
) -> int:
    """Move points from one account to another and return the transfer's id.

    ``entry`` holds the other columns of the transfer: when, who recorded it, a note.
    """
    row = {"note": "", "service_record_id": None} | entry | {"kind": kind}
    new_id = insert(time_transfer).returning(time_transfer.c.id)
    transfer_id = connection.execute(new_id, row).scalar_one()
    for account, change in ((giver, -points), (taker, points)):
        posting = {"time_transfer_id": transfer_id, "time_account_id": account, "points": change}
        append_sealed(connection, time_posting, [posting])
        table = time_account.c
        moved = update(time_account).values(balance=table.balance + change)
        connection.execute(moved.where(table.id == account))
    return transfer_id


def earn(connection: Connection, record: Row[Any], method: Method, signed: dict[str, Any]) -> None:
    """Issue the points that an approved service record earns, whole points only."""
    if method.time_bank is None:
        return
    points = record.minutes * method.time_bank.points_per_hour // 60
    if points <= 0:
        return
    issue = account_id(connection, "issue")
    account = account_id(connection, "volunteer", record.volunteer_id)
    entry = _following(signed) | {"service_record_id": record.id}
    transfer(connection, "earn", issue, account, points, entry)


def take_back(
    connection: Connection, record: Row[Any], counter_id: int, signed: dict[str, Any], note: str
) -> None:
    """Return to the issuer what a service record earned; RuleError when it is spent already."""
    account = account_id(connection, "volunteer", record.volunteer_id)
    points = _earned(connection, record.id, account)
    if not points:
        return
    held = balance_of(connection, account)
    if held < points:
        raise RuleError(
            f"这次服务得到的 {points} 个时间银行积分已经用掉，账上只剩 {held} 个，不能冲正；"
            "请先补足积分再冲正",
            "服务记录",
        )
    entry = _following(signed) | {"service_record_id": counter_id, "note": note}
    transfer(connection, "reverse", account, account_id(connection, "issue"), points, entry)


def _following(signed: dict[str, Any]) -> dict[str, Any]:
    """The stamp of a transfer that follows from another row, which holds the request id."""
    return signed | {"request_id": None, "happened_at": signed["recorded_at"]}


def _earned(connection: Connection, record_id: int, account: int) -> int:
    points = (
        select(time_posting.c.points)
        .join(time_transfer, time_transfer.c.id == time_posting.c.time_transfer_id)
        .where(
            time_transfer.c.service_record_id == record_id,
            time_posting.c.time_account_id == account,
        )
    )
    return connection.scalar(points) or 0
