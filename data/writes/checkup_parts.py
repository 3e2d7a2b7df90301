"""Check-ups (党性体检) entered part by part; the third part makes the check-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.schema import checkup, checkup_part, member
from data.scoring import checkup_total
from data.seals import append_sealed
from data.writes.checkups import check_first, check_quarter, weigh
from data.writes.places import member_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import (
    clean_choice,
    clean_day,
    need_method,
    need_present,
    need_row,
    stamp,
)

PARTS = ("self", "democratic", "organisation")


@dataclass(frozen=True)
class RecordedPart:
    """A recorded part, the parts still missing, and the total once there is none."""

    id: int
    member_id: int
    quarter: str
    part: str
    score: float
    missing: tuple[str, ...]
    total: float | None


def record_checkup_part(
    engines: Engines,
    *,
    member_id: int,
    quarter: str,
    part: str,
    score: float,
    checked_on: date,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedPart:
    """Record one part (self, democratic, organisation) of a quarter's check-up, 0–100."""
    act = Act("record_checkup_part", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_choice("体检部分", part, PARTS)
    clean_day("体检日期", checked_on, at)
    check_quarter(quarter, checked_on)
    facts = {"member_id": member_id, "quarter": quarter, "part": part}
    facts |= {"score": float(score), "checked_on": checked_on}

    def where(connection: Connection) -> list[Place]:
        return [member_place(connection, member_id)]

    def work(connection: Connection) -> list[int]:
        who = need_row(connection, member, member_id, "党员")
        need_present(who, checked_on, "党员", "体检日期")
        _check_part(connection, who, facts)
        row = facts | signed | {"unit_id": who.unit_id}
        ids = append_sealed(connection, checkup_part, [row])
        _complete(connection, who, quarter, signed)
        return ids

    return write_once(engines, checkup_part, act, where, work, _recorded)


def _check_part(connection: Connection, who: Row[Any], facts: dict[str, Any]) -> None:
    adopted = need_method(connection, facts["checked_on"], "体检日期")
    if adopted.method.checkup is None:
        raise RuleError(f"“{adopted.method.name}” 没有党性体检，不能记录", "体检")
    name = next(p.name for p in adopted.method.checkup.parts if p.key == facts["part"])
    if not 0 <= facts["score"] <= 100:
        raise RuleError(f"{name}须在 0 至 100 分之间，现为 {facts['score']:g}，请修改", name)
    if facts["part"] in standing_parts(connection, who.id, facts["quarter"]):
        raise RuleError(
            f"党员 {who.code} 在 {facts['quarter']} 的{name}已经记过，每季度只记一次；"
            "要更正，请先冲正原来那一条",
            "体检部分",
        )
    check_first(connection, who.id, facts["quarter"], who.code)


def standing_parts(connection: Connection, member_id: int, quarter: str) -> dict[str, Row[Any]]:
    """The parts of a quarter that were not taken back, by part."""
    row, undo = checkup_part, checkup_part.alias("undo")
    rows = connection.execute(
        select(row)
        .outerjoin(undo, undo.c.reverses_id == row.c.id)
        .where(row.c.member_id == member_id, row.c.quarter == quarter)
        .where(row.c.reverses_id.is_(None), undo.c.id.is_(None))
    )
    return {one.part: one for one in rows}


def _complete(connection: Connection, who: Row[Any], quarter: str, signed: dict[str, Any]) -> None:
    """The check-up that three parts make, weighted by the method of the last one's day."""
    parts = standing_parts(connection, who.id, quarter)
    if len(parts) < len(PARTS):
        return
    facts = {f"{key}_score": one.score for key, one in parts.items()}
    facts["checked_on"] = max(one.checked_on for one in parts.values())
    row = {"member_id": who.id, "unit_id": who.unit_id, "quarter": quarter, "published_on": None}
    row |= facts | weigh(connection, facts) | signed | {"request_id": None}
    connection.execute(insert(checkup), row)


def dissolve(connection: Connection, part: Row[Any]) -> dict[str, Any]:
    """Take away the check-up that a part helped to make, if it did; what it was, for the log."""
    if len(standing_parts(connection, part.member_id, part.quarter)) < len(PARTS):
        return {}
    mine = (checkup.c.member_id == part.member_id) & (checkup.c.quarter == part.quarter)
    made = connection.execute(select(checkup).where(mine)).first()
    if made is None:
        return {}
    if made.published_on is not None:
        raise RuleError("这次体检的结果已经公布，不能再冲正其中一项", "体检")
    connection.execute(delete(checkup).where(mine))
    return {"checkup": {c: made._mapping[c] for c in ("id", *(f"{p}_score" for p in PARTS))}}


def _recorded(connection: Connection, ids: list[int]) -> RecordedPart:
    row = need_row(connection, checkup_part, ids[0], "体检记录")
    parts = standing_parts(connection, row.member_id, row.quarter)
    missing = tuple(part for part in PARTS if part not in parts)
    mine = (checkup.c.member_id == row.member_id) & (checkup.c.quarter == row.quarter)
    made = connection.execute(select(checkup).where(mine)).first()
    total = None
    if made is not None:
        weights = {part: made._mapping[f"{part}_weight"] for part in PARTS}
        own, democratic, organisation = (made._mapping[f"{part}_score"] for part in PARTS)
        total = checkup_total(own, democratic, organisation, weights)
    return RecordedPart(row.id, row.member_id, row.quarter, row.part, row.score, missing, total)
