"""Units: setting up a street with its first method, and adding units later."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data import schema
from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Method
from data.periods import local_date
from data.pinyin import initials
from data.schema import calendar_day, unit
from data.settings import zone
from data.writes.calendar import fill_calendar
from data.writes.methods import insert_method
from data.writes.outline import Outline, parse_unit_outline
from data.writes.places import unit_place
from data.writes.requests import NOWHERE, Act, Place, acting, write_once
from data.writes.validation import (
    NAME_LENGTH,
    clean_day,
    clean_text,
    need_method,
    need_row,
    stamp,
)

__all__ = ["CreatedUnit", "create_units", "parse_unit_outline", "set_up_street"]

log = logging.getLogger(__name__)

CALENDAR_YEARS = 3  # before the first day, so that older cases can be entered


@dataclass(frozen=True)
class CreatedUnit:
    """A new unit."""

    id: int
    code: str
    name: str
    path: str


def create_units(
    engines: Engines,
    *,
    parent_id: int,
    level: str,
    names: list[str],
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> list[CreatedUnit]:
    """Add units of one level below a unit, in the order given.

    A name that the parent has already is refused, so a retry adds nothing twice.
    """
    act = Act("create_units", actor, at, request_id)
    stamp(at, actor, request_id)
    cleaned = [clean_text("单位名称", name, NAME_LENGTH) for name in names]
    if not cleaned:
        raise RuleError("还没有写单位名称，请至少写一个", "单位名称")

    def where(connection: Connection) -> list[Place]:
        return [unit_place(connection, parent_id, "上级单位")]

    with acting(engines, act, where) as (connection, role):
        parent = need_row(connection, unit, parent_id, "上级单位")
        method = need_method(connection, local_date(at, zone()), "工作法").method
        _check_level(method, parent.level, level)
        created = _add_below(connection, parent_id, level, cleaned)
        _tell_created(connection, act, role, parent_id, created)
    log.info("%s 在 “%s” 下增加了 %d 个单位", actor.name, parent.name, len(created))
    return created


def set_up_street(
    engines: Engines,
    *,
    method: Method,
    starts_on: date,
    street_name: str,
    communities: Outline,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> CreatedUnit:
    """The first set-up: method, street, communities with their grids, and the calendar.

    Refused where there are units already.  Returns the street.
    """
    act = Act("set_up_street", actor, at, request_id)
    signed = stamp(at, actor, request_id)
    clean_day("启用日期", starts_on, at)
    name = clean_text("街道名称", street_name, NAME_LENGTH)
    cleaned = _clean_outline(communities)
    street, community, grid = _storeys(method)

    def work(connection: Connection) -> list[int]:
        if connection.execute(select(unit.c.id).limit(1)).first() is not None:
            raise RuleError("这个数据库里已经有单位，不能再做初始设置", "街道名称")
        method_id = insert_method(connection, method, starts_on, signed)
        if connection.execute(select(calendar_day.c.day).limit(1)).first() is None:
            fill_calendar(connection, starts_on.year - CALENDAR_YEARS, starts_on.year + 1)
        (root,) = _add_below(connection, None, street, [name])
        created = _add_below(connection, root.id, community, [c for c, _ in cleaned])
        for parent, (_, grids) in zip(created, cleaned, strict=True):
            _add_below(connection, parent.id, grid, grids)
        return [method_id]

    return write_once(engines, schema.method, act, lambda _connection: NOWHERE, work, _root)


def _tell_created(
    connection: Connection, act: Act, role: str, parent_id: int, created: list[CreatedUnit]
) -> None:
    after = {"units": [{"id": one.id, "code": one.code, "name": one.name} for one in created]}
    audit(
        connection,
        act.actor,
        act.action,
        at=act.at,
        role=role,
        table="unit",
        row_id=parent_id,
        after=after,
    )


def _clean_outline(communities: Outline) -> Outline:
    """The outline checked by the same rules whether it was typed or built."""
    lines = [
        line for community, grids in communities for line in (community, *(f"  {g}" for g in grids))
    ]
    return parse_unit_outline("\n".join(lines))


def _storeys(method: Method) -> tuple[str, str, str]:
    """Level keys of the street (the top), the communities and the grids."""
    keys = [level.key for level in method.levels]
    grid = keys.index(method.grid_level)
    if grid < 2:
        raise RuleError(
            f"“{method.name}” 在网格之上不足两级，不能按街道、社区、网格设置，请换一份工作法",
            "工作法",
        )
    return keys[0], keys[grid - 1], keys[grid]


def _check_level(method: Method, parent_level: str, level: str) -> None:
    keys = [one.key for one in method.levels]
    if level not in keys:
        raise RuleError(f"“{method.name}” 没有层级 “{level}”，请从列表里选择", "层级")
    if parent_level in keys and keys.index(level) <= keys.index(parent_level):
        raise RuleError("新单位的层级须低于上级单位的层级，请重新选择", "层级")


def _add_below(
    connection: Connection, parent_id: int | None, level: str, names: list[str]
) -> list[CreatedUnit]:
    siblings = select(unit.c.name).where(unit.c.parent_id == parent_id)
    taken = set(connection.scalars(siblings))
    parent = select(unit.c.code, unit.c.path).where(unit.c.id == parent_id)
    above = connection.execute(parent).first()
    number, created = _last_sort(connection, parent_id), []
    for name in names:
        if name in taken:
            raise RuleError(f"“{name}” 已经有了，同一上级下的单位不能重名", "单位名称")
        taken.add(name)
        number += 1
        code = _free_code(connection, f"{above.code}-" if above else "", number)
        row = {"parent_id": parent_id, "level": level, "sort": number, "code": code}
        created.append(_insert(connection, row, name, above.path if above else "/"))
    return created


def _last_sort(connection: Connection, parent_id: int | None) -> int:
    last = select(func.max(unit.c.sort)).where(unit.c.parent_id == parent_id)
    return connection.scalar(last) or 0


def _free_code(connection: Connection, prefix: str, number: int) -> str:
    """A code such as ``01-03-12``: the first free one from ``number`` on."""
    while True:
        code = f"{prefix}{number:02d}"
        if connection.execute(select(unit.c.id).where(unit.c.code == code)).first() is None:
            return code
        number += 1


def _insert(
    connection: Connection, row: dict[str, Any], name: str, parent_path: str
) -> CreatedUnit:
    code = str(row["code"])
    # the path ends in the id, which is known only once the row is there
    full = row | {"name": name, "initials": initials(name), "path": f"new {code}"}
    unit_id = connection.execute(insert(unit).returning(unit.c.id), full).scalar_one()
    path = f"{parent_path}{unit_id}/"
    connection.execute(update(unit).where(unit.c.id == unit_id).values(path=path))
    return CreatedUnit(unit_id, code, name, path)


def _root(connection: Connection, _ids: list[int]) -> CreatedUnit:
    columns = (unit.c.id, unit.c.code, unit.c.name, unit.c.path)
    row = connection.execute(select(*columns).where(unit.c.parent_id.is_(None))).one()
    return CreatedUnit(*row)
