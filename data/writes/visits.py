"""Visits to households, free or because a must-visit rule asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Method
from data.periods import MINUTE, local_date
from data.schema import account, person, unit, visit
from data.seals import append_sealed
from data.settings import zone
from data.writes.places import appeal_place, unit_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import clean_moment, clean_text, need_method, need_row, stamp

FINDING_LENGTH = 1000


@dataclass(frozen=True)
class RecordedVisit:
    """A recorded visit; ``rule_key`` is None for a free one."""

    id: int
    unit_id: int
    rule_key: str | None
    visited_at: datetime


def record_visit(
    engines: Engines,
    *,
    unit_id: int,
    visited_at: datetime,
    person_id: int | None = None,
    rule_key: str | None = None,
    finding: str = "",
    appeal_id: int | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedVisit:
    """Record a visit in a unit; ``appeal_id`` is what came of it, where that is known by now.

    ``person_id`` is the visitor: the person behind the account where none is given.
    """
    act = Act("record_visit", actor, at, request_id)
    facts = {
        "unit_id": unit_id,
        "rule_key": rule_key,
        "visited_at": clean_moment("走访时间", visited_at, at),
        "finding": clean_text("走访情况", finding, FINDING_LENGTH, required=False, lines=True),
        "appeal_id": appeal_id,
    }
    row = facts | stamp(at, actor, request_id)

    def where(connection: Connection) -> list[Place]:
        visited = [unit_place(connection, unit_id)]
        return visited + ([appeal_place(connection, appeal_id)] if appeal_id else [])

    def work(connection: Connection) -> list[int]:
        visitor = {"person_id": _visitor(connection, person_id, actor)}
        day = local_date(visited_at, zone())
        _check_rule(need_method(connection, day, "走访时间").method, rule_key)
        return append_sealed(connection, visit, [row | visitor])

    return write_once(engines, visit, act, where, work, _recorded)


def _visitor(connection: Connection, person_id: int | None, actor: Actor) -> int | None:
    if person_id is not None:
        return int(need_row(connection, person, person_id, "走访人").id)
    mine = select(account.c.person_id).where(account.c.id == actor.account_id)
    return connection.scalar(mine)


def check_origin(
    connection: Connection, visit_id: int, unit_id: int, received_at: datetime
) -> None:
    """Refuse an appeal that cannot have come of a visit: taken back, elsewhere or later."""
    found = need_row(connection, visit, visit_id, "走访记录")
    undo = select(visit.c.id).where(visit.c.reverses_id == visit_id)
    if found.reverses_id is not None or connection.scalar(undo) is not None:
        raise RuleError("这次走访已经撤回，请取消关联后再登记诉求", "走访记录")
    if found.unit_id != unit_id:
        there = connection.scalar(select(unit.c.name).where(unit.c.id == found.unit_id))
        raise RuleError(f"这次走访是在{there}做的，请换回那里，或取消关联", "走访记录")
    if received_at + MINUTE <= found.visited_at:
        raise RuleError("收到时间早于走访时间，请改为走访之后，或取消关联", "收到时间")


def _check_rule(method: Method, rule_key: str | None) -> None:
    if rule_key is not None and rule_key not in {rule.key for rule in method.must_visit}:
        raise RuleError("没有所选的必访事项，请从列表里选择，或选“普通走访”", "必访事项")


def _recorded(connection: Connection, ids: list[int]) -> RecordedVisit:
    columns = (visit.c.id, visit.c.unit_id, visit.c.rule_key, visit.c.visited_at)
    return RecordedVisit(*connection.execute(select(*columns).where(visit.c.id == ids[0])).one())
