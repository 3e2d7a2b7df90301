"""Many earnings of the time bank at once, in double entry, and their taking back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from data.errors import RuleError
from data.importing.bulk import insert_many
from data.importing.facts import in_parts
from data.importing.undoing import FIELD, Undoing
from data.schema import service_record, time_account, time_posting, time_transfer, volunteer
from data.writes.accounts import account_id

Earned = tuple[int, int, int]  # service record, volunteer, points


def earn_many(connection: Connection, earned: Sequence[Earned], signed: dict[str, Any]) -> None:
    """Issue what approved service records earn, each as a transfer of its own."""
    if not earned:
        return
    issue = account_id(connection, "issue")
    accounts = _accounts(connection, {who for _, who, _ in earned})
    moves = [(record, issue, accounts[who], points) for record, who, points in earned]
    _transfer(connection, "earn", moves, signed)


def take_back_many(connection: Connection, counters: Sequence[int], undoing: Undoing) -> None:
    """Return what the records had earned that these counter-entries take back.

    RuleError that names the volunteers who have spent it already.
    """
    found = list(in_parts(connection, counters, _earnings))
    owed = Counter[int]()
    for row in found:
        owed[row.time_account_id] += row.points
    short = _short(connection, owed)
    if short:
        names = "、".join(short[:5])
        raise RuleError(
            f"不能撤销这次导入：{len(short)} 位志愿者（{names}）已用掉这些服务得到的时间银行积分，"
            "请先补足积分",
            FIELD,
        )
    if not found:
        return
    issue = account_id(connection, "issue")
    moves = [(row.counter_id, row.time_account_id, issue, row.points) for row in found]
    _transfer(connection, "reverse", moves, undoing.signed | {"note": undoing.note})


def _earnings(part: list[int]) -> Select[Any]:
    """What the records earned that these counter-entries take back: to whom, and how much."""
    posting, transfer, account = time_posting.c, time_transfer.c, time_account.c
    query = select(service_record.c.id.label("counter_id"), posting.time_account_id, posting.points)
    return (
        query.join(time_transfer, transfer.service_record_id == service_record.c.reverses_id)
        .join(time_posting, posting.time_transfer_id == transfer.id)
        .join(time_account, account.id == posting.time_account_id)
        .where(service_record.c.id.in_(part), account.kind == "volunteer")
        .order_by(service_record.c.id)
    )


def _short(connection: Connection, owed: Counter[int]) -> list[str]:
    """Codes of the volunteers who hold less than they owe."""

    def query(part: list[int]) -> Select[Any]:
        account = time_account.c
        held = select(account.id, account.balance, volunteer.c.code)
        joined = held.join(volunteer, volunteer.c.id == account.volunteer_id)
        return joined.where(account.id.in_(part)).order_by(account.id)

    return [r.code for r in in_parts(connection, owed, query) if r.balance < owed[r.id]]


def _accounts(connection: Connection, volunteers: Iterable[int]) -> dict[int, int]:
    """The account of each volunteer, opened where there is none."""
    wanted = sorted(volunteers)

    def query(part: list[int]) -> Select[Any]:
        account = time_account.c
        return select(account.volunteer_id, account.id).where(account.volunteer_id.in_(part))

    found = {row.volunteer_id: row.id for row in in_parts(connection, wanted, query)}
    missing = [who for who in wanted if who not in found]
    opened = insert_many(
        connection, time_account, {"volunteer_id": missing}, {"kind": "volunteer", "balance": 0}
    )
    return found | dict(zip(missing, opened, strict=True))


def _transfer(
    connection: Connection,
    kind: str,
    moves: Sequence[tuple[int, int, int, int]],
    signed: dict[str, Any],
) -> None:
    """Transfers of (record, giver, taker, points), their postings, and the balances."""
    entry = {"note": "", "reverses_id": None} | signed
    entry |= {"kind": kind, "request_id": None, "happened_at": signed["recorded_at"]}
    records = [record for record, _, _, _ in moves]
    ids = insert_many(connection, time_transfer, {"service_record_id": records}, entry)
    postings: list[tuple[int, int, int]] = []
    change = Counter[int]()
    for transfer_id, (_, giver, taker, points) in zip(ids, moves, strict=True):
        postings += [(transfer_id, giver, -points), (transfer_id, taker, points)]
        change[giver] -= points
        change[taker] += points
    names = ("time_transfer_id", "time_account_id", "points")
    columns = dict(zip(names, zip(*postings, strict=True), strict=True))
    insert_many(connection, time_posting, columns)
    table = time_account
    moved = update(table).where(table.c.id == bindparam("account"))
    moved = moved.values(balance=table.c.balance + bindparam("change"))
    connection.execute(moved, [{"account": a, "change": n} for a, n in change.items()])
