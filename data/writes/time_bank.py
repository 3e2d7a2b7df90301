"""The time bank: spending points on goods and giving them to another volunteer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Goods, Method
from data.periods import local_date
from data.schema import time_account, time_posting, time_transfer, volunteer
from data.settings import zone
from data.writes.accounts import account_id, balance_of, transfer
from data.writes.places import volunteer_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import (
    NOTE_LENGTH,
    clean_number,
    clean_text,
    need_method,
    need_present,
    need_row,
    stamp,
)

MOST_POINTS = 100_000


@dataclass(frozen=True)
class RecordedTransfer:
    """A transfer: its kind, the points that left the giver and what the giver has left."""

    id: int
    kind: str
    points: int
    balance: int


def spend_points(
    engines: Engines,
    *,
    volunteer_id: int,
    goods_key: str,
    quantity: int = 1,
    note: str = "",
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedTransfer:
    """Spend a volunteer's points on goods of the method's time bank."""
    act = Act("spend_points", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_number("数量", quantity, 1, 1000)
    remark = clean_text("说明", note, NOTE_LENGTH, required=False, lines=True)

    def where(connection: Connection) -> list[Place]:
        return [volunteer_place(connection, volunteer_id)]

    def work(connection: Connection) -> list[int]:
        giver = _need_volunteer(connection, volunteer_id, at, "志愿者")
        goods = _need_goods(_time_bank_method(connection, at), goods_key)
        points = goods.points * quantity
        account = _need_balance(connection, giver, points)
        text = f"{goods.name} × {quantity}" + (f"：{remark}" if remark else "")
        taker = account_id(connection, "goods")
        entry = {"happened_at": at, "note": text} | signed
        return [transfer(connection, "spend", account, taker, points, entry)]

    return write_once(engines, time_transfer, act, where, work, _recorded)


def give_points(
    engines: Engines,
    *,
    from_volunteer_id: int,
    to_volunteer_id: int,
    points: int,
    note: str = "",
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedTransfer:
    """Give points from one volunteer's account to another's."""
    act = Act("give_points", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_number("积分", points, 1, MOST_POINTS)
    remark = clean_text("说明", note, NOTE_LENGTH, required=False, lines=True)
    if from_volunteer_id == to_volunteer_id:
        raise RuleError("不能转赠给自己，请选另一位志愿者", "受赠志愿者")

    def where(connection: Connection) -> list[Place]:
        return [volunteer_place(connection, from_volunteer_id)]

    def work(connection: Connection) -> list[int]:
        _time_bank_method(connection, at)
        giver = _need_volunteer(connection, from_volunteer_id, at, "志愿者")
        _need_volunteer(connection, to_volunteer_id, at, "受赠志愿者")
        account = _need_balance(connection, giver, points)
        taker = account_id(connection, "volunteer", to_volunteer_id)
        entry = {"happened_at": at, "note": remark} | signed
        return [transfer(connection, "give", account, taker, points, entry)]

    return write_once(engines, time_transfer, act, where, work, _recorded)


def _time_bank_method(connection: Connection, at: datetime) -> Method:
    method = need_method(connection, local_date(at, zone()), "日期").method
    if method.time_bank is None:
        raise RuleError(f"“{method.name}” 没有时间银行，不能使用积分", "时间银行")
    return method


def _need_volunteer(
    connection: Connection, volunteer_id: int, at: datetime, label: str
) -> Row[Any]:
    row = need_row(connection, volunteer, volunteer_id, label)
    need_present(row, local_date(at, zone()), "志愿者", label)
    return row


def _need_goods(method: Method, goods_key: str) -> Goods:
    for goods in method.time_bank.goods if method.time_bank else []:
        if goods.key == goods_key:
            return goods
    raise RuleError("没有所选的兑换项目，请从列表里选择", "兑换项目")


def _need_balance(connection: Connection, giver: Row[Any], points: int) -> int:
    """The giver's account; RuleError when it holds less than ``points``."""
    account = account_id(connection, "volunteer", giver.id)
    held = balance_of(connection, account)
    if held < points:
        raise RuleError(
            f"志愿者 {giver.code} 账上有 {held} 个积分，不够 {points} 个，请减少数量", "积分"
        )
    return account


def _recorded(connection: Connection, ids: list[int]) -> RecordedTransfer:
    """The transfer as its giver sees it."""
    posting, account = time_posting.c, time_account.c
    query = (
        select(time_transfer.c.id, time_transfer.c.kind, -posting.points, account.balance)
        .join(time_posting, posting.time_transfer_id == time_transfer.c.id)
        .join(time_account, account.id == posting.time_account_id)
        .where(time_transfer.c.id == ids[0], posting.points < 0)
    )
    return RecordedTransfer(*connection.execute(query).one())
