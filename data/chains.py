"""Verifying chains of seals: which rows do not fit the row before them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    String,
    Table,
    case,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.dialects import sqlite

from data.ledger import FIRST_SEAL, seal
from data.schema.base import UtcDateTime
from data.seals import fact_columns


def broken_rows(connection: Connection, table: Table) -> Iterator[int]:
    """Ids of rows whose seal does not fit; going on from the stored seal leaves the rest clean."""
    if connection.dialect.name == "sqlite":
        return _broken_in_sqlite(connection, table)
    return broken_by_ledger(connection, table)


def broken_by_ledger(connection: Connection, table: Table) -> Iterator[int]:
    """The same in any database, by :func:`data.ledger.seal` itself."""
    columns, previous = fact_columns(table), FIRST_SEAL
    facts = (table.c[name] for name in columns)
    rows = connection.execute(select(table.c.id, table.c.seal, *facts).order_by(table.c.id))
    for row_id, stored, *values in rows:
        if stored != seal(previous, dict(zip(columns, values, strict=True)), columns):
            yield row_id
        previous = stored


def _broken_in_sqlite(connection: Connection, table: Table) -> Iterator[int]:
    """SQLite itself puts the sealed text of a row together: twice as fast as doing it here.

    It also copes with whatever was written there by hand, where parsing would fail.
    """
    previous = FIRST_SEAL
    rows = connection.exec_driver_sql(_question(table))
    for row_id, stored, facts in rows:
        if stored != sha256(f"{previous}{facts}".encode()).hexdigest():
            yield row_id
        previous = stored


@cache
def _question(table: Table) -> str:
    """Id, seal and sealed text of every row, in SQL: putting it together takes far longer than
    asking it of a small table.
    """
    text: ColumnElement[Any] = literal("")
    for name in fact_columns(table):
        text = text.concat(_sealed_text(table.c[name]))
    asked = select(table.c.id, table.c.seal, text).order_by(table.c.id)
    return str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


def _sealed_text(column: Column[Any]) -> ColumnElement[Any]:
    """One column as :func:`data.ledger.seal` writes it: nothing, or ``\\nname=length:text``."""
    plain: ColumnElement[Any] = type_coerce(column, String)
    text = plain
    if isinstance(column.type, UtcDateTime):
        text = func.replace(plain, " ", "T").concat("+00:00")
    elif isinstance(column.type, (Integer, Float)):
        is_number = func.typeof(column).in_(("integer", "real"))
        text = case((is_number, func.printf("%.4f", column)), else_=plain)
    elif not isinstance(column.type, (Date, String)):
        raise TypeError(f"a {column.type!r} column cannot be sealed")
    label = literal(f"\n{column.name}=")
    filled = label.concat(type_coerce(func.length(text), String)).concat(":").concat(text)
    return case((column.is_(None), ""), else_=filled)
