"""Taking an import back as a whole, until something depends on it."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.importing.kinds import KINDS
from data.importing.undoing import FIELD, Undoing
from data.schema import import_batch, import_row, unit
from data.writes.requests import NOWHERE, Act, Place, acting
from data.writes.validation import NOTE_LENGTH, clean_text, need_row, stamp

log = logging.getLogger(__name__)

ACTION = "undo_import"


def undo_import(
    engines: Engines,
    import_id: int,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    request_id: str | None = None,
) -> int:
    """Take back an import as a whole; RuleError that names what depends on it.

    Rows that are facts stay, each with a counter-entry; others go.  Returns how many rows
    of ours were taken back.
    """
    act = Act(ACTION, actor, at, request_id)
    signed = stamp(at, actor, request_id) | {"request_id": None}
    note = clean_text("撤销原因", reason, NOTE_LENGTH, lines=True)

    def where(connection: Connection) -> list[Place]:
        return batch_places(connection, need_row(connection, import_batch, import_id, FIELD))

    with acting(engines, act, where) as (connection, role):
        batch = need_row(connection, import_batch, import_id, FIELD)
        if batch.undone_at is not None:
            raise RuleError("这次导入已经撤销过，不用再撤销", FIELD)
        KINDS[batch.kind].undo(connection, Undoing(connection, batch, signed, note, at))
        mark = {"undone_at": at, "undone_by": actor.name, "undone_by_account": actor.account_id}
        change = update(import_batch).where(import_batch.c.id == import_id)
        connection.execute(change.values(mark | {"undo_reason": note}))
        mine = import_row.c.import_batch_id == import_id
        rows = connection.scalar(select(func.count()).select_from(import_row).where(mine)) or 0
        audit(
            connection,
            actor,
            ACTION,
            at=at,
            role=role,
            table=import_batch.name,
            row_id=import_id,
            after={"kind": batch.kind, "rows": rows},
        )
    log.info("%s 撤销了第 %d 次导入", actor.name, import_id)
    return rows


def batch_places(connection: Connection, batch: Row[Any]) -> list[Place]:
    """Where an import took effect: the units of its rows, or no unit at all."""
    if batch.unit_ids is None:
        return NOWHERE
    ids = json.loads(batch.unit_ids)
    rows = connection.execute(select(unit.c.id, unit.c.path).order_by(unit.c.path))
    paths = {row.id: row.path for row in rows}
    places = [Place(paths[one]) for one in ids if one in paths]
    return _topmost(places) or NOWHERE


def _topmost(places: list[Place]) -> list[Place]:
    """Without the units that lie below another of them: whoever reaches that one reaches these."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: p.path or ""):
        if not kept or not (place.path or "").startswith(kept[-1].path or ""):
            kept.append(place)
    return kept
