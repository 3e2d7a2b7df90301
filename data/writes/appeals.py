"""Appeals: registration and the steps that carry them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from data.access import require
from data.directing import needs_office
from data.engines import Engines
from data.errors import RuleError
from data.heads import head_values, stored_head
from data.identity import Actor
from data.method import Method, Workflow
from data.periods import local_date
from data.queries.calendar import fetch_calendar
from data.queries.methods import fetch_method
from data.schema import appeal, appeal_event, visit
from data.seals import append_sealed
from data.settings import zone
from data.workflow import Event, Head, apply, check_step
from data.writes.places import appeal_place, row_place, unit_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import (
    NAME_LENGTH,
    clean_choice,
    clean_moment,
    clean_text,
    need_method,
    need_row,
    stamp,
)
from data.writes.visits import check_origin

TITLE_LENGTH = 120
CONTENT_LENGTH = 2000


@dataclass(frozen=True)
class RecordedAppeal:
    """A registered appeal: its code, first state (key) and deadline."""

    id: int
    code: str
    state: str
    due_at: datetime


@dataclass(frozen=True)
class RecordedStep:
    """A recorded step (id of the event) and where the appeal stands after it."""

    id: int
    appeal_id: int
    code: str
    state_name: str
    head: Head


def record_appeal(
    engines: Engines,
    *,
    unit_id: int,
    category_key: str,
    channel: str,
    title: str,
    content: str,
    received_at: datetime,
    visit_id: int | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedAppeal:
    """Register an appeal for a unit; it enters the first state of its category's workflow.

    ``visit_id`` is the visit on which it was found; its registration keeps it, sealed.
    """
    act = Act("record_appeal", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    facts = {
        "unit_id": unit_id,
        "category_key": category_key,
        "channel": channel,
        "title": clean_text("诉求标题", title, TITLE_LENGTH),
        "content": clean_text("诉求内容", content, CONTENT_LENGTH, required=False, lines=True),
        "received_at": clean_moment("收到时间", received_at, at),
    }

    def where(connection: Connection) -> list[Place]:
        here = [unit_place(connection, unit_id)]
        return here + ([row_place(connection, visit, visit_id, "走访记录")] if visit_id else [])

    def work(connection: Connection) -> list[int]:
        if visit_id is not None:
            check_origin(connection, visit_id, unit_id, received_at)
        return [_register(connection, facts, signed, visit_id)]

    return write_once(engines, appeal, act, where, work, _recorded_appeal)


def _register(
    connection: Connection, facts: dict[str, Any], signed: dict[str, Any], visit_id: int | None
) -> int:
    received_at, day = facts["received_at"], local_date(facts["received_at"], zone())
    adopted = need_method(connection, day, "收到时间")
    _check_choices(adopted.method, facts)
    category = adopted.method.category(facts["category_key"])
    workflow = adopted.method.workflow(category.workflow)
    first = Event("advance", workflow.states[0].key, received_at)
    calendar = fetch_calendar(connection, since=day)
    head = apply(None, first, workflow, category, received_at, calendar)
    row = facts | signed | head_values(head)
    row |= {"method_id": adopted.id, "workflow_key": workflow.key}
    row["code"] = _next_code(connection, f"{day:%Y%m%d}-")
    appeal_id = connection.execute(insert(appeal).returning(appeal.c.id), row).scalar_one()
    registration = {"appeal_id": appeal_id, "kind": first.kind, "state": first.state}
    registration |= signed | {"happened_at": received_at, "visit_id": visit_id}
    append_sealed(connection, appeal_event, [registration])
    return appeal_id


def _check_choices(method: Method, facts: dict[str, Any]) -> None:
    keys = [category.key for category in method.categories]
    clean_choice("诉求类别", facts["category_key"], keys)
    clean_choice("诉求来源", facts["channel"], method.channels)


def _next_code(connection: Connection, prefix: str) -> str:
    """The day's next code; imported ones may begin alike and go on otherwise."""
    codes = connection.scalars(select(appeal.c.code).where(appeal.c.code.startswith(prefix)))
    ends = (code.removeprefix(prefix) for code in codes)
    number = max((int(end) for end in ends if end.isdecimal()), default=0) + 1
    return f"{prefix}{number:04d}"


def _recorded_appeal(connection: Connection, ids: list[int]) -> RecordedAppeal:
    columns = (appeal.c.id, appeal.c.code, appeal.c.state, appeal.c.due_at)
    row = connection.execute(select(*columns).where(appeal.c.id == ids[0])).one()
    return RecordedAppeal(*row)


def record_appeal_step(
    engines: Engines,
    *,
    appeal_id: int,
    kind: str,
    state: str | None = None,
    happened_at: datetime,
    handler: str = "",
    reply: str = "",
    resolved: int | None = None,
    rating: int | None = None,
    new_due_at: datetime | None = None,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedStep:
    """Carry an appeal on by one step (advance, return, extend, redo) that its workflow allows."""
    act = Act("record_appeal_step", actor, at, request_id)
    stamp(at, actor, request_id)
    before: dict[str, Any] = {}
    answers = {
        "handler": clean_text("办理人", handler, NAME_LENGTH, required=False),
        "reply": clean_text("办理说明", reply, CONTENT_LENGTH, required=False, lines=True),
        "resolved": resolved,
        "rating": rating,
        "new_due_at": new_due_at,
    }
    happened_at = clean_moment("办理时间", happened_at, at)

    def where(connection: Connection) -> list[Place]:
        return [appeal_place(connection, appeal_id)]

    def work(connection: Connection) -> list[int]:
        row = need_row(connection, appeal, appeal_id, "诉求")
        step = {"kind": kind, "state": state, "happened_at": happened_at}
        before.update(code=row.code, state=row.state, due_at=row.due_at)
        return [_advance(connection, row, step | answers, act)]

    return write_once(engines, appeal_event, act, where, work, _recorded_step, before)


def _advance(connection: Connection, row: Row[Any], given: dict[str, Any], act: Act) -> int:
    method = fetch_method(connection, row.method_id).method
    workflow, category = method.workflow(row.workflow_key), method.category(row.category_key)
    head = stored_head(row)
    event = check_step(workflow, head, **given)
    _check_director(connection, row, workflow, event, act)
    _check_order(connection, row.id, event.happened_at)
    calendar = fetch_calendar(connection, since=local_date(row.received_at, zone()))
    after = apply(head, event, workflow, category, row.received_at, calendar)
    fact = given | {"appeal_id": row.id, "state": event.state}
    fact |= stamp(act.at, act.actor, act.request_id)
    fact["handler"] = given["handler"] or None
    (event_id,) = append_sealed(connection, appeal_event, [fact])
    connection.execute(update(appeal).where(appeal.c.id == row.id).values(head_values(after)))
    return event_id


def _check_director(
    connection: Connection, row: Row[Any], workflow: Workflow, event: Event, act: Act
) -> None:
    """Sending a case to somebody else, refusing or prolonging it is for the office."""
    if needs_office(workflow, event.kind, event.state):
        place = appeal_place(connection, row.id)
        require(connection, act.actor, "direct_appeal", place.path, at=act.at)


def _check_order(connection: Connection, appeal_id: int, happened_at: datetime) -> None:
    """An extension leaves the state's own time alone, so the last event is asked too."""
    last = func.max(appeal_event.c.happened_at)
    latest = connection.scalar(select(last).where(appeal_event.c.appeal_id == appeal_id))
    if latest is not None and happened_at < latest:
        raise RuleError("办理时间早于上一次办理的时间，请改为它之后的时间", "办理时间")


def _recorded_step(connection: Connection, ids: list[int]) -> RecordedStep:
    of_event = select(appeal_event.c.appeal_id).where(appeal_event.c.id == ids[0])
    row = connection.execute(select(appeal).where(appeal.c.id == of_event.scalar_subquery())).one()
    workflow = fetch_method(connection, row.method_id).method.workflow(row.workflow_key)
    head = stored_head(row)
    return RecordedStep(ids[0], row.id, row.code, workflow.state(head.state).name, head)
