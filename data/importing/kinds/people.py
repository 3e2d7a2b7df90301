"""People and the posts they fill: who, in which unit, since when and until when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from data.importing.fields import (
    UNIT_FIELDS,
    choice_field,
    code_field,
    day_field,
    folded,
    text_field,
)
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.kinds.held import unit_example
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.unit_index import unit_of_rows
from data.importing.writing import Writing
from data.schema import member, person, post

EARLIEST = date(1949, 10, 1)
AHEAD = 3660  # days: a term of office may be set to end in some years

Slot = tuple[int, str, str]  # unit, post, name


def _posts(reading: Reading) -> dict[str, str]:
    return {one.name: one.key for one in reading.adopted.method.posts}


FIELDS: tuple[Field, ...] = (
    *UNIT_FIELDS,
    choice_field(
        "post_key",
        "岗位",
        ("职务", "岗位名称", "职位", "post", "position", "role"),
        _posts,
        required=True,
        rules="工作法里这一级单位的岗位名称",
    ),
    text_field(
        "name",
        "姓名",
        ("人员", "人员姓名", "负责人", "任职人员", "name", "person"),
        required=True,
        personal=True,
        rules="最多 60 个字",
    ),
    code_field(
        "member_code",
        "党员编号",
        ("党员编码", "member code"),
        rules="这个人是党员时填写，两处就是同一个人；不是则留空",
    ),
    day_field(
        "since",
        "任职日期",
        ("开始日期", "任职时间", "上任日期", "到岗日期", "since", "start", "from"),
        first=EARLIEST,
        required=True,
        rules="日期，如 2025-01-01",
    ),
    day_field(
        "until",
        "离任日期",
        ("结束日期", "离任时间", "卸任日期", "until", "end", "to"),
        first=EARLIEST,
        ahead=AHEAD,
        rules="日期；还在任的留空",
    ),
)


@dataclass
class _Work:
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    known: list[tuple[int, Any, dict[str, Any]]] = field(default_factory=list)


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(PEOPLE.key, values)
    plan.work = _Work()
    ids = unit_of_rows(values, reading, plan)
    rows = {n: _row(values, n, ids[n]) for n in plan.left()}
    for position, row in rows.items():
        _check(plan, reading, position, row)
    keys = [_key(rows.get(n)) for n in range(len(values.numbers))]
    refuse_repeats(plan, keys, "单位、岗位、姓名和任职日期")
    _link_members(connection, values, reading, plan, rows)
    held = _held(connection)
    exact = {(slot, one.since): one for slot, ones in held.items() for one in ones}
    taken = {exact[keys[n]].id for n in plan.left() if keys[n] in exact}
    for position in plan.left():
        row = rows[position]
        known = exact.get(keys[position]) or _overlapping(held, row, taken)
        if known is None:
            plan.states[position] = "new"
            plan.work.new.append((position, row))
        else:
            taken.add(known.id)
            after = {key: row[key] for key in ("since", "until")}
            plan.change(position, changes_of(PEOPLE, dict(known._mapping), after))
            plan.work.known.append((position, known, after))
    return plan


def _row(values: Values, position: int, unit_id: int) -> dict[str, Any]:
    keys = ("post_key", "name", "since", "until")
    return {key: values.of(key)[position] for key in keys} | {"unit_id": unit_id}


def _slot(row: dict[str, Any]) -> Slot:
    return row["unit_id"], row["post_key"], row["name"]


def _key(row: dict[str, Any] | None) -> Any:
    return None if row is None else (_slot(row), row["since"])


def _check(plan: Plan, reading: Reading, position: int, row: dict[str, Any]) -> None:
    """Settle the post by the unit's level: one name may stand for posts of several levels."""
    method, one = reading.adopted.method, reading.units.by_id[row["unit_id"]]
    named = next(post for post in method.posts if post.key == row["post_key"])
    alike = [p for p in method.posts if folded(p.name) == folded(named.name)]
    fitting = [p for p in alike if p.level == one.level]
    if not fitting:
        levels = {level.key: level.name for level in method.levels}
        said = f"“{named.name}”是{levels[named.level]}的岗位"
        plan.refuse(position, f"{said}，{one.name}（{one.code}）没有，请核对单位或岗位")
        return
    row["post_key"] = named.key if named in fitting else fitting[0].key
    if row["until"] is not None and row["until"] < row["since"]:
        plan.refuse(position, "离任日期不能早于任职日期，请改正")


def _link_members(
    connection: Connection,
    values: Values,
    reading: Reading,
    plan: Plan,
    rows: dict[int, dict[str, Any]],
) -> None:
    """The person behind a member's code; the name must be the member's, to catch slips."""
    codes = values.of("member_code")
    if not any(codes):
        return
    columns = (member.c.code, member.c.unit_id, person.c.id, person.c.name)
    found = connection.execute(select(*columns).join(person, person.c.id == member.c.person_id))
    members = {row.code: row for row in found}
    for position in plan.left():
        one = members.get(codes[position])
        if codes[position] is None:
            continue
        if one is None or not reading.units.reached(reading.units.by_id[one.unit_id]):
            plan.refuse(position, f"没有编号为 {codes[position]} 的党员，请核对，或先导入党员")
        elif one.name != rows[position]["name"]:
            plan.refuse(position, f"党员 {codes[position]} 不叫这个名字，请核对党员编号和姓名")
        else:
            rows[position]["person_id"] = one.id


def _held(connection: Connection) -> dict[Slot, list[Row[Any]]]:
    """Every filling of a post there is, with the person's name."""
    columns = (*post.c, person.c.name)
    rows = connection.execute(select(*columns).join(person, person.c.id == post.c.person_id))
    held: dict[Slot, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        held[row.unit_id, row.post_key, row.name].append(row)
    return held


def _overlapping(
    held: dict[Slot, list[Row[Any]]], row: dict[str, Any], taken: set[int]
) -> Row[Any] | None:
    """The same person's time in the same post, of which the file knows better days."""
    for one in held.get(_slot(row), []):
        starts_in = one.until is None or row["since"] <= one.until
        ends_in = row["until"] is None or one.since <= row["until"]
        if one.id not in taken and starts_in and ends_in:
            return one
    return None


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    persons = _persons(connection, work, writing)
    writing.tick(0.5)
    names = ("unit_id", "post_key", "since", "until")
    columns: dict[str, Any] = {name: [row[name] for _, row in work.new] for name in names}
    writing.insert(post, [n for n, _ in work.new], columns | {"person_id": persons})
    for position, held, after in work.known:
        kept = {key: value for key, value in after.items() if value is not None}
        writing.change(post, position, held, kept)


def _persons(connection: Connection, work: _Work, writing: Writing) -> list[int]:
    """The person of each new filling: one name is one person within one unit, never beyond."""
    columns = (post.c.unit_id, person.c.name, person.c.id)
    rows = connection.execute(select(*columns).join(person, person.c.id == post.c.person_id))
    known = {(row.unit_id, row.name): row.id for row in rows}
    known |= {(r["unit_id"], r["name"]): r["person_id"] for _, r in work.new if "person_id" in r}
    strangers: dict[tuple[int, str], int] = {}
    for position, row in work.new:
        if (row["unit_id"], row["name"]) not in known:
            strangers.setdefault((row["unit_id"], row["name"]), position)
    names = {"name": [name for _, name in strangers]}
    added = writing.insert(person, list(strangers.values()), names)
    known |= dict(zip(strangers, added, strict=True))
    return [known[row["unit_id"], row["name"]] for _, row in work.new]


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.restore(post)
    undoing.need_free(person)
    undoing.delete(post)
    undoing.delete(person)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    posts = reading.adopted.method.posts
    grid = reading.adopted.method.grid_level
    first = next((p for p in posts if p.level == grid), posts[0] if posts else None)
    if first is None:
        return {"name": "李小红", "since": date(2025, 1, 1)}
    named: dict[str, Cell] = {"post_key": first.name, "name": "李小红", "since": date(2025, 1, 1)}
    return unit_example(reading, first.level) | named


PEOPLE = Kind(
    "people",
    "人员和岗位",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    notes=(
        "一行一次任职：单位、岗位、姓名相同的是同一个人的任职，任职和离任日期可以更新",
        "同一单位里同名的算同一个人；跨单位的同名不算，要合在一起请填党员编号",
        "姓名是个人信息：只导入工作需要的人，用完的文件请妥善删除",
    ),
)
