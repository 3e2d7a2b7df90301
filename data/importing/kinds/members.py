"""Members of the party: the roster, and the base points that open their year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from data.importing.fields import UNIT_FIELDS, choice_field, code_field, day_field, text_field
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.kinds.held import held_rows, refuse_without, unit_example
from data.importing.plan import NONE, Change, Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.schema import member, person, points_entry

FOUNDED = date(1921, 7, 1)
BASE, BASE_NAME, BASE_NOTE = "base", "基础分", "年初基础分"
OWN = ("unit_id", "class_key", "joined_on", "left_on")  # columns that a row may change


def _classes(reading: Reading) -> dict[str, str]:
    return {one.name: one.key for one in reading.adopted.method.member_classes}


FIELDS: tuple[Field, ...] = (
    code_field(
        "code",
        "党员编号",
        ("编号", "编码", "党员编码", "党员代码", "工号", "member code", "member id", "id"),
        required=True,
        rules="党员的编号，全库唯一，前面的 0 不能少；不要用身份证号码；已有的是更新",
    ),
    text_field(
        "name",
        "姓名",
        ("党员姓名", "名字", "name", "member name"),
        personal=True,
        rules="最多 60 个字；新增的党员必须填写",
    ),
    *UNIT_FIELDS,
    choice_field(
        "class_key",
        "党员类别",
        ("类别", "类型", "人员类别", "身份类别", "class", "member class"),
        _classes,
        rules="工作法里的党员类别；新增的党员必须填写",
    ),
    day_field(
        "joined_on",
        "转入日期",
        ("加入日期", "转入时间", "报到日期", "joined on", "joined"),
        first=FOUNDED,
        rules="日期，如 2020-07-01；新增的党员必须填写",
    ),
    day_field(
        "left_on",
        "转出日期",
        ("离开日期", "转出时间", "left on", "left"),
        first=FOUNDED,
        rules="日期；还在的留空",
    ),
)


@dataclass
class _Work:
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    known: list[tuple[int, Any, dict[str, Any]]] = field(default_factory=list)
    # position → the year's opening entry still to be made (without the member's id)
    base: dict[int, dict[str, Any]] = field(default_factory=dict)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(MEMBERS.key, values)
    plan.work = _Work()
    refuse_repeats(plan, values.of("code"), "党员编号")
    held = held_rows(connection, member, values, plan)
    ids = unit_of_rows(values, reading, plan, {n: row.unit_id for n, row in held.items()})
    names = _names(connection, held)
    opened = _opened(connection, reading.today.year)
    for position in plan.left():
        row = {key: values.of(key)[position] for key in ("name", "class_key", "joined_on")}
        row |= {"unit_id": ids[position], "left_on": values.of("left_on")[position]}
        known = held.get(position)
        if known is not None and known.left_on != known.joined_on:
            _plan_known(plan, reading, position, (known, names[known.person_id]), row)
        else:
            _plan_new(plan, values, position, known, row)
        if plan.states[position] != "refused":
            _open(plan, reading, position, known, row, opened)
    return plan


def _names(connection: Connection, held: dict[int, Row[Any]]) -> dict[int, str]:
    if not held:
        return {}
    rows = connection.execute(
        select(person.c.id, person.c.name).join(member, member.c.person_id == person.c.id)
    )
    return {row.id: row.name for row in rows}


def _opened(connection: Connection, year: int) -> set[int]:
    """Members whose year has its opening entry already, one that still stands."""
    undo = points_entry.alias("undo")
    entry = points_entry.c
    statement = (
        select(entry.member_id)
        .outerjoin(undo, undo.c.reverses_id == entry.id)
        .where(entry.kind == BASE, entry.reverses_id.is_(None), undo.c.id.is_(None))
        .where(entry.happened_on.between(date(year, 1, 1), date(year, 12, 31)))
    )
    return set(connection.scalars(statement))


def _plan_new(
    plan: Plan, values: Values, position: int, known: Row[Any] | None, row: dict[str, Any]
) -> None:
    """A member who is not there; or who is, by an import that was undone (``known``)."""
    needed = {"name": "姓名", "class_key": "党员类别", "joined_on": "转入日期"}
    if refuse_without(plan, values, position, needed) or not _in_order(plan, position, row):
        return
    plan.states[position] = "new"
    if known is None:
        plan.work.new.append((position, row | {"code": values.of("code")[position]}))
    else:
        plan.work.known.append((position, known, row))


def _plan_known(
    plan: Plan,
    reading: Reading,
    position: int,
    known: tuple[Row[Any], str],
    row: dict[str, Any],
) -> None:
    held, name = known
    whole = dict(held._mapping) | {"name": name}
    merged = whole | {key: value for key, value in row.items() if value is not None}
    if not _in_order(plan, position, merged):
        return
    codes = {one.id: one.code for one in reading.units.units}
    classes = {key: label for label, key in _classes(reading).items()}
    after = {key: row[key] for key in ("name", "class_key", "joined_on", "left_on")}
    before = whole | {"unit_code": held.unit_id}
    shown = {"unit_code": codes, "class_key": classes}
    found = changes_of(MEMBERS, before, after | {"unit_code": row["unit_id"]}, shown)
    plan.change(position, found)
    plan.work.known.append((position, held, merged))


def _in_order(plan: Plan, position: int, row: dict[str, Any]) -> bool:
    """Whether nobody leaves before he came; the day itself marks an import that was undone."""
    if row["left_on"] is not None and row["left_on"] <= row["joined_on"]:
        plan.refuse(position, "转出日期须晚于转入日期，请改正")
        return False
    return True


def _open(
    plan: Plan,
    reading: Reading,
    position: int,
    known: Row[Any] | None,
    row: dict[str, Any],
    opened: set[int],
) -> None:
    """Plan the opening entry of this year for a member who is there and has none yet."""
    if known is not None and known.id in opened:
        return
    stays: Any = {} if known is None or plan.states[position] == "new" else known._mapping
    whole: dict[str, Any] = {
        key: row[key] or stays.get(key) for key in ("joined_on", "left_on", "class_key")
    }
    left = whole["left_on"]
    first = max(date(reading.today.year, 1, 1), reading.adopted.starts_on)
    day = max(first, whole["joined_on"])
    classes = {one.key: one.base_points for one in reading.adopted.method.member_classes}
    points = classes.get(whole["class_key"])
    if points is None or day > reading.today or (left is not None and left <= day):
        return
    unit_id = row["unit_id"]
    plan.work.base[position] = {"points": points, "happened_on": day, "unit_id": unit_id}
    if plan.states[position] != "new":
        held = plan.changes.get(position, [])
        plan.change(position, [*held, Change(BASE_NAME, NONE, f"{points:g}")])


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    positions = [n for n, _ in work.new]
    names = {"name": [row["name"] for _, row in work.new]}
    persons = writing.insert(person, positions, names)
    writing.tick(0.3)
    own = ("code", *OWN)
    columns: dict[str, Any] = {name: [row[name] for _, row in work.new] for name in own}
    added = writing.insert(member, positions, columns | {"person_id": persons})
    ids = dict(zip(positions, added, strict=True))
    writing.tick(0.6)
    for position, held, row in work.known:
        ids[position] = held.id
        if plan.states[position] != "same":
            _change(connection, writing, position, held, row)
    _write_base(work, ids, writing)


def _change(
    connection: Connection, writing: Writing, position: int, held: Row[Any], row: dict[str, Any]
) -> None:
    writing.change(member, position, held, {name: row[name] for name in OWN})
    named = connection.execute(select(person).where(person.c.id == held.person_id)).one()
    writing.change(person, position, named, {"name": row["name"]})


def _write_base(work: _Work, ids: dict[int, int], writing: Writing) -> None:
    rows = list(work.base.values())
    columns = {name: [row[name] for row in rows] for name in ("points", "happened_on", "unit_id")}
    fixed = {
        "method_id": writing.reading.adopted.id,
        "rule_key": BASE,
        "rule_name": BASE_NAME,
        "kind": BASE,
        "note": BASE_NOTE,
        "needs_approval": 0,
        "status": "approved",
    }
    who = {"member_id": [ids[position] for position in work.base]}
    writing.insert(points_entry, list(work.base), columns | who, fixed | writing.signed)


def _undo(connection: Connection, undoing: Undoing) -> None:
    """Opening entries are reversed; a member who has some left the day he came, others go."""
    undoing.restore(person)
    undoing.restore(member)
    undoing.need_free(member)
    undoing.need_free(person)
    undoing.counter(points_entry, lambda row: _counter(row, undoing.note))
    mine = member.c.id.in_(undoing.ids(member))
    in_ledger = member.c.id.in_(select(points_entry.c.member_id))
    gone = list(connection.scalars(select(member.c.person_id).where(mine, ~in_ledger)))
    connection.execute(delete(member).where(mine, ~in_ledger))
    connection.execute(
        delete(person).where(person.c.id.in_(undoing.ids(person)), person.c.id.in_(gone))
    )
    connection.execute(update(member).where(mine).values(left_on=member.c.joined_on))


def _counter(row: Row[Any], note: str) -> dict[str, Any]:
    """The same entry with the opposite sign, on the same day."""
    kept = ("member_id", "unit_id", "method_id", "rule_key", "rule_name", "kind", "happened_on")
    facts = {name: row._mapping[name] for name in kept}
    return facts | {
        "points": 0 - row.points,
        "note": note,
        "needs_approval": 0,
        "status": "approved",
    }


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    return unit_example(reading) | {
        "code": "示例001",
        "name": "王小明",
        "class_key": reading.adopted.method.member_classes[0].name,
        "joined_on": date(2020, 7, 1),
    }


MEMBERS = Kind(
    "members",
    "党员",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    daily=(points_entry,),
    notes=(
        "一行一位党员；已有的编号是更新，空着的格子保持原样",
        "今年还没有基础分的在册党员，导入时按类别记一条基础分",
        "姓名是个人信息：只导入工作需要的人，用完的文件请妥善删除",
    ),
)
