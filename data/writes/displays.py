"""Displays: keys that open a unit's wall, read-only and masked, until they are revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from data.access import PUBLIC_DISPLAY, displays_are_public
from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.schema import display_key, setting, unit
from data.writes.requests import Act, acting
from data.writes.sessions import token_hash
from data.writes.validation import NAME_LENGTH, clean_text, need_row


@dataclass(frozen=True)
class NewDisplayKey:
    """A display's key, which is shown once; only its hash is stored."""

    id: int
    key: str = field(repr=False)


def create_display_key(
    engines: Engines, *, name: str, unit_id: int, actor: Actor, at: datetime
) -> NewDisplayKey:
    """A key for one display that shows a unit and everything below it."""
    row = {"name": clean_text("大屏名称", name, NAME_LENGTH), "unit_id": unit_id, "created_at": at}
    key = secrets.token_urlsafe(32)
    with acting(engines, Act("create_display_key", actor, at)) as (connection, role):
        need_row(connection, unit, unit_id, "单位")
        new_id = insert(display_key).returning(display_key.c.id)
        stored = row | {"key_hash": token_hash(key)}
        key_id = int(connection.execute(new_id, stored).scalar_one())
        after = {"name": row["name"], "unit_id": unit_id}
        subject: dict[str, Any] = {"table": "display_key", "row_id": key_id}
        audit(connection, actor, "create_display_key", at=at, role=role, after=after, **subject)
    return NewDisplayKey(key_id, key)


def revoke_display_key(engines: Engines, *, key_id: int, actor: Actor, at: datetime) -> None:
    """Shut a display out from this moment on."""
    with acting(engines, Act("revoke_display_key", actor, at)) as (connection, role):
        row = need_row(connection, display_key, key_id, "大屏密钥")
        if row.revoked_at is not None:
            raise RuleError("这把密钥已经停用，不用再停用", "大屏密钥")
        revoked = update(display_key).where(display_key.c.id == key_id)
        connection.execute(revoked.values(revoked_at=at))
        subject: dict[str, Any] = {"table": "display_key", "row_id": key_id, "subject": row.name}
        audit(connection, actor, "revoke_display_key", at=at, role=role, **subject)


def set_public_display(engines: Engines, *, public: bool, actor: Actor, at: datetime) -> None:
    """Whether displays can be read without a key or a login."""
    with acting(engines, Act("set_public_display", actor, at)) as (connection, role):
        before = {"public": displays_are_public(connection)}
        connection.execute(delete(setting).where(setting.c.key == PUBLIC_DISPLAY))
        connection.execute(insert(setting).values(key=PUBLIC_DISPLAY, value=str(int(public))))
        told: dict[str, Any] = {"before": before, "after": {"public": public}, "table": "setting"}
        audit(connection, actor, "set_public_display", at=at, role=role, **told)
