"""A volunteer's hours beside those that stand already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from data.schema import service_record
from data.service_rules import Service, check_free
from data.settings import zone

STANDING = ("approved", "pending")
_NEAR = timedelta(days=2)  # a record is at most a day long, and days are counted whole


def need_free(
    connection: Connection, who: Row[Any], activity: str, started_at: datetime, minutes: int
) -> None:
    """Refuse hours that overlap the volunteer's others, or make a day longer than it is."""
    new = Service(activity, started_at, minutes)
    check_free(who.code, new, _standing(connection, who.id, new), zone())


def _standing(connection: Connection, volunteer_id: int, new: Service) -> list[Service]:
    """Records around a service that wait or count and were not taken back."""
    record, undo = service_record.c, service_record.alias("undo")
    rows = connection.execute(
        select(record.activity, record.started_at, record.minutes)
        .outerjoin(undo, undo.c.reverses_id == record.id)
        .where(record.volunteer_id == volunteer_id, record.status.in_(STANDING))
        .where(record.reverses_id.is_(None), undo.c.id.is_(None))
        .where(record.started_at.between(new.started_at - _NEAR, new.ended_at + _NEAR))
        .order_by(record.started_at, record.id)
    )
    return [Service(*row) for row in rows]
