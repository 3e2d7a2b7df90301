"""数据质量: odd entries of a period, with the rows, the recorder and the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, and_, func, select

from data import schema
from data.entry_forms import FORMS
from data.imported import SURFACE
from data.periods import local_date, midnight
from data.quality import RULES, Entered, Finding, found_by
from data.queries import suspects
from data.queries.counting import Condition, counted_appeal, in_period
from data.schema import member, unit, volunteer
from data.scope import Scope, below
from data.settings import zone

COLUMNS = ["rule", "rule_name", "kind", "kind_name", "who", "account_id", "unit_names", "count"]
COLUMNS += ["ids", "labels", "rows", "first_at", "last_at", "why", "advice"]
STANDING = ("approved", "pending")
MOST_TOLD = 20


def fetch_data_quality(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Odd entries recorded in the period in units below the scope, a finding a row.

    Columns: rule (key of data.quality.RULES), rule_name, kind (key of FORMS), kind_name, who
    (the recorder), account_id (Int64), unit_names, count, ids and labels (lists: of the
    rows), rows (text that names them), first_at and last_at (UTC: recorded), why, advice
    (what to do).
    Entries that were taken back, returned or withdrawn are settled and not listed.
    """
    found = [finding for rule in RULES for finding in _found(connection, rule, scope)]
    rows = [_row(finding) for finding in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"account_id": "Int64"})


def _row(finding: Finding) -> dict[str, Any]:
    entries, rule = finding.entries, RULES[finding.rule]
    first = entries[0]
    labels = list(dict.fromkeys(e.label for e in entries))
    more = f"等 {len(entries)} 条" if len(labels) > MOST_TOLD else ""
    return {
        "rule": finding.rule,
        "rule_name": rule.name,
        "kind": first.kind,
        "kind_name": FORMS[first.kind],
        "who": first.who,
        "account_id": first.account_id,
        "unit_names": "、".join(dict.fromkeys(e.unit_name for e in entries)),
        "count": len(entries),
        "ids": [e.id for e in entries],
        "labels": [e.label for e in entries],
        "rows": "；".join(labels[:MOST_TOLD]) + more,
        "first_at": first.recorded_at,
        "last_at": entries[-1].recorded_at,
        "why": finding.why,
        "advice": rule.advice,
    }


def _recorded(table: Table, scope: Scope, *columns: Any) -> Select[Any]:
    c = table.c
    who = (c.id, c.recorded_by.label("who"), c.recorded_by_account.label("account_id"))
    wanted = select(*who, c.recorded_at, unit.c.name.label("unit_name"), *columns)
    entered = and_(in_period(c.recorded_at, scope), c.surface != SURFACE)
    return wanted.where(below(scope.path), entered)


def _standing(table: Table, scope: Scope, *columns: Any) -> Select[Any]:
    """Rows of a ledger that were neither taken back nor refused."""
    undo = table.alias("undo")
    rows = _recorded(table, scope, *columns).select_from(table)
    rows = rows.join(unit, unit.c.id == table.c.unit_id)
    rows = rows.outerjoin(undo, undo.c.reverses_id == table.c.id)
    rows = rows.where(table.c.reverses_id.is_(None), undo.c.id.is_(None))
    return rows.where(table.c.status.in_(STANDING)) if "status" in table.c else rows


def _entered(kind: str, row: Any, label: str, happened_at: datetime, **more: Any) -> Entered:
    who = (row.unit_name, row.who, row.account_id)
    return Entered(kind, row.id, label, *who, row.recorded_at, happened_at, **more)


def _day(moment: datetime | date) -> str:
    return f"{local_date(moment, zone()) if isinstance(moment, datetime) else moment}"


def _appeals(scope: Scope) -> Select[Any]:
    a = schema.appeal.c
    rows = _recorded(schema.appeal, scope, a.code, a.title, a.category_key, a.received_at)
    return rows.join(unit, unit.c.id == a.unit_id).where(counted_appeal())


def _appeal(row: Any) -> Entered:
    text = f"{row.title}（{row.category_key}）"
    return _entered("appeal", row, row.code, row.received_at, text=text)


def _steps(scope: Scope) -> Select[Any]:
    """Steps but the registration; the first one at an appeal's closing time closed it."""
    event, case = schema.appeal_event, schema.appeal
    earlier = event.alias("earlier")
    first = select(func.min(earlier.c.id)).where(earlier.c.appeal_id == case.c.id)
    shut = first.where(earlier.c.happened_at == case.c.closed_at).scalar_subquery()
    closes = ((case.c.state_type == "closed") & (event.c.id == shut)).label("closes")
    rows = _recorded(event, scope, event.c.happened_at, case.c.code, closes)
    rows = rows.join(case, case.c.id == event.c.appeal_id).join(unit, unit.c.id == case.c.unit_id)
    return rows.where(event.c.id != first.scalar_subquery(), counted_appeal())


def _step(row: Any) -> Entered:
    return _entered("step", row, row.code, row.happened_at, closes=bool(row.closes))


def _visits(scope: Scope) -> Select[Any]:
    v = schema.visit
    return _standing(v, scope, v.c.visited_at, v.c.finding)


def _visit(row: Any) -> Entered:
    label = f"编号 {row.id}（{_day(row.visited_at)}）"
    return _entered("visit", row, label, row.visited_at, text=row.finding)


def _points(scope: Scope) -> Select[Any]:
    p = schema.points_entry
    rows = _standing(p, scope, p.c.rule_name, p.c.happened_on, member.c.code)
    return rows.join(member, member.c.id == p.c.member_id).where(p.c.kind != "base")


def _point(row: Any) -> Entered:
    label = f"{row.code} {row.rule_name}（{_day(row.happened_on)}）"
    return _entered("points", row, label, midnight(row.happened_on, zone()))


def _services(scope: Scope) -> Select[Any]:
    s = schema.service_record
    rows = _standing(s, scope, s.c.activity, s.c.started_at, s.c.minutes, volunteer.c.code)
    return rows.join(volunteer, volunteer.c.id == s.c.volunteer_id)


def _service(row: Any) -> Entered:
    label = f"{row.code} {row.activity} {row.minutes}分钟（{_day(row.started_at)}）"
    return _entered("service", row, label, row.started_at, minutes=row.minutes)


@dataclass(frozen=True)
class _Kind:
    """A kind of entry: its table, its rows of a scope, and each row as the rules see it.

    ``happened`` and ``text`` (of those that are written in free words) are its columns.
    """

    table: Table
    rows: Callable[[Scope], Select[Any]]
    entered: Callable[[Any], Entered]
    happened: str
    text: str = ""


_KINDS = (
    _Kind(schema.appeal, _appeals, _appeal, "received_at", "title"),
    _Kind(schema.appeal_event, _steps, _step, "happened_at"),
    _Kind(schema.visit, _visits, _visit, "visited_at", "finding"),
    _Kind(schema.points_entry, _points, _point, "happened_on"),
    _Kind(schema.service_record, _services, _service, "started_at"),
)


def _found(connection: Connection, rule: str, scope: Scope) -> list[Finding]:
    """What a rule finds among the rows that it might find: it would pass over all others."""
    entries: list[Entered] = []
    for kind in _KINDS:
        rows = kind.rows(scope)
        suspect = _SUSPECTS[rule](connection, kind, rows, scope)
        if suspect is not None:
            entries += map(kind.entered, connection.execute(rows.where(suspect)))
    return found_by(rule, entries, zone())


Suspect = Callable[[Connection, _Kind, Select[Any], Scope], Condition | None]


def _late(_: Connection, kind: _Kind, _rows: Select[Any], scope: Scope) -> Condition | None:
    return suspects.maybe_late(kind.table, kind.happened, scope)


def _at_once(_: Connection, kind: _Kind, _rows: Select[Any], scope: Scope) -> Condition | None:
    return suspects.maybe_at_once(scope) if kind.table is schema.appeal_event else None


def _round(
    connection: Connection, kind: _Kind, rows: Select[Any], scope: Scope
) -> Condition | None:
    if kind.table is not schema.service_record:
        return None
    return suspects.maybe_round(connection, kind.table, rows, scope)


def _alike(_: Connection, kind: _Kind, _rows: Select[Any], scope: Scope) -> Condition | None:
    return suspects.maybe_alike(kind.table, kind.text, scope) if kind.text else None


# for each rule which rows of a kind it might find; None for none of them
_SUSPECTS: dict[str, Suspect] = {
    "late": _late,
    "at_once": _at_once,
    "round": _round,
    "alike": _alike,
}
