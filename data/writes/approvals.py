"""Approval or return of what waits for it: points entries and service records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Table, select, update

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.periods import local_date
from data.schema import account, decision, member, points_entry, service_record, volunteer
from data.seals import append_sealed
from data.settings import zone
from data.writes.accounts import earn
from data.writes.places import row_place
from data.writes.requests import Act, Place, numbered, write_once
from data.writes.validation import (
    NOTE_LENGTH,
    clean_choice,
    clean_ids,
    clean_text,
    need_method,
    need_row,
    stamp,
)

Subject = Literal["points_entry", "service_record"]
Verdict = Literal["approved", "returned"]

SUBJECTS: dict[str, tuple[Table, str]] = {
    "points_entry": (points_entry, "积分记录"),
    "service_record": (service_record, "服务记录"),
}


@dataclass(frozen=True)
class RecordedDecision:
    """A decision on one entry: the entry's id and its status from now on."""

    id: int
    subject: str
    subject_id: int
    verdict: str


def record_decisions(
    engines: Engines,
    *,
    subject: Subject,
    subject_ids: list[int],
    verdict: Verdict,
    reason: str = "",
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[RecordedDecision]:
    """Approve or return entries that wait; approved service earns its time-bank points at once.

    A return needs a reason.  One entry that is not waiting refuses them all.
    """
    act = Act("record_decisions", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_choice("审核对象", subject, list(SUBJECTS))
    clean_choice("审核结果", verdict, ["approved", "returned"])
    ids = clean_ids(SUBJECTS[subject][1], subject_ids)
    facts: dict[str, Any] = {"subject": subject, "verdict": verdict}
    returned = verdict == "returned"
    facts["reason"] = clean_text("退回原因", reason, NOTE_LENGTH, required=returned, lines=True)

    def where(connection: Connection) -> list[Place]:
        table, label = SUBJECTS[subject]
        return [row_place(connection, table, one, label) for one in ids]

    def work(connection: Connection) -> list[int]:
        for subject_id in ids:
            _decide(connection, subject, subject_id, verdict, act)
        rows = [
            facts | stamped | {"subject_id": subject_id}
            for subject_id, stamped in zip(ids, numbered(signed, len(ids)), strict=True)
        ]
        return append_sealed(connection, decision, rows)

    return write_once(engines, decision, act, where, work, _recorded, {"status": "pending"})


def _decide(connection: Connection, subject: str, subject_id: int, verdict: str, act: Act) -> None:
    table, label = SUBJECTS[subject]
    row = need_row(connection, table, subject_id, label)
    if row.status != "pending":
        raise RuleError(f"{label}（编号 {subject_id}）已不在待审核之列，请刷新后再审", label)
    _refuse_own(connection, table, row, act.actor)
    connection.execute(update(table).where(table.c.id == subject_id).values(status=verdict))
    if verdict == "approved" and table is service_record:
        day = local_date(row.started_at, zone())
        signed = stamp(act.at, act.actor, act.request_id)
        earn(connection, row, need_method(connection, day, "开始时间").method, signed)


def _refuse_own(connection: Connection, table: Table, row: Row[Any], actor: Actor) -> None:
    """Nobody approves what he entered himself, or what is about himself."""
    if actor.account_id is None:
        return
    if row.recorded_by_account == actor.account_id:
        raise RuleError(f"编号 {row.id} 是您自己登记的，不能自己审核，请另一位审核人来审", "审核")
    people, key = (member, "member_id") if table is points_entry else (volunteer, "volunteer_id")
    whose = select(people.c.person_id).where(people.c.id == row._mapping[key])
    me = select(account.c.person_id).where(account.c.id == actor.account_id)
    if connection.scalar(whose) == connection.scalar(me):
        raise RuleError(f"编号 {row.id} 记的是您本人，不能自己审核，请另一位审核人来审", "审核")


def _recorded(connection: Connection, ids: list[int]) -> list[RecordedDecision]:
    d = decision.c
    query = select(d.id, d.subject, d.subject_id, d.verdict).where(d.id.in_(ids)).order_by(d.id)
    return [RecordedDecision(*row) for row in connection.execute(query)]
