"""Service records of volunteers, and the time-bank points that they earn."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from data.errors import RuleError
from data.imported import SURFACE
from data.importing.facts import hashed, method_on, numbered_keys, reached_owner, take_new
from data.importing.fields import (
    UNIT_FIELDS,
    choice_field,
    code_field,
    moment_field,
    number_field,
    text_field,
)
from data.importing.kind import Kind, Reading, Values
from data.importing.kinds.held import held_rows
from data.importing.plan import Plan, start_plan
from data.importing.standing import Since
from data.importing.tables import Cell
from data.importing.time_bank import earn_many, take_back_many
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.schema import decision, service_record, volunteer
from data.service_rules import Service, check_free
from data.writes.free_time import STANDING
from data.writes.service import MOST_MINUTES, counter_entry
from data.writes.validation import EARLIEST, NOTE_LENGTH, need_present

Day = tuple[int, int]  # volunteer, day number
NEIGHBOURS = (-2, -1, 0, 1, 2)  # a service lasts a day at most, and days are counted whole


def _activities(reading: Reading) -> dict[str, str]:
    names = (name for m in reading.methods for name in m.method.volunteering.activities)
    return {name: name for name in names}


FIELDS = (
    code_field(
        "volunteer",
        "志愿者编号",
        ("编号", "志愿者编码", "志愿者代码", "volunteer code", "volunteer id"),
        required=True,
        rules="志愿者名册里的编号",
    ),
    choice_field(
        "activity",
        "服务项目",
        ("项目", "活动", "服务类型", "服务类别", "活动类型", "activity"),
        _activities,
        required=True,
        rules="工作法里的服务项目",
    ),
    moment_field(
        "started_at",
        "开始时间",
        ("服务时间", "时间", "服务开始时间", "started at"),
        required=True,
        rules="日期和时间，如 2026-01-05 09:00；同一个人的服务时间不能重叠",
        example="2026-01-05 09:00",
    ),
    number_field(
        "minutes",
        "分钟",
        ("服务时长", "时长", "服务分钟", "时长（分钟）", "minutes"),
        low=1,
        high=MOST_MINUTES,
        whole=True,
        required=True,
        rules=f"整数，1 到 {MOST_MINUTES} 分钟；不是小时",
        example=120,
    ),
    *UNIT_FIELDS,
    text_field(
        "certified_by", "证明人", ("记录人", "审核人", "certified by"), example="社区工作站"
    ),
    text_field("note", "说明", ("备注", "内容", "服务内容", "note"), NOTE_LENGTH, lines=True),
)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(SERVICE.key, values)
    who = held_rows(connection, volunteer, values, plan, "volunteer")
    for position in plan.left():
        if position not in who:
            code = values.of("volunteer")[position]
            plan.refuse(position, f"没有编号为 {code} 的志愿者，请核对，或先导入志愿者")
    named = values.has("unit_code") or values.has("unit_name")
    ids = _places(values, reading, plan, who) if named else {n: r.unit_id for n, r in who.items()}
    columns = {one.key: values.of(one.key) for one in FIELDS}
    rows: dict[int, dict[str, Any]] = {}
    for position in plan.left():
        row = {key: column[position] for key, column in columns.items()}
        if reason := _fault(plan, reading, who[position], row):
            plan.refuse(position, reason)
        else:
            rows[position] = _record(who[position], ids[position], row)
    _settle(connection, plan, reading, who, rows)
    return plan


def _places(
    values: Values, reading: Reading, plan: Plan, who: dict[int, Row[Any]]
) -> dict[int, int]:
    """Where the service was given: the unit named, else the volunteer's own."""
    codes, names = values.of("unit_code"), values.of("unit_name")
    blank = {n for n in who if codes[n] is None and names[n] is None}
    for n in blank:
        codes[n] = reading.units.by_id[who[n].unit_id].code
    values.columns["unit_code"] = codes
    return dict(enumerate(unit_of_rows(values, reading, plan)))


def _fault(plan: Plan, reading: Reading, who: Row[Any], row: dict[str, Any]) -> str:
    if reason := reached_owner(plan, reading, who.unit_id, f"志愿者 {who.code}"):
        return reason
    day = row["started_at"].astimezone(reading.zone).date()
    if day < EARLIEST:
        return f"开始时间不能早于 {EARLIEST.year} 年，请检查年份"
    if row["started_at"] + timedelta(minutes=row["minutes"]) > reading.now:
        return "服务还没有结束：开始时间加上时长晚于现在，请核对"
    try:
        need_present(who, day, "志愿者", "开始时间")
    except RuleError as error:
        return error.message
    return ""


def _record(who: Row[Any], unit_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "volunteer_id": who.id,
        "unit_id": unit_id,
        "team_id": who.team_id,
        "activity": row["activity"],
        "started_at": row["started_at"],
        "minutes": int(row["minutes"]),
        "note": row["note"] or "",
        "certified_by": row["certified_by"] or "导入",
    }


def _settle(
    connection: Connection,
    plan: Plan,
    reading: Reading,
    who: dict[int, Row[Any]],
    rows: dict[int, dict[str, Any]],
) -> None:
    """Which records are new; a new one that overlaps another of the same person is refused."""
    told = ("volunteer_id", "activity", "started_at", "minutes", "unit_id")
    keys: list[str | None] = [None] * len(plan.numbers)
    for position, row in rows.items():
        keys[position] = hashed([SERVICE.key, *(row[name] for name in told)])
    fresh = take_new(connection, service_record, plan, numbered_keys(keys))
    new = plan.positions("new")
    held = _standing(connection, reading, {rows[n]["volunteer_id"] for n in new})
    work = []
    for position, request_id in zip(new, fresh, strict=True):
        row = rows[position]
        service = Service(row["activity"], row["started_at"], row["minutes"])
        day = (row["volunteer_id"], _day(service, reading))
        near = [one for n in NEIGHBOURS for one in held[day[0], day[1] + n]]
        try:
            check_free(who[position].code, service, near, reading.zone)
        except RuleError as error:
            plan.refuse(position, error.message)
            continue
        held[day].append(service)
        plan.unit_ids.add(row["unit_id"])
        work.append((position, row | {"request_id": request_id}))
    plan.work = work


def _day(service: Service, reading: Reading) -> int:
    return service.started_at.astimezone(reading.zone).toordinal()


def _standing(
    connection: Connection, reading: Reading, volunteers: set[int]
) -> dict[Day, list[Service]]:
    """Services that wait or count and were not taken back, by volunteer and first day."""
    record, undo = service_record.c, service_record.alias("undo")
    rows = connection.execute(
        select(record.volunteer_id, record.activity, record.started_at, record.minutes)
        .outerjoin(undo, undo.c.reverses_id == record.id)
        .where(record.status.in_(STANDING), record.reverses_id.is_(None), undo.c.id.is_(None))
        .order_by(record.id)
    )
    found: dict[Day, list[Service]] = defaultdict(list)
    for volunteer_id, *facts in rows:
        if volunteer_id in volunteers:
            service = Service(*facts)
            found[volunteer_id, _day(service, reading)].append(service)
    return found


def _touched(connection: Connection, plan: Plan, since: Since) -> bool:
    """Whether anybody's time was taken that the plan takes, or given free again, since."""
    record = service_record.c
    planned = {row["volunteer_id"] for _, row in plan.work}
    newer = since.newer(connection, service_record, record.volunteer_id, record.reverses_id)
    taken = any(row.volunteer_id in planned or row.reverses_id is not None for row in newer)
    return taken or bool(since.newer(connection, decision, decision.c.id))


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    positions = [position for position, _ in plan.work]
    rows = [row for _, row in plan.work]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    signed = {k: v for k, v in writing.signed.items() if k != "request_id"}
    signed |= {"surface": SURFACE}
    counted = {"needs_approval": 0, "status": "approved"}
    ids = writing.insert(service_record, positions, columns, signed | counted)
    writing.tick(0.6)
    earned = []
    for record_id, row in zip(ids, rows, strict=True):
        day = row["started_at"].astimezone(writing.reading.zone).date()
        bank = method_on(writing.reading, day).method.time_bank
        points = row["minutes"] * bank.points_per_hour // 60 if bank else 0
        if points > 0:
            earned.append((record_id, row["volunteer_id"], points))
    earn_many(connection, earned, signed)


def _undo(connection: Connection, undoing: Undoing) -> None:
    undoing.need_free(service_record, but=("service_record", "time_transfer"))
    counters = undoing.counter(
        service_record, lambda row: counter_entry(row) | {"note": undoing.note}
    )
    take_back_many(connection, counters, undoing)


def _example(connection: Connection, reading: Reading) -> dict[str, Cell]:
    code = connection.scalar(select(volunteer.c.code).order_by(volunteer.c.id).limit(1))
    cells: dict[str, Cell] = {"activity": next(iter(_activities(reading)))}
    return cells | ({"volunteer": code} if code else {})


SERVICE = Kind(
    key="service",
    name="服务时长",
    fields=FIELDS,
    plan=_plan,
    write=_write,
    undo=_undo,
    example=_example,
    daily=(service_record, decision),
    touched=_touched,
    notes=("历史时长直接计入，不再审批，并按工作法存入时间银行。",),
)
