"""Sealed tables: which columns a seal covers, and how rows are appended to a chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from data.ledger import FIRST_SEAL, seals_of
from data.schema import metadata

# The id is given by the database while a row is inserted; the status follows from decisions.
UNSEALED = frozenset({"id", "seal", "status"})


@lru_cache(maxsize=32)
def fact_columns(table: Table) -> tuple[str, ...]:
    """Names of the columns that the seal of a row in ``table`` covers, in table order."""
    return tuple(c.name for c in table.columns if c.name not in UNSEALED)


def sealed_tables() -> list[Table]:
    """Every table whose rows form a chain of seals."""
    return [table for table in metadata.sorted_tables if "seal" in table.c]


@lru_cache(maxsize=32)
def _blank(table: Table) -> dict[str, Any]:
    """What the database would store for each fact column that a row leaves out."""
    columns = (table.c[name] for name in fact_columns(table))
    return {c.name: getattr(c.default, "arg", None) for c in columns}


def seal_rows(
    table: Table, rows: Iterable[Mapping[str, Any]], previous: str = FIRST_SEAL
) -> list[dict[str, Any]]:
    """``rows`` completed with their defaults and sealed one upon another, after ``previous``."""
    blank = _blank(table)
    complete = [{**blank, **row} for row in rows]
    columns = {name: [row[name] for row in complete] for name in blank}
    for row, seal in zip(complete, seals_of(columns, previous), strict=True):
        row["seal"] = seal
    return complete


def last_seal(connection: Connection, table: Table) -> str:
    """The seal that the next row of ``table`` continues from."""
    newest = select(table.c.seal).order_by(table.c.id.desc()).limit(1)
    return connection.scalar(newest) or FIRST_SEAL


def append_sealed(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]
) -> list[int]:
    """Add ``rows`` at the end of the chain and return their ids, in the same order.

    One insert a row: the chain runs in id order, so rows must get their ids in
    the order they were sealed in.
    """
    sealed = seal_rows(table, rows, last_seal(connection, table))
    new_id = insert(table).returning(table.c.id)
    return [connection.execute(new_id, row).scalar_one() for row in sealed]
