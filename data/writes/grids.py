"""Whose grid it is: a form of one grid takes no people of another."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Table, select

from data.errors import RuleError
from data.schema import unit
from data.writes.validation import need_method, need_row


def need_of_grid(
    connection: Connection,
    unit_id: int,
    people: Table,
    ids: list[int],
    label: str,
    day: tuple[str, date],
) -> None:
    """Refuse members or volunteers of another grid than the one that ``unit_id`` lies in.

    A unit above the grids (a community) takes everybody below it.  ``day`` is the day,
    with the field that it was entered in: its method says which level the grids are.
    """
    name, home = _grid_of(connection, unit_id, day)
    paths = select(people.c.code, unit.c.path).join(unit, unit.c.id == people.c.unit_id)
    rows = connection.execute(paths.where(people.c.id.in_(ids)).order_by(people.c.code))
    strangers = [code for code, path in rows if not path.startswith(home)]
    if strangers:
        raise RuleError(
            f"{label} {'、'.join(strangers)} 不属于{name}，请去掉，或到其所在的网格填报", label
        )


def _grid_of(connection: Connection, unit_id: int, day: tuple[str, date]) -> tuple[str, str]:
    """Name and path of the grid that a unit is or lies in; its own where it is above them."""
    own = need_row(connection, unit, unit_id, "单位")
    level = need_method(connection, day[1], day[0]).method.grid_level
    lineage = [int(one) for one in own.path.strip("/").split("/")]
    grid = select(unit.c.name, unit.c.path).where(unit.c.id.in_(lineage), unit.c.level == level)
    found = connection.execute(grid).first()
    return (found.name, found.path) if found else (own.name, own.path)
