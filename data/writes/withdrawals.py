"""Taking back before it counted: entries that wait, and appeals registered by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update

from data.engines import Engines
from data.errors import RuleError
from data.heads import head_values, stored_head
from data.identity import Actor
from data.schema import appeal, appeal_event, decision
from data.seals import append_sealed
from data.withdrawal import WITHDRAW, WITHDRAWN, withdrawn
from data.writes.approvals import SUBJECTS, RecordedDecision, Subject
from data.writes.places import appeal_place, row_place
from data.writes.requests import Act, Place, numbered, write_once
from data.writes.validation import (
    NOTE_LENGTH,
    clean_choice,
    clean_ids,
    clean_text,
    need_row,
    stamp,
)


@dataclass(frozen=True)
class WithdrawnAppeal:
    """The event that withdrew an appeal, and the appeal."""

    id: int
    appeal_id: int
    code: str


def withdraw_entries(
    engines: Engines,
    *,
    subject: Subject,
    subject_ids: list[int],
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[RecordedDecision]:
    """Withdraw one's own points or hours while they wait; the row stays, and never counts."""
    act = Act("withdraw_entries", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_choice("撤回对象", subject, list(SUBJECTS))
    table, label = SUBJECTS[subject]
    ids = clean_ids(label, subject_ids)
    why = clean_text("撤回原因", reason, NOTE_LENGTH, lines=True)
    facts = {"subject": subject, "verdict": WITHDRAWN, "reason": why}

    def where(connection: Connection) -> list[Place]:
        return [row_place(connection, table, one, label) for one in ids]

    def work(connection: Connection) -> list[int]:
        for one in ids:
            _withdraw(connection, table, label, one)
        rows = [
            facts | stamped | {"subject_id": one}
            for one, stamped in zip(ids, numbered(signed, len(ids)), strict=True)
        ]
        return append_sealed(connection, decision, rows)

    return write_once(engines, decision, act, where, work, _decided, {"status": "pending"})


def _withdraw(connection: Connection, table: Table, label: str, row_id: int) -> None:
    row = need_row(connection, table, row_id, label)
    if row.status != "pending":
        raise RuleError(
            f"{label}（编号 {row_id}）已不在待审核之列，不能撤回；已经计入的请冲正", label
        )
    connection.execute(update(table).where(table.c.id == row_id).values(status=WITHDRAWN))


def _decided(connection: Connection, ids: list[int]) -> list[RecordedDecision]:
    d = decision.c
    query = select(d.id, d.subject, d.subject_id, d.verdict).where(d.id.in_(ids)).order_by(d.id)
    return [RecordedDecision(*row) for row in connection.execute(query)]


def withdraw_appeal(
    engines: Engines,
    *,
    appeal_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> WithdrawnAppeal:
    """Withdraw an appeal registered by mistake, with which nothing has been done yet.

    It leaves every figure, is told apart from the rates, and keeps its history.
    """
    act = Act("withdraw_appeal", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    why = clean_text("撤回原因", reason, NOTE_LENGTH, lines=True)
    before: dict[str, Any] = {}

    def where(connection: Connection) -> list[Place]:
        return [appeal_place(connection, appeal_id)]

    def work(connection: Connection) -> list[int]:
        row = need_row(connection, appeal, appeal_id, "诉求")
        head = stored_head(row)
        after = withdrawn(head, at)
        before.update({"state": head.state, "state_type": head.state_type})
        event = {"appeal_id": row.id, "kind": WITHDRAW, "state": head.state, "happened_at": at}
        ids = append_sealed(connection, appeal_event, [event | signed | {"reply": why}])
        changed = update(appeal).where(appeal.c.id == row.id)
        connection.execute(changed.values(head_values(after)))
        return ids

    return write_once(engines, appeal_event, act, where, work, _withdrawn_appeal, before)


def _withdrawn_appeal(connection: Connection, ids: list[int]) -> WithdrawnAppeal:
    of_event = select(appeal_event.c.id, appeal.c.id, appeal.c.code)
    joined = of_event.join(appeal, appeal.c.id == appeal_event.c.appeal_id)
    return WithdrawnAppeal(*connection.execute(joined.where(appeal_event.c.id == ids[0])).one())
