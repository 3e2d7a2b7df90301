"""The history of members' points: entries of a ledger that was kept elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from data.errors import RuleError
from data.imported import SURFACE
from data.importing.facts import hashed, method_that, numbered_keys, reached_owner, take_new
from data.importing.fields import choice_field, code_field, day_field, number_field, text_field
from data.importing.kind import Kind, Reading, Values
from data.importing.kinds.held import held_rows
from data.importing.kinds.members import BASE, BASE_NAME
from data.importing.plan import Plan, start_plan
from data.importing.standing import Since
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.writing import Writing
from data.queries.methods import MethodInForce
from data.schema import member, points_entry
from data.writes.points import counter_entry
from data.writes.validation import EARLIEST, NOTE_LENGTH, need_present

MOST = 1000.0
Opening = tuple[int, int]  # member and year


def _rule_names(reading: Reading) -> dict[str, str]:
    found = {BASE_NAME: BASE}
    for adopted in reading.methods:
        scheme = adopted.method.points
        for rule in scheme.rules if scheme else ():
            found.setdefault(rule.name, rule.key)
    return found


FIELDS = (
    code_field(
        "member",
        "党员编号",
        ("编号", "党员编码", "党员代码", "member code", "member id"),
        required=True,
        rules="党员名册里的编号",
    ),
    choice_field(
        "rule",
        "积分项目",
        ("项目", "积分事项", "事项", "加分项目", "积分类型", "rule"),
        _rule_names,
        required=True,
        rules="工作法里的积分项目，或“基础分”（一人一年只记一次）",
    ),
    day_field(
        "happened_on",
        "发生日期",
        ("日期", "时间", "积分日期", "记分日期", "date"),
        first=EARLIEST,
        required=True,
        rules="日期，如 2026-01-05",
    ),
    number_field(
        "points",
        "分值",
        ("积分", "得分", "分数", "加分", "points", "score"),
        low=-MOST,
        high=MOST,
        rules="0.5 的整数倍；扣分写正数或负数都按扣分记；空着按项目的标准分",
        example=2,
    ),
    text_field("note", "说明", ("备注", "事由", "内容", "note"), NOTE_LENGTH, lines=True),
)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(POINTS.key, values)
    members = held_rows(connection, member, values, plan, "member")
    opened = _opened(connection)
    entries: dict[int, dict[str, Any]] = {}
    for position in plan.left():
        row = {one.key: values.of(one.key)[position] for one in FIELDS}
        who = members.get(position)
        reason = _fault(plan, reading, who, row)
        entry = None if reason else _entry(reading, who, row)
        if entry is None:
            plan.refuse(position, reason or "分值与项目不符")
        elif isinstance(entry, str):
            plan.refuse(position, entry)
        elif entry["kind"] == BASE and _again(opened, entry):
            plan.states[position] = "same"
        else:
            entries[position] = entry
    _settle(connection, plan, entries)
    return plan


def _fault(plan: Plan, reading: Reading, who: Row[Any] | None, row: dict[str, Any]) -> str:
    if who is None:
        return f"没有编号为 {row['member']} 的党员，请核对，或先导入党员名册"
    if reason := reached_owner(plan, reading, who.unit_id, f"党员 {who.code}"):
        return reason
    try:
        need_present(who, row["happened_on"], "党员", "发生日期")
    except RuleError as error:
        return error.message
    return ""


def _entry(reading: Reading, who: Row[Any] | None, row: dict[str, Any]) -> dict[str, Any] | str:
    """The ledger entry of a row, or why there is none.

    Points outside the rule's present range are taken as they were given: the rule may have
    been another one then.
    """
    assert who is not None  # noqa: S101 (asked before)
    key, day, given = row["rule"], row["happened_on"], row["points"]

    def able(adopted: MethodInForce) -> bool:
        scheme = adopted.method.points
        return scheme is not None and (key == BASE or key in {r.key for r in scheme.rules})

    adopted = method_that(reading, day, able)
    if adopted is None:
        return "工作法里没有这个积分项目，请核对"
    if key == BASE:
        usual, name, kind = given, BASE_NAME, BASE
    else:
        rule = adopted.method.rule(key)
        usual, name, kind = rule.points if given is None else given, rule.name, rule.kind
    if usual is None:
        return "基础分须写分值"
    if usual * 2 != int(usual * 2):
        return f"分值须为 0.5 的整数倍，现为 {usual:g}"
    if usual == 0 or (kind != "deduction" and usual < 0):
        return f"“{name}”的分值应大于 0，现为 {usual:g}；冲正请在系统里做"
    return {
        "member_id": who.id,
        "unit_id": who.unit_id,
        "method_id": adopted.id,
        "rule_key": key,
        "rule_name": name,
        "kind": kind,
        "points": float(-abs(usual) if kind == "deduction" else usual),
        "happened_on": day,
        "note": row["note"] or "",
    }


def _opened(connection: Connection) -> set[Opening]:
    """Members and years that have an opening entry which stands."""
    undo, entry = points_entry.alias("undo"), points_entry.c
    statement = (
        select(entry.member_id, entry.happened_on)
        .outerjoin(undo, undo.c.reverses_id == entry.id)
        .where(entry.kind == BASE, entry.reverses_id.is_(None), undo.c.id.is_(None))
    )
    return {(row.member_id, row.happened_on.year) for row in connection.execute(statement)}


def _again(opened: set[Opening], entry: dict[str, Any]) -> bool:
    """Whether the year was opened already; it is from now on."""
    day: date = entry["happened_on"]
    opening = (entry["member_id"], day.year)
    if opening in opened:
        return True
    opened.add(opening)
    return False


def _settle(connection: Connection, plan: Plan, entries: dict[int, dict[str, Any]]) -> None:
    """Which of the entries are new, by what they say."""
    told = ("member_id", "rule_key", "happened_on", "points", "note")
    keys: list[str | None] = [None] * len(plan.numbers)
    for position, entry in entries.items():
        keys[position] = hashed([POINTS.key, *(entry[name] for name in told)])
    fresh = take_new(connection, points_entry, plan, numbered_keys(keys))
    new = plan.positions("new")
    plan.unit_ids |= {entries[position]["unit_id"] for position in new}
    plan.work = [
        (position, entries[position] | {"request_id": request_id})
        for position, request_id in zip(new, fresh, strict=True)
    ]


def _touched(connection: Connection, plan: Plan, since: Since) -> bool:
    """Whether a year was opened since, or one of these very entries has come."""
    entry = points_entry.c
    planned = {row["request_id"] for _, row in plan.work}
    newer = since.newer(connection, points_entry, entry.kind, entry.request_id)
    return any(row.kind == BASE or row.request_id in planned for row in newer)


def _write(_connection: Connection, plan: Plan, writing: Writing) -> None:
    positions = [position for position, _ in plan.work]
    rows = [entry for _, entry in plan.work]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    fixed = {k: v for k, v in writing.signed.items() if k != "request_id"}
    fixed |= {"surface": SURFACE, "needs_approval": 0, "status": "approved"}
    writing.insert(points_entry, positions, columns, fixed)


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.need_free(points_entry, but=(points_entry.name,))
    undoing.counter(points_entry, lambda row: counter_entry(row) | {"note": undoing.note})


def _example(connection: Connection, reading: Reading) -> dict[str, Cell]:
    code = connection.scalar(select(member.c.code).order_by(member.c.id).limit(1))
    names = list(_rule_names(reading))
    cells: dict[str, Cell] = {"rule": names[-1], "happened_on": reading.today}
    return cells | ({"member": code} if code else {})


POINTS = Kind(
    key="points",
    name="积分历史",
    fields=FIELDS,
    plan=_plan,
    write=_write,
    undo=_undo,
    example=_example,
    daily=(points_entry,),
    touched=_touched,
    notes=(
        "历史积分直接计入，不再审批；单次分值超出现行项目范围的照原样记。",
        "同一人同一天同一项目同样的分值和说明，第二行算第二次；再导入同一文件不会重复。",
    ),
)
