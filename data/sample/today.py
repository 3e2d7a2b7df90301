"""What the demo worker has entered today, so that 我的填报 and 待审核 show what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select

from data.heads import head_values
from data.method import Method
from data.periods import quarter_of
from data.reporting import period_key
from data.sample.moments import Clock
from data.sample.topics import topic_of
from data.schema import (
    account,
    account_grant,
    activity,
    activity_signin,
    appeal,
    appeal_event,
    checkup,
    checkup_part,
    indicator_report,
    member,
    points_entry,
    service_record,
    unit,
    visit,
    volunteer,
)
from data.scope import below
from data.seals import append_sealed
from data.workflow import Event, fold

WORKER = "demo-worker"
EVERY = timedelta(minutes=9)  # between one entry and the next
MEETING = timedelta(hours=9)  # before midnight: yesterday afternoon, whatever the time is now


@dataclass
class _Desk:
    """The demo worker at work: who, where, and what each entry is stamped with."""

    connection: Connection
    method: Method
    clock: Clock
    unit: Any  # the row of the worker's grid
    who: dict[str, Any]
    entries: int = 0

    def stamp(self) -> dict[str, Any]:
        """The columns of every recorded row; each entry is made some minutes after the last."""
        self.entries += 1
        return {"recorded_at": self.now, "surface": "entry", "request_id": None} | self.who

    @property
    def now(self) -> datetime:
        """When the present entry is made: today, and never after the end of the history."""
        at = self.clock.now - 8 * EVERY + self.entries * EVERY
        return min(self.clock.now, max(at, self.clock.midnight(self.clock.today)))

    def people(self, table: Table, count: int, *conditions: Any) -> list[Any]:
        """Members or volunteers who belong to the grid today."""
        rows: Select[Any] = select(table).join(unit, unit.c.id == table.c.unit_id)
        here = rows.where(below(self.unit.path), table.c.left_on.is_(None), *conditions)
        joined = table.c.joined_on < self.clock.today - timedelta(days=2)
        ordered = here.where(joined).order_by(table.c.id).limit(count)
        return list(self.connection.execute(ordered).all())


def add_entries_of_today(connection: Connection, method: Method, clock: Clock) -> None:
    """A handful of entries of the demo worker, of every form that the method has."""
    held = account_grant.join(account, account.c.id == account_grant.c.account_id)
    columns = (account.c.id.label("account_id"), account.c.display_name, unit)
    mine = select(*columns).select_from(held.join(unit, unit.c.id == account_grant.c.unit_id))
    worker = connection.execute(mine.where(account.c.login == WORKER)).first()
    if worker is None:
        return
    who = {"recorded_by": worker.display_name, "recorded_by_account": worker.account_id}
    desk = _Desk(connection, method, clock, worker, who)
    for enter in (_visits, _points, _service, _activity, _part, _report, _appeal):
        enter(desk)


def _visits(desk: _Desk) -> None:
    rules = [rule.key for rule in desk.method.must_visit[:1]]
    for rule_key, finding in zip(
        [*rules, None], ("药品快用完，已联系家属", "新租户入住，已登记"), strict=False
    ):
        row = {"unit_id": desk.unit.id, "rule_key": rule_key, "finding": finding}
        row |= desk.stamp()
        append_sealed(desk.connection, visit, [row | {"visited_at": desk.now}])


def _points(desk: _Desk) -> None:
    """One rule that counts after approval, for whoever has room left under its cap."""
    rules = desk.method.points.rules if desk.method.points else []
    rule = next((r for r in rules if r.needs_approval and r.kind == "award"), None)
    if rule is None:
        return
    p, day = points_entry.c, desk.clock.today
    same = (p.member_id == member.c.id, p.rule_key == rule.key)
    had = select(p.id).where(*same, p.happened_on >= day.replace(month=1, day=1)).exists()
    facts = {"rule_key": rule.key, "rule_name": rule.name, "kind": rule.kind, "method_id": 1}
    facts |= {"points": rule.points, "happened_on": day, "note": "材料已拍照存档"}
    facts |= {"needs_approval": 1, "status": "pending"} | desk.stamp()
    rows = [
        facts | {"member_id": one.id, "unit_id": one.unit_id}
        for one in desk.people(member, 2, ~had)
    ]
    append_sealed(desk.connection, points_entry, rows)


def _service(desk: _Desk) -> None:
    """Hours of yesterday afternoon, of volunteers who were free then, where they need approval."""
    rules = desk.method.volunteering
    if not rules.hours_need_approval:
        return
    s, midnight = service_record.c, desk.clock.midnight(desk.clock.today)
    near = s.started_at > midnight - timedelta(days=2)
    busy = select(s.id).where(s.volunteer_id == volunteer.c.id, near).exists()
    facts = {"unit_id": desk.unit.id, "activity": rules.activities[0], "minutes": 90}
    facts |= {"started_at": midnight - MEETING, "note": "", "certified_by": desk.unit.display_name}
    facts |= {"needs_approval": 1, "status": "pending"} | desk.stamp()
    rows = [
        facts | {"volunteer_id": one.id, "team_id": one.team_id}
        for one in desk.people(volunteer, 3, ~busy)
    ]
    append_sealed(desk.connection, service_record, rows)


def _activity(desk: _Desk) -> None:
    for kind in desk.method.activities[:1]:
        stamp, table = desk.stamp(), {"member": member, "volunteer": volunteer}[kind.who[0]]
        row = {"unit_id": desk.unit.id, "method_id": 1, "started_at": desk.now}
        row |= {"kind_key": kind.key, "kind_name": kind.name, "place": "网格党群驿站"}
        title = f"{desk.clock.today.month}月{kind.name}（补课）"
        (number,) = append_sealed(desk.connection, activity, [row | stamp | {"title": title}])
        signed = {"activity_id": number, "signed_at": desk.now} | stamp
        people = [signed | {f"{table.name}_id": one.id} for one in desk.people(table, 4)]
        append_sealed(desk.connection, activity_signin, people)


def _part(desk: _Desk) -> None:
    """The members' rating of somebody of whom it is not entered for this quarter yet."""
    if desk.method.checkup is None:
        return
    quarter = quarter_of(desk.clock.today)
    has, part = (checkup.c.member_id == member.c.id), checkup_part.c
    done = select(checkup.c.id).where(has, checkup.c.quarter == quarter).exists()
    rated = select(part.id).where(part.member_id == member.c.id, part.quarter == quarter)
    rated_by_members = rated.where(part.part == "democratic").exists()
    for one in desk.people(member, 1, ~done, ~rated_by_members):
        row = {"member_id": one.id, "unit_id": one.unit_id, "quarter": quarter}
        row |= {"part": "democratic", "score": 88.5, "checked_on": desk.clock.today} | desk.stamp()
        append_sealed(desk.connection, checkup_part, [row])


def _report(desk: _Desk) -> None:
    """The running period of one of the grid's indicators."""
    mine = [one for one in desk.method.indicators if one.level == desk.unit.level]
    for one in mine[:1]:
        row = {"unit_id": desk.unit.id, "method_id": 1, "indicator_key": one.key}
        row |= {"indicator_name": one.name, "measure": one.measure, "note": "巡查台账"}
        row |= {"period": period_key(one.every, desk.clock.today), "value": max(one.low, 6.0)}
        append_sealed(desk.connection, indicator_report, [row | desk.stamp()])


def _appeal(desk: _Desk) -> None:
    """The last appeal of the day, just registered."""
    category, stamp = desk.method.categories[0], desk.stamp()
    at, workflow = desk.clock.now, desk.method.workflow(category.workflow)
    stamp |= {"recorded_at": at}  # codes count up in the order of receiving
    event = Event("advance", workflow.states[0].key, at)
    head = fold(workflow, category, at, [event], desk.clock.calendar)
    row = {"unit_id": desk.unit.id, "method_id": 1, "received_at": at, "code": _code(desk)}
    row |= {"workflow_key": workflow.key, "category_key": category.key}
    channels = desk.method.channels
    channel = next((one for one in channels if "网格" in one), channels[0])
    row |= {"channel": channel, "title": topic_of(category).titles[0]}
    row |= {"lat": desk.unit.centre_lat, "lon": desk.unit.centre_lon, **head_values(head)}
    new_id = insert(appeal).returning(appeal.c.id)
    number = desk.connection.execute(new_id, row | stamp).scalar_one()
    facts = {"appeal_id": number, "kind": event.kind, "state": event.state, "happened_at": at}
    facts |= {"handler": desk.unit.display_name} | stamp
    append_sealed(desk.connection, appeal_event, [facts])


def _code(desk: _Desk) -> str:
    day = f"{desk.clock.today:%Y%m%d}-"
    mine = select(func.count()).where(appeal.c.code.startswith(day))
    return f"{day}{(desk.connection.scalar(mine) or 0) + 1:04d}"
