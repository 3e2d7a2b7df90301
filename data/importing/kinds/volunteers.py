"""The roster of volunteers, with the teams that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from data.importing.fields import UNIT_FIELDS, code_field, day_field, text_field, yes_field
from data.importing.kind import Kind, Reading, Values
from data.importing.kinds.held import held_rows, refuse_without, unit_example
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.schema import person, team, volunteer

FIRST_DAY = date(1990, 1, 1)
SKILL = "综合服务"
OWN = ("unit_id", "team_id", "joined_on", "left_on", "in_public_ranking")

FIELDS = (
    code_field(
        "code",
        "志愿者编号",
        ("编号", "编码", "志愿者编码", "志愿者代码", "volunteer code", "volunteer id", "id"),
        required=True,
        rules="全库唯一，前面的 0 不能少；不要用身份证号码；已有的是更新",
    ),
    text_field(
        "name",
        "姓名",
        ("志愿者姓名", "名字", "name"),
        personal=True,
        rules="最多 60 个字；新增的必须填写",
    ),
    *UNIT_FIELDS,
    text_field(
        "team",
        "队伍",
        ("志愿队伍", "服务队", "队伍名称", "所属队伍", "团队", "team"),
        rules="队伍的名称或编码；没有的会新建；新增的志愿者必须填写",
        example="爱心服务队",
    ),
    day_field(
        "joined_on",
        "注册日期",
        ("加入日期", "注册时间", "入队日期", "joined on"),
        first=FIRST_DAY,
        rules="日期，如 2024-03-05；新增的必须填写",
        example=date(2024, 3, 5),
    ),
    day_field(
        "left_on",
        "退出日期",
        ("离队日期", "退出时间", "left on"),
        first=FIRST_DAY,
        rules="日期；还在的留空",
    ),
    yes_field(
        "in_public_ranking",
        "参加公开排行",
        ("公开排行", "是否公开", "in public ranking"),
        rules="填“是”或“否”；新增的空着算“是”",
        example="是",
    ),
)


@dataclass
class _Work:
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[int, Row[Any], dict[str, Any]]] = field(default_factory=list)
    teams: dict[str, int] = field(default_factory=dict)  # new teams: name → the row that names it


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(VOLUNTEERS.key, values)
    plan.work = _Work()
    refuse_repeats(plan, values.of("code"), "志愿者编号")
    held = held_rows(connection, volunteer, values, plan)
    ids = unit_of_rows(values, reading, plan, {n: row.unit_id for n, row in held.items()})
    teams, called = _teams(connection), _names(connection, held)
    columns = {one.key: values.of(one.key) for one in FIELDS}
    for position in plan.left():
        row = {key: column[position] for key, column in columns.items()}
        shown = row["in_public_ranking"]
        row |= {"unit_id": ids[position], "in_public_ranking": None if shown is None else +shown}
        known = held.get(position)
        if known is None and refuse_without(
            plan, values, position, {"name": "姓名", "team": "队伍", "joined_on": "注册日期"}
        ):
            continue
        if not _in_order(plan, position, known, row):
            continue
        _name_team(plan, position, teams, row)
        if known is None:
            plan.states[position] = "new"
            plan.work.new.append((position, row))
        else:
            _plan_known(plan, reading, position, (known, called[known.person_id]), row, teams)
    if plan.work.teams:
        plan.notes.append(f"将新建队伍：{'、'.join(plan.work.teams)}")
    return plan


def _teams(connection: Connection) -> dict[str, tuple[int, str]]:
    """Teams by code and by name: id and name."""
    rows = connection.execute(select(team).order_by(team.c.id.desc())).all()
    return {r.code: (r.id, r.name) for r in rows} | {r.name: (r.id, r.name) for r in rows}


def _names(connection: Connection, held: dict[int, Row[Any]]) -> dict[int, str]:
    if not held:
        return {}
    named = select(person.c.id, person.c.name)
    rows = connection.execute(named.join(volunteer, volunteer.c.person_id == person.c.id))
    return {row.id: row.name for row in rows}


def _in_order(plan: Plan, position: int, known: Row[Any] | None, row: dict[str, Any]) -> bool:
    joined = row["joined_on"] or (known and known.joined_on)
    left = row["left_on"] or (known and known.left_on)
    if left is not None and left <= joined:
        plan.refuse(position, "退出日期须晚于注册日期，请改正")
        return False
    return True


def _name_team(
    plan: Plan, position: int, teams: dict[str, tuple[int, str]], row: dict[str, Any]
) -> None:
    """Give the row its team's id and name; a team that there is not gets none yet."""
    named = row["team"]
    row["team_id"] = None
    if named in teams:
        row["team_id"], row["team"] = teams[named]
    elif named is not None:
        plan.work.teams.setdefault(named, position)


def _plan_known(
    plan: Plan,
    reading: Reading,
    position: int,
    known: tuple[Row[Any], str],
    row: dict[str, Any],
    teams: dict[str, tuple[int, str]],
) -> None:
    held, name = known
    names = dict(teams.values())
    before = dict(held._mapping) | {"name": name, "unit_code": held.unit_id}
    before["team"] = names.get(held.team_id)
    keys = ("name", "team", "joined_on", "left_on", "in_public_ranking")
    after = {key: row[key] for key in keys} | {"unit_code": row["unit_id"]}
    shown = {
        "unit_code": {one.id: one.code for one in reading.units.units},
        "in_public_ranking": {0: "否", 1: "是"},
    }
    plan.change(position, changes_of(VOLUNTEERS, before, after, shown))
    if plan.states[position] == "changed":
        plan.work.changed.append((position, held, row))


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    teams = _add_teams(connection, work.teams, writing)
    for row in [row for _, row in work.new] + [row for _, _, row in work.changed]:
        row["team_id"] = teams.get(row["team"], row["team_id"])
    positions = [position for position, _ in work.new]
    rows = [row for _, row in work.new]
    persons = writing.insert(person, positions, {"name": [row["name"] for row in rows]})
    for row in rows:
        row["in_public_ranking"] = 1 if row["in_public_ranking"] is None else row[OWN[-1]]
    columns: dict[str, Any] = {key: [row[key] for row in rows] for key in ("code", *OWN)}
    writing.insert(volunteer, positions, columns | {"person_id": persons})
    writing.tick(0.7)
    for position, held, row in work.changed:
        fresh = {key: row[key] for key in OWN if row[key] is not None}
        writing.change(volunteer, position, held, fresh)
        named = connection.execute(select(person).where(person.c.id == held.person_id)).one()
        if row["name"] is not None:
            writing.change(person, position, named, {"name": row["name"]})


def _add_teams(connection: Connection, wanted: dict[str, int], writing: Writing) -> dict[str, int]:
    """Create the teams: those the method names keep their skill and colour."""
    known = {one.name: one for one in writing.reading.adopted.method.volunteering.teams}
    first = (connection.scalar(select(func.count()).select_from(team)) or 0) + 1
    taken = set(connection.scalars(select(team.c.code)))
    columns: dict[str, list[Any]] = {"code": [], "name": [], "skill": [], "colour": []}
    for number, name in enumerate(wanted, first):
        one = known.get(name)
        code = next(c for c in _codes(one.key if one else f"team{number}") if c not in taken)
        taken.add(code)
        for key, value in zip(
            columns,
            (code, name, one.skill if one else SKILL, one.colour if one else ""),
            strict=True,
        ):
            columns[key].append(value)
    ids = writing.insert(team, list(wanted.values()), columns)
    return dict(zip(wanted, ids, strict=True))


def _codes(code: str) -> Any:
    yield code
    number = 2
    while True:
        yield f"{code}-{number}"
        number += 1


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.restore(volunteer)
    undoing.restore(person)
    undoing.delete(volunteer)
    undoing.delete(person)
    undoing.delete(team)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    return unit_example(reading) | {"code": "V0001", "name": "李某"}


VOLUNTEERS = Kind(
    key="volunteers",
    name="志愿者",
    fields=FIELDS,
    plan=_plan,
    write=_write,
    undo=_undo,
    example=_example,
    notes=("只存姓名，不存电话和证件号码。",),
)
