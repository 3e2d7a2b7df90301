"""Recomputes every derived figure from facts and verifies the chains of seals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select, text

from data.chains import broken_rows
from data.check_entries import entry_faults
from data.engines import Engines
from data.heads import HEAD_COLUMNS, recompute_heads, stored_head
from data.method.faults import MethodError
from data.schema import (
    appeal,
    audit_entry,
    decision,
    points_entry,
    revision,
    service_record,
    time_account,
    time_posting,
    time_transfer,
    unit,
)
from data.seals import sealed_tables
from data.settings import zone
from data.workflow import Head

HEAD_NAMES = {
    "state": "环节",
    "state_type": "环节类型",
    "state_since": "进入环节的时间",
    "state_due_at": "环节期限",
    "yellow_at": "黄灯时间",
    "due_at": "办理期限",
    "responded_at": "响应时间",
    "closed_at": "办结时间",
    "furthest": "走到的最远环节",
    "returns": "退单次数",
    "extensions": "延期次数",
    "redos": "重办次数",
    "resolved": "是否解决",
    "rating": "满意度评分",
    "untimed": "导入时不详的时间",
}
BROKEN_SEAL = "与封印不符：这一行的内容被改动过，或它前面的行被删除"

BROKEN_LOG = "操作日志从第 {0} 条（{1}）起断开：这一条被改动过，或它前面的被删除；请与备份核对"


@dataclass(frozen=True)
class Difference:
    """One row that does not agree with the facts; row_id 0 concerns the table as a whole."""

    table: str
    row_id: int
    message: str


Check = Callable[[Connection], Iterator[Difference]]


def check(engines: Engines) -> list[Difference]:
    """Every difference between stored and recomputed figures, in one snapshot; [] when clean."""
    with engines.read() as connection:
        return [difference for one in CHECKS for difference in _guarded(one, connection)]


def _guarded(one: Check, connection: Connection) -> list[Difference]:
    """A value that cannot even be read is a difference too, and must not hide the others."""
    try:
        return list(one(connection))
    except MethodError as error:
        return [Difference("method", 0, str(error))]
    except (ValueError, TypeError, LookupError) as error:
        return [Difference("—", 0, f"有内容无法读取，核对没有完成（{error}）")]


def _chains(connection: Connection) -> Iterator[Difference]:
    for table in sealed_tables():
        if table is audit_entry:
            continue  # see _log
        for row_id in broken_rows(connection, table):
            yield Difference(table.name, row_id, BROKEN_SEAL)


def _log(connection: Connection) -> Iterator[Difference]:
    """The log's first broken link by name; what follows it proves nothing any more."""
    for row_id in broken_rows(connection, audit_entry):
        columns = (audit_entry.c.at, audit_entry.c.name, audit_entry.c.action)
        row = connection.execute(select(*columns).where(audit_entry.c.id == row_id)).one()
        said = f"{_shown(row.at)} {row.name} {row.action}"
        yield Difference(audit_entry.name, row_id, BROKEN_LOG.format(row_id, said))
        return


def _heads(connection: Connection) -> Iterator[Difference]:
    for row, head in recompute_heads(connection):
        if isinstance(head, str):
            yield Difference(appeal.name, row.id, f"诉求 {row.code} 的进展无法重算：{head}")
        elif head != stored_head(row):
            wrong = "；".join(_wrong_columns(row, head))
            yield Difference(appeal.name, row.id, f"诉求 {row.code}：{wrong}")


def _wrong_columns(row: Any, head: Head) -> list[str]:
    pairs = ((name, row._mapping[name], getattr(head, name)) for name in HEAD_COLUMNS)
    return [
        f"{HEAD_NAMES[name]}应为 {_shown(right)}，现为 {_shown(stored)}"
        for name, stored, right in pairs
        if stored != right
    ]


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M:%S}"
    return "空" if value is None else str(value)


def _statuses(connection: Connection) -> Iterator[Difference]:
    for table in (points_entry, service_record):
        of_row = (decision.c.subject == table.name) & (decision.c.subject_id == table.c.id)
        right = case(
            (table.c.needs_approval == 0, "approved"),
            else_=func.coalesce(decision.c.verdict, "pending"),
        )
        rows = select(table.c.id, table.c.status, right.label("right"))
        joined = rows.join(decision, of_row, isouter=True).where(table.c.status != right)
        for row in connection.execute(joined.order_by(table.c.id)):
            yield Difference(
                table.name, row.id, f"审核状态应为 {row.right}，现为 {row.status}（以审核记录为准）"
            )


def _decisions(connection: Connection) -> Iterator[Difference]:
    for table in (points_entry, service_record):
        about = select(decision.c.id).join(table, table.c.id == decision.c.subject_id, isouter=True)
        mine = about.where(decision.c.subject == table.name)
        unfounded = mine.where(or_(table.c.id.is_(None), table.c.needs_approval == 0))
        for row in connection.execute(unfounded):
            yield Difference(decision.name, row.id, "审核的记录不存在，或不需要审核")


def _reversals(connection: Connection) -> Iterator[Difference]:
    for table, owner, amount in (
        (points_entry, "member_id", "points"),
        (service_record, "volunteer_id", "minutes"),
    ):
        first = table.alias()
        pairs = select(table.c.id).join(first, first.c.id == table.c.reverses_id)
        odd = or_(
            table.c[amount] != -first.c[amount],
            table.c[owner] != first.c[owner],
            first.c.status != "approved",
        )
        for row in connection.execute(pairs.where(odd)):
            yield Difference(table.name, row.id, "冲正与被冲正的记录不相抵")


def _entries(connection: Connection) -> Iterator[Difference]:
    for table, row_id, message in entry_faults(connection):
        yield Difference(table, row_id, message)


def _balances(connection: Connection) -> Iterator[Difference]:
    account, posting = time_account.c, time_posting.c
    held = func.coalesce(func.sum(posting.points), 0)
    rows = select(account.id, account.balance, held.label("held"))
    joined = rows.join(time_posting, posting.time_account_id == account.id, isouter=True)
    for row in connection.execute(joined.group_by(account.id, account.balance)):
        if row.balance != row.held:
            yield Difference(
                time_account.name, row.id, f"余额应为 {row.held}，现为 {row.balance}（以分录为准）"
            )


def _transfers(connection: Connection) -> Iterator[Difference]:
    transfer, posting = time_transfer.c, time_posting.c
    moved = func.sum(posting.points)
    rows = select(transfer.id, moved.label("moved"))
    joined = rows.join(time_posting, posting.time_transfer_id == transfer.id, isouter=True)
    uneven = or_(moved != 0, func.count(posting.id) == 0)
    for row in connection.execute(joined.group_by(transfer.id).having(uneven)):
        rest = "没有分录" if row.moved is None else f"各分录之和应为 0，现为 {row.moved}"
        yield Difference(time_transfer.name, row.id, rest)


def _issue(connection: Connection) -> Iterator[Difference]:
    account = time_account.c
    held = connection.scalar(select(func.sum(account.balance)).where(account.kind != "issue")) or 0
    issued = select(account.id, account.balance).where(account.kind == "issue")
    accounts = connection.execute(issued).all()
    if accounts and sum(row.balance for row in accounts) != -held:
        yield Difference(
            time_account.name, accounts[0].id, f"发行账户应为各账户之和的相反数 {-held}"
        )


def _paths(connection: Connection) -> Iterator[Difference]:
    rows = connection.execute(select(unit.c.id, unit.c.parent_id, unit.c.path)).all()
    parents = {row.id: row.parent_id for row in rows}
    for row in rows:
        right = _path(row.id, parents)
        if row.path != right:
            yield Difference(unit.name, row.id, f"层级路径应为 {right}，现为 {row.path}")


def _path(unit_id: int | None, parents: dict[int, int | None]) -> str:
    """The path by parents; stops where they run in a circle."""
    lineage: list[int] = []
    while unit_id is not None and unit_id not in lineage:
        lineage.insert(0, unit_id)
        unit_id = parents.get(unit_id)
    return f"/{'/'.join(map(str, lineage))}/"


def _orphans(connection: Connection) -> Iterator[Difference]:
    """Rows that point at a row that is not there; PostgreSQL never lets them be."""
    if connection.dialect.name != "sqlite":
        return
    for table, row_id, target, _ in connection.execute(text("PRAGMA foreign_key_check")):
        yield Difference(table, row_id or 0, f"它指向的 {target} 记录不存在")


def _revision(connection: Connection) -> Iterator[Difference]:
    rows = connection.scalar(select(func.count()).select_from(revision))
    if rows != 1:
        yield Difference(revision.name, 0, f"应恰有 1 行，现有 {rows} 行")


CHECKS: tuple[Check, ...] = (
    _chains,
    _log,
    _heads,
    _statuses,
    _decisions,
    _reversals,
    _entries,
    _balances,
    _transfers,
    _issue,
    _paths,
    _orphans,
    _revision,
)
