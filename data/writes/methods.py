"""Adopting a work method from a day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from data import schema
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Method
from data.queries.methods import MethodInForce, fetch_method
from data.schema import member, unit
from data.writes.requests import NOWHERE, Act, write_once
from data.writes.validation import EARLIEST, stamp


def adopt_method(
    engines: Engines,
    *,
    method: Method,
    starts_on: date,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> MethodInForce:
    """Put a method in force from a local day on; what was recorded before keeps its own."""
    act = Act("adopt_method", actor, at, request_id)
    signed = stamp(at, actor, request_id)

    def work(connection: Connection) -> list[int]:
        _check_start(connection, starts_on)
        _check_in_use(connection, method)
        return [insert_method(connection, method, starts_on, signed)]

    return write_once(engines, schema.method, act, lambda _connection: NOWHERE, work, adopted)


def insert_method(
    connection: Connection, method: Method, starts_on: date, signed: dict[str, Any]
) -> int:
    """Add the method as the whole document it is now, and return the row's id."""
    if starts_on < EARLIEST:
        raise RuleError(f"启用日期不能早于 {EARLIEST.year} 年，请检查年份", "启用日期")
    row: dict[str, Any] = {"key": method.key, "name": method.name, "version": method.version}
    row |= {"document": method.model_dump_json(), "starts_on": starts_on}
    return connection.execute(
        insert(schema.method).returning(schema.method.c.id), row | signed
    ).scalar_one()


def adopted(connection: Connection, ids: list[int]) -> MethodInForce:
    """The method that was adopted."""
    return fetch_method(connection, ids[0])


def _check_start(connection: Connection, starts_on: date) -> None:
    """Methods follow one another: a new one may not start before the latest."""
    starts = schema.method.c.starts_on
    latest = connection.scalar(select(starts).order_by(starts.desc()).limit(1))
    if latest is not None and starts_on < latest:
        raise RuleError(f"启用日期不能早于上一份工作法的启用日期 {latest}，请改晚一些", "启用日期")


def _check_in_use(connection: Connection, method: Method) -> None:
    """The units and members there are must have a place in the new method."""
    levels = {level.key for level in method.levels}
    classes = {member_class.key for member_class in method.member_classes}
    used_levels = set(connection.scalars(select(unit.c.level).distinct()))
    used_classes = set(connection.scalars(select(member.c.class_key).distinct()))
    for label, missing in (
        ("单位层级", used_levels - levels),
        ("党员类别", used_classes - classes),
    ):
        if missing:
            names = "、".join(sorted(missing))
            raise RuleError(
                f"现有数据用到的{label}（{names}）在 “{method.name}” 里没有，请先补上再启用",
                "工作法",
            )
