"""The points ledger: entries and the counter-entries that take them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import PointsRule
from data.queries.methods import MethodInForce
from data.schema import member, points_entry
from data.scoring import total, validate_points
from data.seals import append_sealed
from data.writes.grids import need_of_grid
from data.writes.places import member_place, row_place
from data.writes.requests import Act, Place, numbered, write_once
from data.writes.reversals import need_reversible
from data.writes.validation import (
    NOTE_LENGTH,
    clean_day,
    clean_ids,
    clean_text,
    need_method,
    need_present,
    need_row,
    stamp,
)


@dataclass(frozen=True)
class RecordedPoints:
    """A ledger entry: signed points, and whether they count (approved) or wait (pending)."""

    id: int
    member_id: int
    rule_name: str
    points: float
    status: str


def record_points(
    engines: Engines,
    *,
    member_ids: list[int],
    rule_key: str,
    points: float | None,
    happened_on: date,
    note: str,
    unit_id: int | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[RecordedPoints]:
    """Give (or take) points to members under one rule; ``points`` None is the rule's usual.

    ``points`` carry no sign; the rule's kind decides it.  ``unit_id`` is the form's grid:
    members of another one are refused.
    """
    act = Act("record_points", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    ids = clean_ids("党员", member_ids)
    facts = {
        "happened_on": clean_day("发生日期", happened_on, at),
        "note": clean_text("说明", note, NOTE_LENGTH, required=False, lines=True),
    }

    def where(connection: Connection) -> list[Place]:
        if unit_id is not None:
            need_of_grid(connection, unit_id, member, ids, "党员", ("发生日期", happened_on))
        return [member_place(connection, one) for one in ids]

    def work(connection: Connection) -> list[int]:
        adopted = need_method(connection, happened_on, "发生日期")
        rule = _need_rule(adopted, rule_key)
        facts.update(_given_by(adopted, rule))
        rows = [
            facts | stamped | _entry(connection, member_id, rule, points, happened_on)
            for member_id, stamped in zip(ids, numbered(signed, len(ids)), strict=True)
        ]
        return append_sealed(connection, points_entry, rows)

    return write_once(engines, points_entry, act, where, work, _recorded)


def _need_rule(adopted: MethodInForce, rule_key: str) -> PointsRule:
    if adopted.method.points is None:
        raise RuleError(f"“{adopted.method.name}” 没有积分制，不能记积分", "积分项目")
    try:
        return adopted.method.rule(rule_key)
    except KeyError as error:
        raise RuleError("没有所选的积分项目，请从列表里选择", "积分项目") from error


def _given_by(adopted: MethodInForce, rule: PointsRule) -> dict[str, Any]:
    """The rule as it is now: the entry keeps it whatever the method says later."""
    return {
        "method_id": adopted.id,
        "rule_key": rule.key,
        "rule_name": rule.name,
        "kind": rule.kind,
        "needs_approval": int(rule.needs_approval),
        "status": "pending" if rule.needs_approval else "approved",
    }


def _entry(
    connection: Connection, member_id: int, rule: PointsRule, points: float | None, day: date
) -> dict[str, Any]:
    who = need_row(connection, member, member_id, "党员")
    need_present(who, day, "党员", "发生日期")
    already = _already(connection, member_id, rule.key, day.year)
    try:
        given = validate_points(rule, points, already)
    except RuleError as error:
        raise RuleError(f"党员 {who.code}：{error.message}", error.field) from error
    return {"member_id": member_id, "unit_id": who.unit_id, "points": given}


def _already(connection: Connection, member_id: int, rule_key: str, year: int) -> float:
    """Points under a rule in a calendar year, reversals taken off; pending ones count too."""
    entry = points_entry.c
    mine = select(entry.points).where(
        entry.member_id == member_id,
        entry.rule_key == rule_key,
        entry.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
        entry.status.in_(("approved", "pending")),
    )
    return total(connection.scalars(mine))


def _recorded(connection: Connection, ids: list[int]) -> list[RecordedPoints]:
    entry = points_entry.c
    columns = (entry.id, entry.member_id, entry.rule_name, entry.points, entry.status)
    rows = connection.execute(select(*columns).where(entry.id.in_(ids)).order_by(entry.id))
    return [RecordedPoints(*row) for row in rows]


def reverse_points(
    engines: Engines,
    *,
    entry_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedPoints:
    """Take back a ledger entry by a counter-entry (冲正) of the same day, once, with a reason."""
    act = Act("reverse_points", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    note = clean_text("冲正原因", reason, NOTE_LENGTH, lines=True)

    def where(connection: Connection) -> list[Place]:
        return [row_place(connection, points_entry, entry_id, "积分记录")]

    def work(connection: Connection) -> list[int]:
        entry = need_reversible(connection, points_entry, entry_id, "积分记录")
        counter = counter_entry(entry) | signed | {"note": note}
        return append_sealed(connection, points_entry, [counter])

    def result(connection: Connection, ids: list[int]) -> RecordedPoints:
        return _recorded(connection, ids)[0]

    return write_once(engines, points_entry, act, where, work, result)


def counter_entry(entry: Row[Any]) -> dict[str, Any]:
    """The same fact with the opposite sign, in the same year, so that the year adds up."""
    kept = ("member_id", "unit_id", "method_id", "rule_key", "rule_name", "kind", "happened_on")
    return {name: entry._mapping[name] for name in kept} | {
        "points": -entry.points,
        "reverses_id": entry.id,
        "needs_approval": 0,
        "status": "approved",
    }
