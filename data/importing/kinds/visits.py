"""Visits to households that were recorded elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from data.imported import SURFACE
from data.importing.facts import hashed, method_that, numbered_keys, take_new
from data.importing.fields import UNIT_FIELDS, choice_field, moment_field, text_field
from data.importing.kind import Kind, Reading, Values
from data.importing.kinds.held import unit_example
from data.importing.plan import Plan, start_plan
from data.importing.standing import Since
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.queries.methods import MethodInForce
from data.schema import visit
from data.writes.validation import EARLIEST
from data.writes.visits import FINDING_LENGTH

FREE = "free"  # a visit that no rule asks for
KEPT = ("unit_id", "person_id", "rule_key", "visited_at", "appeal_id")


def _rule_names(reading: Reading) -> dict[str, str]:
    found = {"普通走访": FREE}
    for adopted in reading.methods:
        for rule in adopted.method.must_visit:
            found.setdefault(rule.name, rule.key)
    return found


FIELDS = (
    moment_field(
        "visited_at",
        "走访时间",
        ("时间", "日期", "走访日期", "入户时间", "visited at"),
        required=True,
        rules="日期和时间，如 2026-01-05 15:20",
        example="2026-01-05 15:20",
    ),
    *UNIT_FIELDS,
    choice_field(
        "rule",
        "必访事项",
        ("走访类型", "走访事项", "走访类别", "事项", "类型", "rule"),
        _rule_names,
        rules="工作法里的必访事项；空着是普通走访",
    ),
    text_field(
        "finding",
        "走访情况",
        ("情况", "走访内容", "走访记录", "内容", "备注", "finding"),
        FINDING_LENGTH,
        lines=True,
    ),
)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(VISITS.key, values)
    ids = unit_of_rows(values, reading, plan)
    moments, rules, findings = (values.of(key) for key in ("visited_at", "rule", "finding"))
    rows: dict[int, dict[str, Any]] = {}
    keys: list[str | None] = [None] * len(plan.numbers)
    for n in plan.left():
        rule = None if rules[n] in (None, FREE) else rules[n]
        if reason := _fault(reading, moments[n], rule):
            plan.refuse(n, reason)
            continue
        facts = (ids[n], moments[n], rule, findings[n] or "")
        rows[n] = dict(zip(("unit_id", "visited_at", "rule_key", "finding"), facts, strict=True))
        keys[n] = hashed([VISITS.key, *facts])
    fresh = take_new(connection, visit, plan, numbered_keys(keys))
    new = plan.positions("new")
    plan.work = [(n, rows[n] | {"request_id": key}) for n, key in zip(new, fresh, strict=True)]
    return plan


def _fault(reading: Reading, moment: Any, rule: str | None) -> str:
    if moment > reading.now:
        return "走访时间晚于现在，请检查"
    day = moment.astimezone(reading.zone).date()
    if day < EARLIEST:
        return f"走访时间不能早于 {EARLIEST.year} 年，请检查年份"

    def able(adopted: MethodInForce) -> bool:
        return rule is None or rule in {one.key for one in adopted.method.must_visit}

    return "" if method_that(reading, day, able) else "工作法里没有这个必访事项，请核对"


def _touched(connection: Connection, plan: Plan, since: Since) -> bool:
    """Whether one of these very visits has come since."""
    planned = {row["request_id"] for _, row in plan.work}
    newer = since.newer(connection, visit, visit.c.request_id)
    return any(row.request_id in planned for row in newer)


def _write(_connection: Connection, plan: Plan, writing: Writing) -> None:
    rows = [row for _, row in plan.work]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    fixed = {k: v for k, v in writing.signed.items() if k != "request_id"}
    positions = [n for n, _ in plan.work]
    writing.insert(visit, positions, columns, fixed | {"surface": SURFACE})


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.need_free(visit, but=(visit.name,))

    def counter(row: Row[Any]) -> dict[str, Any]:
        return {name: row._mapping[name] for name in KEPT} | {"finding": undoing.note}

    undoing.counter(visit, counter)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    return unit_example(reading) | {"rule": list(_rule_names(reading))[-1]}


VISITS = Kind(
    key="visits",
    name="走访",
    fields=FIELDS,
    plan=_plan,
    write=_write,
    undo=_undo,
    example=_example,
    daily=(visit,),
    touched=_touched,
    notes=("被走访人的姓名、电话不导入，也没有地方存放。",),
)
