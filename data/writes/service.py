"""Service hours: records and the counter-entries that take them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Method
from data.periods import local_date
from data.schema import service_order, service_record, volunteer
from data.seals import append_sealed
from data.settings import zone
from data.writes.accounts import earn, take_back
from data.writes.free_time import need_free
from data.writes.grids import need_of_grid
from data.writes.places import row_place, unit_place, volunteer_place
from data.writes.requests import Act, Place, numbered, write_once
from data.writes.reversals import need_reversible
from data.writes.validation import (
    NAME_LENGTH,
    NOTE_LENGTH,
    clean_choice,
    clean_ids,
    clean_moment,
    clean_number,
    clean_text,
    need_method,
    need_present,
    need_row,
    stamp,
)

MOST_MINUTES = 1440


@dataclass(frozen=True)
class RecordedService:
    """A service record: minutes (negative when it takes another back) and its status."""

    id: int
    volunteer_id: int
    minutes: int
    status: str


def record_service(
    engines: Engines,
    *,
    volunteer_ids: list[int],
    unit_id: int,
    activity: str,
    started_at: datetime,
    minutes: int,
    note: str,
    certified_by: str,
    order_id: int | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[RecordedService]:
    """Record hours that volunteers served together; they wait for approval if the method asks."""
    act = Act("record_service", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    ids = clean_ids("志愿者", volunteer_ids)
    clean_number("服务时长", minutes, 1, MOST_MINUTES, " 分钟")
    _check_ended(clean_moment("开始时间", started_at, at), minutes, at)
    facts = {
        "unit_id": unit_id,
        "activity": activity,
        "started_at": started_at,
        "minutes": minutes,
        "note": clean_text("说明", note, NOTE_LENGTH, required=False, lines=True),
        "certified_by": clean_text("证明人", certified_by, NAME_LENGTH),
        "order_id": order_id,
    }

    def where(connection: Connection) -> list[Place]:
        # whose hours they are matters as much as where they were given
        served, day = unit_place(connection, unit_id), local_date(started_at, zone())
        need_of_grid(connection, unit_id, volunteer, ids, "志愿者", ("开始时间", day))
        return [served, *(volunteer_place(connection, one) for one in ids)]

    def work(connection: Connection) -> list[int]:
        method = need_method(connection, local_date(started_at, zone()), "开始时间").method
        clean_choice("服务项目", activity, method.volunteering.activities)
        _check_order(connection, order_id, ids)
        rows = [
            facts | stamped | _server(connection, volunteer_id, facts) | _standing(method)
            for volunteer_id, stamped in zip(ids, numbered(signed, len(ids)), strict=True)
        ]
        return _append(connection, rows, method, signed)

    return write_once(engines, service_record, act, where, work, _recorded)


def _check_ended(started_at: datetime, minutes: int, at: datetime) -> None:
    if started_at + timedelta(minutes=minutes) > at:
        raise RuleError("服务还没有结束：开始时间加上时长晚于现在，请核对", "服务时长")


def _check_order(connection: Connection, order_id: int | None, volunteer_ids: list[int]) -> None:
    if order_id is None:
        return
    order = need_row(connection, service_order, order_id, "服务订单")
    if order.volunteer_id is not None and order.volunteer_id not in volunteer_ids:
        raise RuleError(f"订单 {order.code} 由另一位志愿者接单，请核对志愿者", "志愿者")


def _server(connection: Connection, volunteer_id: int, facts: dict[str, Any]) -> dict[str, Any]:
    who = need_row(connection, volunteer, volunteer_id, "志愿者")
    need_present(who, local_date(facts["started_at"], zone()), "志愿者", "开始时间")
    need_free(connection, who, facts["activity"], facts["started_at"], facts["minutes"])
    return {"volunteer_id": who.id, "team_id": who.team_id}


def _standing(method: Method) -> dict[str, Any]:
    waits = method.volunteering.hours_need_approval
    return {"needs_approval": int(waits), "status": "pending" if waits else "approved"}


def _append(
    connection: Connection, rows: list[dict[str, Any]], method: Method, signed: dict[str, Any]
) -> list[int]:
    ids = append_sealed(connection, service_record, rows)
    for record in _rows(connection, ids):
        if record.status == "approved":
            earn(connection, record, method, signed)
    return ids


def _rows(connection: Connection, ids: list[int]) -> list[Any]:
    mine = select(service_record).where(service_record.c.id.in_(ids))
    return list(connection.execute(mine.order_by(service_record.c.id)))


def _recorded(connection: Connection, ids: list[int]) -> list[RecordedService]:
    rows = _rows(connection, ids)
    return [RecordedService(r.id, r.volunteer_id, r.minutes, r.status) for r in rows]


def reverse_service(
    engines: Engines,
    *,
    record_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedService:
    """Take back a counted service record, and the time-bank points it earned, with a reason."""
    act = Act("reverse_service", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    note = clean_text("冲正原因", reason, NOTE_LENGTH, lines=True)

    def where(connection: Connection) -> list[Place]:
        return [row_place(connection, service_record, record_id, "服务记录")]

    def work(connection: Connection) -> list[int]:
        record = need_reversible(connection, service_record, record_id, "服务记录")
        counter = counter_entry(record) | signed | {"note": note}
        (counter_id,) = append_sealed(connection, service_record, [counter])
        take_back(connection, record, counter_id, signed, note)
        return [counter_id]

    def result(connection: Connection, ids: list[int]) -> RecordedService:
        return _recorded(connection, ids)[0]

    return write_once(engines, service_record, act, where, work, result)


def counter_entry(record: Row[Any]) -> dict[str, Any]:
    """The same fact with the opposite sign, at the same time, so that every period adds up."""
    kept = ("volunteer_id", "unit_id", "team_id", "order_id", "activity", "started_at")
    return {name: record._mapping[name] for name in (*kept, "certified_by")} | {
        "minutes": -record.minutes,
        "reverses_id": record.id,
        "needs_approval": 0,
        "status": "approved",
    }
