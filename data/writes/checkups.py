"""Quarterly check-ups (党性体检)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.periods import quarter_of
from data.schema import checkup, member
from data.scoring import checkup_total, weights_of
from data.writes.places import member_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import clean_day, need_method, need_present, need_row, stamp


@dataclass(frozen=True)
class RecordedCheckup:
    """A recorded check-up and its weighted total."""

    id: int
    member_id: int
    quarter: str
    total: float


def record_checkup(
    engines: Engines,
    *,
    member_id: int,
    quarter: str,
    self_score: float,
    democratic_score: float,
    organisation_score: float,
    checked_on: date,
    published_on: date | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedCheckup:
    """Record a member's check-up of a quarter (``2026Q3``), once; parts are 0–100."""
    act = Act("record_checkup", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_day("体检日期", checked_on, at)
    check_quarter(quarter, checked_on)
    _check_published(published_on, checked_on, at)
    facts = {
        "member_id": member_id,
        "quarter": quarter,
        "self_score": self_score,
        "democratic_score": democratic_score,
        "organisation_score": organisation_score,
        "checked_on": checked_on,
        "published_on": published_on,
    }

    def where(connection: Connection) -> list[Place]:
        return [member_place(connection, member_id)]

    def work(connection: Connection) -> list[int]:
        who = need_row(connection, member, member_id, "党员")
        need_present(who, checked_on, "党员", "体检日期")
        check_first(connection, member_id, quarter, who.code)
        weighted = weigh(connection, facts)
        row = facts | signed | weighted | {"unit_id": who.unit_id}
        return [connection.execute(insert(checkup).returning(checkup.c.id), row).scalar_one()]

    return write_once(engines, checkup, act, where, work, _recorded)


def check_quarter(quarter: str, checked_on: date) -> None:
    """Refuse a quarter that is none or had not begun on the day."""
    if not re.fullmatch(r"\d{4}Q[1-4]", quarter):
        raise RuleError(f"季度 “{quarter}” 的写法不对，应如 2026Q3", "季度")
    if quarter > quarter_of(checked_on):
        raise RuleError(f"体检日期 {checked_on} 早于 {quarter}，请检查季度或日期", "季度")


def _check_published(published_on: date | None, checked_on: date, at: datetime) -> None:
    if published_on is None:
        return
    clean_day("公布日期", published_on, at)
    if published_on < checked_on:
        raise RuleError("公布日期不能早于体检日期，请修改", "公布日期")


def check_first(connection: Connection, member_id: int, quarter: str, code: str) -> None:
    """Refuse a second check-up of a quarter."""
    c = checkup.c
    same = select(c.id).where(c.member_id == member_id, c.quarter == quarter)
    if connection.execute(same).first() is not None:
        raise RuleError(f"党员 {code} 在 {quarter} 已有体检记录，每季度只记一次", "季度")


def weigh(connection: Connection, facts: dict[str, Any]) -> dict[str, Any]:
    """The method and weights of the day; RuleError for a part outside 0–100."""
    adopted = need_method(connection, facts["checked_on"], "体检日期")
    if adopted.method.checkup is None:
        raise RuleError(f"“{adopted.method.name}” 没有党性体检，不能记录", "体检")
    weights = weights_of(adopted.method.checkup)
    _total(facts, weights)
    return {"method_id": adopted.id} | {f"{key}_weight": w for key, w in weights.items()}


def _total(scores: dict[str, Any], weights: dict[str, int]) -> float:
    parts = (scores["self_score"], scores["democratic_score"], scores["organisation_score"])
    return checkup_total(*parts, weights)


def _recorded(connection: Connection, ids: list[int]) -> RecordedCheckup:
    row = connection.execute(select(checkup).where(checkup.c.id == ids[0])).one()
    weights = {k: row._mapping[f"{k}_weight"] for k in ("self", "democratic", "organisation")}
    return RecordedCheckup(row.id, row.member_id, row.quarter, _total(dict(row._mapping), weights))
