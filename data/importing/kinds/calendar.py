"""The working-day calendar; a changed day moves the deadlines that were counted across it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.errors import RuleError
from data.importing.fields import choice_field, day_field, text_field
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.writing import Writing
from data.schema import calendar_day
from data.writes.calendar import FIRST_YEAR, LAST_YEAR, move_deadlines

FIRST = date(FIRST_YEAR, 1, 1)
AHEAD = 40 * 366
WORK = {"上班": "1", "休息": "0"}
ALSO = {
    "工作日": "1", "班": "1", "是": "1", "补班": "1", "true": "1", "yes": "1", "y": "1",
    "休息日": "0", "休": "0", "否": "0", "放假": "0", "节假日": "0", "false": "0",
    "no": "0", "n": "0",
}  # fmt: skip

FIELDS: tuple[Field, ...] = (
    day_field(
        "day",
        "日期",
        ("日子", "day", "date"),
        first=FIRST,
        ahead=AHEAD,
        required=True,
        rules=f"日期，{FIRST_YEAR} 到 {LAST_YEAR} 年",
    ),
    choice_field(
        "is_workday",
        "是否上班",
        ("上班", "是否工作日", "工作日", "类型", "is workday", "workday"),
        lambda _reading: WORK,
        also=ALSO,
        required=True,
        rules="“上班”或“休息”",
    ),
    text_field("name", "节日名称", ("节日", "名称", "假期", "备注", "name", "holiday")),
)


def _plan(connection: Connection, values: Values, _reading: Reading) -> Plan:
    plan = start_plan(CALENDAR.key, values)
    days, names = values.of("day"), values.of("name")
    refuse_repeats(plan, days, "日期")
    held = {row.day: row for row in connection.execute(select(calendar_day))}
    plan.work = {}
    for position in plan.left():
        day, known = days[position], held.get(days[position])
        if day.year > LAST_YEAR:
            plan.refuse(position, f"年份不能晚于 {LAST_YEAR} 年，请检查")
            continue
        row = {"is_workday": int(values.of("is_workday")[position]), "name": names[position]}
        plan.work[position] = (day, row)
        if known is None:
            plan.states[position] = "new"
        else:
            shown = {"is_workday": {int(key): word for word, key in WORK.items()}}
            plan.change(position, changes_of(CALENDAR, dict(known._mapping), row, shown))
    return plan


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    held = {row.day: row for row in connection.execute(select(calendar_day))}
    added = plan.positions("new")
    rows = [
        {"day": day, **row, "name": row["name"] or ""} for day, row in map(plan.work.get, added)
    ]
    if rows:
        connection.execute(insert(calendar_day), rows)
    for position, row in zip(added, rows, strict=True):
        after = {key: row[key] for key in ("is_workday", "name")}
        number = row["day"].toordinal()  # a day is its own key: it has no id
        writing.changed(calendar_day, position, number, {}, after, action="added")
    for position in plan.positions("changed"):
        day, row = plan.work[position]
        before = {key: held[day]._mapping[key] for key in row}
        after = {key: value for key, value in row.items() if value is not None}
        after = {key: value for key, value in after.items() if value != before[key]}
        connection.execute(update(calendar_day).where(calendar_day.c.day == day).values(after))
        old = {key: before[key] for key in after}
        writing.changed(calendar_day, position, day.toordinal(), old, after)
    writing.tick(0.5)
    days = [plan.work[position][0] for position in (*added, *plan.positions("changed"))]
    move_deadlines(connection, min(days), max(days))


def _undo(connection: Connection, undoing: Undoing) -> None:
    """Days added go, days changed become what they were, and deadlines move back."""
    undoing.need_free(calendar_day)
    taken = undoing.rows(calendar_day)
    days = [date.fromordinal(one.row_id) for one in taken]
    held = {row.day: row for row in connection.execute(select(calendar_day))}
    for one, day in zip(taken, days, strict=True):
        row: Any = held.get(day)
        if row is None or any(row._mapping[key] != value for key, value in one.after.items()):
            raise RuleError(f"不能撤销这次导入：{day} 之后又被改动，请先核对", "工作日历")
        here = calendar_day.c.day == day
        if one.action == "added":
            connection.execute(delete(calendar_day).where(here))
        else:
            connection.execute(update(calendar_day).where(here).values(one.before))
    move_deadlines(connection, min(days), max(days))


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    day = reading.today + timedelta(days=365)
    return {"day": day, "is_workday": "休息", "name": "示例节日"}


CALENDAR = Kind(
    "calendar",
    "工作日历",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    admin_only=True,
    notes=(
        "只写与平常不同的日子即可：没有写的日子，周一到周五上班",
        "改动工作日后，没有办结的诉求的时限跟着变化",
    ),
)
