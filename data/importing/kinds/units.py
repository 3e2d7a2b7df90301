"""Units with their boundaries: 街道、社区、网格 and whatever levels the method has."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, select

from data.importing.bulk import next_id
from data.importing.kind import Kind, Reading, Values
from data.importing.kinds.unit_fields import FIELDS, SORTS
from data.importing.kinds.unit_shapes import is_stored, shapes_of_rows, stored
from data.importing.kinds.unit_tree import Node, Tree
from data.importing.plan import Plan, changes_of, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.undoing import Undoing
from data.importing.writing import Writing
from data.pinyin import initials
from data.schema import unit

PLAIN = ("name", "kind", "sort", "households", "residents")  # fields that are columns as they are


@dataclass
class _Work:
    """What to add, parents before children, and what to change: position → unit and values."""

    new: list[tuple[Node, dict[str, Any]]] = field(default_factory=list)
    changed: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    rows: dict[int, list[int]] = field(default_factory=dict)  # first row of a unit → all of them


def _plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    plan = start_plan(UNITS.key, values)
    held = {row.id: row for row in connection.execute(select(unit))}
    _name_those_known(values, reading, plan)
    leaders = _leaders(values, plan)
    names = [
        name or code or "" for name, code in zip(values.of("name"), values.of("code"), strict=True)
    ]
    shapes = shapes_of_rows(values, reading, plan, leaders, names)
    tree, work = Tree.of(plan, reading.adopted.method, reading.units), _Work()
    plan.work = work
    firsts = [n for n in plan.left() if leaders[n] == n]
    for position in firsts:
        _enter(tree, values, position)
    _rename(tree, values, firsts)
    for position in firsts:
        if plan.states[position] != "refused":
            _plan_row(tree, held, values, position, shapes.get(position), work)
    _follow(plan, leaders, work)
    return plan


def _name_those_known(values: Values, reading: Reading, plan: Plan) -> None:
    """A row without a code means the one unit of that name there is, or nothing."""
    codes = values.columns.setdefault("code", [None] * len(values.numbers))
    written = set(codes) if values.geometries is None else set()  # features may be parts of one
    rows = zip(values.of("name"), values.of("parent_name"), strict=True)
    for position, (name, parent) in enumerate(rows):
        if codes[position] is not None or plan.states[position] == "refused":
            continue
        found = reading.units.find(None, f"{parent}/{name}" if parent and name else name)
        if found.unit is None:
            why = f"没有写单位编码，{found.reason}" if name else "没有写单位编码，请填写"
            plan.refuse(position, why)
        elif found.unit.code in written:
            said = (
                f"没有写单位编码，而文件里另有一行写的就是这个单位（{found.unit.code}），请去掉一行"
            )
            plan.refuse(position, said)
        else:
            codes[position] = found.unit.code


def _leaders(values: Values, plan: Plan) -> list[int]:
    """For each row the first row of the same unit: only features may come in several rows."""
    codes = values.of("code")
    if values.geometries is None:
        refuse_repeats(plan, codes, "单位编码")
        return list(range(len(codes)))
    first: dict[str, int] = {}
    return [first.setdefault(code, n) if code else n for n, code in enumerate(codes)]


def _enter(tree: Tree, values: Values, position: int) -> None:
    """Put a new unit into the tree, its place still open."""
    code = values.of("code")[position]
    if code in tree.nodes:
        tree.nodes[code].position = position
    else:
        given = {key: values.of(key)[position] for key in ("parent_code", "parent_name")}
        name, level = values.of("name")[position] or "", values.of("level")[position]
        tree.add(Node(code, name, position, asked_level=level, **given))


def _plan_row(
    tree: Tree,
    held: dict[int, Any],
    values: Values,
    position: int,
    shape: Any,
    work: _Work,
) -> None:
    node = tree.nodes[values.of("code")[position]]
    given = {key: values.of(key)[position] for key in PLAIN}
    if node.unit is not None:
        _plan_known(tree, held[node.unit.id], position, given, shape, work)
    elif not node.name:
        tree.settled[node.code] = False
        tree.plan.refuse(position, "新增的单位要有单位名称，请填写")
    elif tree.settle(node):
        tree.plan.states[position] = "new"
        work.new.append((node, given | (stored(shape) if shape else {})))


def _plan_known(
    tree: Tree,
    row: Any,
    position: int,
    given: dict[str, Any],
    shape: Any,
    work: _Work,
) -> None:
    """A unit that is there, at its level and below its parent: the rest may change."""
    fresh = stored(shape) if shape and not is_stored(row.boundary, shape) else {}
    after = given | {"boundary": fresh.get("boundary")}
    words = {key: name for name, key in SORTS.items()}
    shown = {"kind": words, "boundary": lambda _text: "边界"}
    tree.plan.change(position, changes_of(UNITS, dict(row._mapping), after, shown))
    kept = {key: value for key, value in given.items() if value is not None}
    if "name" in kept:
        kept["initials"] = initials(kept["name"])
    work.changed[position] = (row.id, kept | fresh)


def _rename(tree: Tree, values: Values, firsts: list[int]) -> None:
    """The units that are there get their new names, before a new one is given its place."""
    wanted = {}
    for position in firsts:
        node, name = tree.nodes[values.of("code")[position]], values.of("name")[position]
        if node.unit is None:
            continue
        if reason := _moved(tree, node, values, position):
            tree.plan.refuse(position, reason)
        elif name is not None:
            wanted[node.code] = name
    tree.rename(wanted)


def _moved(tree: Tree, node: Node, values: Values, position: int) -> str:
    """Why a unit that is there cannot be what the row says of its level and parent."""
    level, code = values.of("level")[position], values.of("parent_code")[position]
    if level is not None and level != node.level:
        name = next((x.name for x in tree.method.levels if x.key == node.level), node.level)
        return f"单位 {node.code} 的层级是{name}，导入不能改层级，请改正或清空这一格"
    above = node.parent.code if node.parent else None
    if code is not None and code != above:
        return f"单位 {node.code} 的上级是 {above or '（无）'}，导入不能改上级，请改正或清空这一格"
    return ""


def _follow(plan: Plan, leaders: list[int], work: _Work) -> None:
    """The further rows of a unit share the state of its first."""
    for position in plan.left():
        first = leaders[position]
        if first != position and plan.states[first] == "refused":
            number = plan.numbers[first]
            plan.refuse(position, f"第 {number} 行是同一个单位，没有通过，请先改正那一行")
        elif first != position:
            plan.states[position] = plan.states[first]
        work.rows.setdefault(first, []).append(position)


def _write(connection: Connection, plan: Plan, writing: Writing) -> None:
    work: _Work = plan.work
    new = _parents_first(work.new)
    ids: dict[str, int] = {}
    paths: dict[str, str] = {}
    sorts = _last_sorts(connection)
    first = next_id(connection, unit)
    rows = []
    for unit_id, (node, given) in enumerate(new, start=first):
        ids[node.code] = unit_id
        parent = node.parent
        above = paths[parent.code] if parent and parent.unit is None else None
        above = above or (parent.unit.path if parent and parent.unit else "/")
        paths[node.code] = f"{above}{unit_id}/"
        parent_id = (parent.unit.id if parent.unit else ids[parent.code]) if parent else None
        sort = given["sort"] if given["sort"] is not None else sorts.get(parent_id, 0) + 1
        sorts[parent_id] = max(sort, sorts.get(parent_id, 0))
        own = {"parent_id": parent_id, "level": node.level, "code": node.code}
        own |= {"path": paths[node.code], "initials": initials(node.name), "sort": sort}
        rows.append(given | own | {"kind": given["kind"] or "ordinary"})
    columns = {c.name: [row.get(c.name) for row in rows] for c in unit.c if c.name != "id"}
    writing.insert(unit, [node.position or 0 for node, _ in new], columns if rows else {})
    for position, (unit_id, values) in work.changed.items():
        if plan.states[position] == "changed":
            row = connection.execute(select(unit).where(unit.c.id == unit_id)).one()
            writing.change(unit, position, row, values)
    writing.tick(0.9)


def _parents_first(new: list[tuple[Node, dict[str, Any]]]) -> list[tuple[Node, dict[str, Any]]]:
    def depth(node: Node | None) -> int:
        steps = 0
        while node is not None:
            node, steps = node.parent, steps + 1
        return steps

    return sorted(new, key=lambda one: depth(one[0]))


def _last_sorts(connection: Connection) -> dict[int | None, int]:
    """The last place among the units below each parent."""
    rows = connection.execute(
        select(unit.c.parent_id, func.max(unit.c.sort)).group_by(unit.c.parent_id)
    )
    return {row[0]: row[1] for row in rows}


def _undo(_connection: Connection, undoing: Undoing) -> None:
    undoing.restore(unit)
    undoing.delete(unit)


def _example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    """A unit below one that is there; the topmost where there is none yet."""
    levels = reading.adopted.method.levels
    below = {one.key: following for one, following in pairwise(levels)}
    parent = next((one for one in reading.units.units if one.level in below), None)
    level = below[parent.level] if parent else levels[0]
    return {
        "code": f"{parent.code}-99" if parent else "01",
        "name": f"示例{level.name}",
        "level": level.name,
        "parent_code": parent.code if parent else None,
        "kind": "普通",
        "sort": 99,
        "households": 200,
        "residents": 430,
    }


UNITS = Kind(
    "units",
    "单位和边界",
    FIELDS,
    _plan,
    _write,
    _undo,
    _example,
    admin_only=True,
    notes=(
        "一行一个单位，上下级写在同一个文件里也可以，先后不限",
        "已有的编码是更新：空着的格子保持原样，层级和上级不能改",
        "边界用 GeoJSON 文件导入：每个要素的属性就是列，同一编码的几个要素合成一个单位",
    ),
)
