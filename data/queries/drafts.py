"""Drafts, as a form takes them up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from data import schema
from data.drafts import unpack

# the tables that sending a form writes to, under its request id
WRITTEN: dict[str, tuple[Table, ...]] = {
    "appeal": (schema.appeal,),
    "step": (schema.appeal_event,),
    "visit": (schema.visit,),
    "points": (schema.points_entry,),
    "service": (schema.service_record,),
    "checkup": (schema.checkup_part, schema.checkup),
    "signin": (schema.activity, schema.activity_signin),
    "indicator": (schema.indicator_report,),
}


@dataclass(frozen=True)
class Draft:
    """A draft; send it under its own ``request_id``, and it cannot be written twice."""

    form: str
    grid: str
    content: dict[str, Any]
    request_id: str | None
    updated_at: datetime


def fetch_draft(connection: Connection, owner: str, form: str) -> Draft | None:
    """The draft of ``owner`` (see data.drafts) for a form; None where it was sent already.

    The answer to sending may have been lost on the way: what was written is no draft.
    """
    d = schema.draft.c
    row = connection.execute(
        select(d.form, d.grid, d.content, d.request_id, d.updated_at).where(
            d.owner == owner, d.form == form
        )
    ).first()
    if row is None or _was_sent(connection, form, row.request_id):
        return None
    return Draft(row.form, row.grid, unpack(row.content), row.request_id, row.updated_at)


def _was_sent(connection: Connection, form: str, request_id: str | None) -> bool:
    if request_id is None:
        return False
    return any(
        connection.execute(select(table.c.id).where(table.c.request_id == request_id)).first()
        for table in WRITTEN[form]
    )
