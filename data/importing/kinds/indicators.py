"""Indicators that units have reported, period by period; a corrected value counters the old."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from data.errors import RuleError
from data.importing.bulk import insert_many
from data.importing.cells import Column
from data.importing.fields import UNIT_FIELDS, choice_field, number_field, text_field
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.kinds.held import unit_example
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.method import Indicator
from data.method.reporting import ReportCycle
from data.reporting import EXAMPLES, check_period, check_value, first_day, period_key
from data.schema import indicator_report
from data.writes.validation import NOTE_LENGTH

CORRECTED = "导入更正"
KEPT = ("unit_id", "method_id", "indicator_key", "indicator_name", "measure", "period")
NUMBERS = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}
# how people write the periods, with the key each becomes
WRITTEN: dict[ReportCycle, tuple[str, str]] = {
    "week": (r"(\d{4})年?第?(\d{1,2})周", "{0}W{1:02}"),
    "month": (r"(\d{4})[年/.-]?(\d{1,2})月?(?:份)?", "{0}-{1:02}"),
    "quarter": (r"(\d{4})年?[-/]?第?q?([1-4一二三四])季?度?", "{0}Q{1}"),
    "half_year": (r"(\d{4})年?[-/]?h?([12上下])(?:半年)?", "{0}H{1}"),
    "year": (r"(\d{4})(?:年度?|全年)?", "{0}"),
}

Slot = tuple[int, str, str]  # unit, indicator, period


def _indicators(reading: Reading) -> dict[str, str]:
    return {one.name: one.key for one in reading.adopted.method.indicators}


def _as_written(cells: list[Cell], _reading: Reading) -> Column[Any]:
    return Column(list(cells))


def period_of(cell: Cell, every: ReportCycle) -> str | None:
    """The key of the period that a cell means in a cycle; None where it means none."""
    if isinstance(cell, date):
        return period_key(every, cell.date() if isinstance(cell, datetime) else cell)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    text = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    for candidate in (text.upper(), _rewritten(text, every)):
        try:
            first_day(every, candidate)
        except RuleError:
            continue
        return candidate
    return None


def _rewritten(text: str, every: ReportCycle) -> str:
    pattern, key = WRITTEN[every]
    found = re.fullmatch(pattern, text)
    if found is None:
        return ""
    year, *rest = (NUMBERS.get(part, part) for part in found.groups())
    return key.format(year, *map(int, rest))


FIELDS: tuple[Field, ...] = (
    *UNIT_FIELDS,
    choice_field(
        "indicator_key",
        "指标",
        ("指标名称", "项目", "indicator"),
        _indicators,
        required=True,
        rules="工作法里的指标名称，由那一级的单位上报",
    ),
    Field(
        "period",
        "上报周期",
        ("周期", "期间", "月份", "时间", "季度", "年份", "period", "month"),
        _as_written,
        required=True,
        rules="按指标的周期写，如 2026-11、2026年第4季度、2026W47",
    ),
    number_field(
        "value",
        "数值",
        ("值", "数量", "完成数", "value"),
        low=-1e12,
        high=1e12,
        required=True,
        rules="数字；没有上报的周期不要写成 0，不写这一行",
    ),
    text_field(
        "note",
        "数据来源",
        ("来源", "备注", "说明", "source", "note"),
        longest=NOTE_LENGTH,
        lines=True,
    ),
)


@dataclass
class _Work:
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    # position, the report that stands, and the one that takes its place
    changed: list[tuple[int, Any, dict[str, Any]]] = field(default_factory=list)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(INDICATORS.key, values)
    plan.work = _Work()
    ids = unit_of_rows(values, reading, plan)
    rows = {n: _checked(plan, values, reading, n, ids[n]) for n in plan.left()}
    slots = [_slot(rows.get(n)) for n in range(len(values.numbers))]
    refuse_repeats(plan, slots, "单位、指标和周期")
    held = _standing(connection)
    for position in plan.left():
        row, known = rows[position], held.get(slots[position])
        if row is None:
            continue
        if known is None:
            plan.states[position] = "new"
            plan.work.new.append((position, row))
            continue
        plan.change(position, changes_of(INDICATORS, dict(known._mapping), {"value": row["value"]}))
        if plan.states[position] == "changed":
            plan.work.changed.append((position, known, row))
    return plan


def _slot(row: dict[str, Any] | None) -> Slot | None:
    return None if row is None else (row["unit_id"], row["indicator_key"], row["period"])


def _checked(
    plan: Plan, values: Values, reading: Reading, position: int, unit_id: int
) -> dict[str, Any] | None:
    """The report of a row; None where the row is refused."""
    one = reading.adopted.method.indicator(values.of("indicator_key")[position])
    cell, value = values.of("period")[position], float(values.of("value")[position])
    period = period_of(cell, one.every)
    if period is None:
        said = f"上报周期 “{str(cell)[:30]}” 的写法不对，“{one.name}”应如 {EXAMPLES[one.every]}"
        plan.refuse(position, said)
        return None
    try:
        check_period(one.every, period, reading.today)
        check_value(one, value)
    except RuleError as error:
        plan.refuse(position, error.message)
        return None
    if not _fits(plan, reading, position, one, unit_id):
        return None
    row = {"unit_id": unit_id, "period": period, "value": value}
    row |= {"indicator_key": one.key, "indicator_name": one.name, "measure": one.measure}
    return row | {"method_id": reading.adopted.id, "note": values.of("note")[position] or ""}


def _fits(plan: Plan, reading: Reading, position: int, one: Indicator, unit_id: int) -> bool:
    unit = reading.units.by_id[unit_id]
    if unit.level == one.level:
        return True
    levels = {level.key: level.name for level in reading.adopted.method.levels}
    level = levels[one.level]
    said = f"“{one.name}”由{level}上报，{unit.name}（{unit.code}）不是{level}，请改正单位"
    plan.refuse(position, said)
    return False


def _standing(connection: Connection) -> dict[Any, Row[Any]]:
    """The reports that nobody has taken back, by unit, indicator and period."""
    report, undo = indicator_report, indicator_report.alias("undo")
    statement = (
        select(report)
        .outerjoin(undo, undo.c.reverses_id == report.c.id)
        .where(report.c.reverses_id.is_(None), undo.c.id.is_(None))
    )
    rows = connection.execute(statement)
    return {(row.unit_id, row.indicator_key, row.period): row for row in rows}


def _write(_connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    counters = [_counter(held, CORRECTED) for _, held, _ in work.changed]
    _insert(writing, [n for n, _, _ in work.changed], counters)
    writing.tick(0.5)
    fresh = sorted([*work.new, *((n, row) for n, _, row in work.changed)], key=lambda one: one[0])
    rows = [row | {"reverses_id": None} for _, row in fresh]
    _insert(writing, [n for n, _ in fresh], rows)


def _insert(writing: Writing, positions: list[int], rows: list[dict[str, Any]]) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    writing.insert(indicator_report, positions, columns, writing.signed)


def _counter(row: Row[Any], note: str) -> dict[str, Any]:
    """A report taken back: the same but for the sign (0 minus it, so that 0 stays 0)."""
    facts = {name: row._mapping[name] for name in KEPT}
    return facts | {"value": 0 - row.value, "note": note, "reverses_id": row.id}


def _undo(connection: Connection, undoing: Undoing) -> None:
    """Reports are taken back, and those that the import corrected are entered again."""
    undoing.counter(indicator_report, lambda row: _counter(row, undoing.note))
    counters = select(indicator_report.c.reverses_id).where(
        indicator_report.c.id.in_(undoing.ids(indicator_report))
    )
    table = indicator_report
    old = connection.execute(select(table).where(table.c.id.in_(counters)).order_by(table.c.id))
    standing = _standing(connection)
    again = [row for row in old if (row.unit_id, row.indicator_key, row.period) not in standing]
    columns = {name: [row._mapping[name] for row in again] for name in (*KEPT, "value", "note")}
    insert_many(connection, table, columns, undoing.signed)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    for one in reading.adopted.method.indicators:
        unit = unit_example(reading, one.level)
        if unit:
            period = period_key(one.every, reading.today)
            named: dict[str, Cell] = {"indicator_key": one.name, "period": period}
            return unit | named | {"value": one.low, "note": "示例"}
    return {"period": EXAMPLES["month"], "value": 0}


INDICATORS = Kind(
    "indicators",
    "指标上报",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    daily=(indicator_report,),
    notes=(
        "一行是一个单位在一个周期的一个指标；没有上报就不写，空着和 0 不是一回事",
        "已经报过而数值不同的，原来那一条冲正后重记；数值相同的不动",
    ),
)
