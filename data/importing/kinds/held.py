"""What stands in the database under the codes that a file names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Table, select

from data.importing.kind import Reading, Values
from data.importing.plan import Plan
from data.importing.tables import Cell


def unit_example(reading: Reading, level: str | None = None) -> dict[str, Cell]:
    """A unit within reach for an example row: of this level, else a grid, else any."""
    wanted = level or reading.adopted.method.grid_level
    inside = [one for one in reading.units.units if reading.units.reached(one)]
    of_level = [one for one in inside if one.level == wanted]
    one = next(iter(of_level or ([] if level else inside)), None)
    return {} if one is None else {"unit_code": one.code, "unit_name": one.name}


def held_by_code(connection: Connection, table: Table) -> dict[str, Row[Any]]:
    """Every row of a table that has codes, by code."""
    return {row.code: row for row in connection.execute(select(table))}


def held_rows(
    connection: Connection, table: Table, values: Values, plan: Plan, key: str = "code"
) -> dict[int, Row[Any]]:
    """The row that is there for each row of the file: position → row, for those there are."""
    by_code = held_by_code(connection, table)
    codes = values.of(key)
    return {n: by_code[codes[n]] for n in plan.left() if codes[n] in by_code}


def refuse_without(plan: Plan, values: Values, position: int, needed: dict[str, str]) -> bool:
    """Refuse a new row that lacks one of ``needed`` (field key → label); whether it was."""
    missing = [label for key, label in needed.items() if values.of(key)[position] is None]
    if missing:
        plan.refuse(position, f"新增的要有{'、'.join(missing)}，请填写")
    return bool(missing)
