"""The log: who did what, when, from where; each entry sealed upon the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, Text

from data.identity import Actor
from data.schema import audit_entry
from data.seals import append_sealed

# What the log must never hold: it is read by more people than these concern.
SECRET = frozenset({"password_hash", "phone_sealed", "token_hash", "key_hash"})
UNTOLD = frozenset({"seal", "recorded_at", "recorded_by", "surface", "request_id"}) | SECRET


def audit(
    connection: Connection,
    actor: Actor,
    action: str,
    *,
    at: datetime,
    role: str = "",
    table: str = "",
    row_id: int | None = None,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry inside the transaction of what it tells about, and return its id.

    ``row_id`` is the row of ``table`` concerned, ``subject`` what was concerned where it
    is no row (a unit's path, a login name).
    """
    entry = {
        "at": at,
        "account_id": actor.account_id,
        "name": actor.name,
        "role": role or actor.kind,
        "surface": actor.surface,
        "address": actor.address,
        "session_id": actor.session_id,
        "action": action,
        "subject_table": table,
        "subject_id": row_id,
        "subject": subject,
        "before": _json(before),
        "after": _json(after),
    }
    return append_sealed(connection, audit_entry, [entry])[0]


def told(table: Table, row: Row[Any]) -> dict[str, Any]:
    """A row as the log tells it: without long texts, secrets, and what the entry says itself."""
    long = {c.name for c in table.columns if isinstance(c.type, Text)}
    held = row._mapping
    return {
        c.name: held[c.name]
        for c in table.columns
        if c.name not in UNTOLD | long and held[c.name] is not None
    }


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False, default=_text)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
