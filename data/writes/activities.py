"""Activities (活动) of a unit, and who signed in at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import ActivityKind
from data.periods import local_date
from data.queries.methods import MethodInForce, fetch_method
from data.schema import activity, activity_signin, member, volunteer
from data.seals import append_sealed
from data.settings import zone
from data.writes.grids import need_of_grid
from data.writes.places import row_place, unit_place
from data.writes.requests import Act, Place, numbered, write_once
from data.writes.validation import (
    NAME_LENGTH,
    clean_moment,
    clean_text,
    need_method,
    need_present,
    need_row,
    stamp,
)

TITLE_LENGTH = 120
PEOPLE: dict[str, tuple[Table, str]] = {
    "member": (member, "党员"),
    "volunteer": (volunteer, "志愿者"),
}


@dataclass(frozen=True)
class RecordedActivity:
    """A recorded activity and how many people have signed in at it by now."""

    id: int
    title: str
    signed_in: int


@dataclass(frozen=True)
class RecordedSignin:
    """A sign-in: ``person_id`` is a member's or a volunteer's id, as ``person_kind`` says."""

    id: int
    activity_id: int
    person_kind: str
    person_id: int


def record_activity(
    engines: Engines,
    *,
    unit_id: int,
    kind_key: str,
    title: str,
    started_at: datetime,
    place: str = "",
    member_ids: Sequence[int] = (),
    volunteer_ids: Sequence[int] = (),
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedActivity:
    """Record an activity that has begun, with those who signed in at it so far."""
    act = Act("record_activity", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    people = _people(member_ids, volunteer_ids)
    facts = {
        "unit_id": unit_id,
        "title": clean_text("活动名称", title, TITLE_LENGTH),
        "place": clean_text("活动地点", place, NAME_LENGTH, required=False),
        "started_at": clean_moment("活动时间", started_at, at),
    }

    def where(connection: Connection) -> list[Place]:
        return [unit_place(connection, unit_id), *_homes(connection, people)]

    def work(connection: Connection) -> list[int]:
        adopted = need_method(connection, local_date(started_at, zone()), "活动时间")
        kind = _need_kind(adopted, kind_key)
        row = facts | signed | {"method_id": adopted.id, "kind_key": kind.key}
        (new_id,) = append_sealed(connection, activity, [row | {"kind_name": kind.name}])
        event = need_row(connection, activity, new_id, "活动")
        if people:
            _sign_in(connection, event, kind, people, event.started_at, signed)
        return [new_id]

    return write_once(engines, activity, act, where, work, _recorded_activity)


def record_activity_signin(
    engines: Engines,
    *,
    activity_id: int,
    member_ids: Sequence[int] = (),
    volunteer_ids: Sequence[int] = (),
    signed_at: datetime,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[RecordedSignin]:
    """Sign people in at an activity, each of them once."""
    act = Act("record_activity_signin", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    people = _people(member_ids, volunteer_ids)
    signed_at = clean_moment("签到时间", signed_at, at)
    if not people:
        raise RuleError("还没有选签到的人，请至少选一个", "签到人员")

    def where(connection: Connection) -> list[Place]:
        here = row_place(connection, activity, activity_id, "活动")
        return [Place(here.path), *_homes(connection, people)]

    def work(connection: Connection) -> list[int]:
        event = need_row(connection, activity, activity_id, "活动")
        if signed_at < event.started_at:
            raise RuleError(
                f"签到时间早于活动“{event.title}”开始的时间，请改为开始之后", "签到时间"
            )
        kind = _need_kind(fetch_method(connection, event.method_id), event.kind_key)
        return _sign_in(connection, event, kind, people, signed_at, signed)

    return write_once(engines, activity_signin, act, where, work, _recorded_signins)


def _people(member_ids: Sequence[int], volunteer_ids: Sequence[int]) -> list[tuple[str, int]]:
    people = [("member", one) for one in member_ids]
    people += [("volunteer", one) for one in volunteer_ids]
    if len(set(people)) < len(people):
        raise RuleError("同一个人选了两次，请去掉重复的", "签到人员")
    return people


def _homes(connection: Connection, people: list[tuple[str, int]]) -> list[Place]:
    return [row_place(connection, *_named(PEOPLE[kind], one)) for kind, one in people]


def _named(people: tuple[Table, str], person_id: int) -> tuple[Table, int, str]:
    table, label = people
    return table, person_id, label


def _need_kind(adopted: MethodInForce, kind_key: str) -> ActivityKind:
    if not adopted.method.activities:
        raise RuleError(f"“{adopted.method.name}” 没有列出活动类别，不能登记活动", "活动类别")
    try:
        return adopted.method.activity(kind_key)
    except KeyError as error:
        raise RuleError("没有所选的活动类别，请从列表里选择", "活动类别") from error


def _sign_in(
    connection: Connection,
    event: Row[Any],
    kind: ActivityKind,
    people: list[tuple[str, int]],
    signed_at: datetime,
    signed: dict[str, Any],
) -> list[int]:
    day = local_date(event.started_at, zone())
    for who, (table, label) in PEOPLE.items():
        ids = [one for one_kind, one in people if one_kind == who]
        if ids and who not in kind.who:
            raise RuleError(f"“{kind.name}”不由{label}签到，请去掉{label}", "签到人员")
        if ids:
            need_of_grid(connection, event.unit_id, table, ids, label, ("活动时间", day))
            _check_people(connection, event, who, ids)
    facts = {"activity_id": event.id, "signed_at": signed_at}
    rows = [
        facts | stamped | {f"{who}_id": one}
        for (who, one), stamped in zip(people, numbered(signed, len(people)), strict=True)
    ]
    return append_sealed(connection, activity_signin, rows)


def _check_people(connection: Connection, event: Row[Any], who: str, ids: list[int]) -> None:
    """They were here on the day, and have not signed in yet."""
    table, label = PEOPLE[who]
    here = set(connection.scalars(select(standing_signins(event.id).c[f"{who}_id"])))
    for one in ids:
        row = need_row(connection, table, one, label)
        need_present(row, local_date(event.started_at, zone()), label, "签到人员")
        if one in here:
            raise RuleError(f"{label} {row.code} 已经在“{event.title}”签到，请去掉", "签到人员")


def standing_signins(activity_id: int) -> Any:
    """The sign-ins of an activity that were not taken back, as a subquery."""
    row, undo = activity_signin, activity_signin.alias("undo")
    return (
        select(row)
        .outerjoin(undo, undo.c.reverses_id == row.c.id)
        .where(row.c.activity_id == activity_id)
        .where(row.c.reverses_id.is_(None), undo.c.id.is_(None))
        .subquery("standing")
    )


def _recorded_activity(connection: Connection, ids: list[int]) -> RecordedActivity:
    row = need_row(connection, activity, ids[0], "活动")
    present = connection.scalar(select(func.count()).select_from(standing_signins(row.id)))
    return RecordedActivity(row.id, row.title, present or 0)


def _recorded_signins(connection: Connection, ids: list[int]) -> list[RecordedSignin]:
    mine = select(activity_signin).where(activity_signin.c.id.in_(ids))
    rows = connection.execute(mine.order_by(activity_signin.c.id))
    return [
        RecordedSignin(r.id, r.activity_id, "member", r.member_id)
        if r.member_id is not None
        else RecordedSignin(r.id, r.activity_id, "volunteer", r.volunteer_id)
        for r in rows
    ]
