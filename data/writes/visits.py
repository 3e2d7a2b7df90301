"""Visits to households, free or because a must-visit rule asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Method
from data.periods import local_date
from data.schema import person, visit
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
    """Record a visit in a unit; ``person_id`` is the visitor, ``appeal_id`` what came of it."""
    act = Act("record_visit", actor, at, request_id)
    facts = {
        "unit_id": unit_id,
        "person_id": person_id,
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
        if person_id is not None:
            need_row(connection, person, person_id, "走访人")
        day = local_date(visited_at, zone())
        _check_rule(need_method(connection, day, "走访时间").method, rule_key)
        return append_sealed(connection, visit, [row])

    return write_once(engines, visit, act, where, work, _recorded)


def _check_rule(method: Method, rule_key: str | None) -> None:
    if rule_key is not None and rule_key not in {rule.key for rule in method.must_visit}:
        raise RuleError("没有所选的必访事项，请从列表里选择，或选“普通走访”", "必访事项")


def _recorded(connection: Connection, ids: list[int]) -> RecordedVisit:
    columns = (visit.c.id, visit.c.unit_id, visit.c.rule_key, visit.c.visited_at)
    return RecordedVisit(*connection.execute(select(*columns).where(visit.c.id == ids[0])).one())
