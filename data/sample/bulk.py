"""Many rows into a table at once, sealed and rendered a column at a time because that is fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Date, Table, func, insert, select

from data.ledger import seals_of
from data.sample.units import Row
from data.schema.base import UtcDateTime, metadata
from data.seals import fact_columns

BATCH = 5_000

STAMP = {"surface": "sample", "request_id": None}  # the same on every row that is recorded

Columns = dict[str, list[Any]]


@contextmanager
def indexes_last(connection: Connection) -> Iterator[None]:
    """Without the plain indexes until all rows are there: building them once is far quicker."""
    indexes = [i for table in metadata.sorted_tables for i in table.indexes if not i.unique]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def insert_rows(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert ``rows``, which hold the same keys and follow their ids, into an empty table.

    Where the table is a chain the rows are sealed first.
    """
    if not rows:
        return
    columns: Columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns |= {name: [value] * len(rows) for name, value in STAMP.items() if name in table.c}
    if connection.dialect.name == "sqlite":
        columns |= _canonical_texts(table, columns)
    if "seal" in table.c:
        columns["seal"] = seals_of({name: columns[name] for name in fact_columns(table)})
    if connection.dialect.name == "sqlite":
        _insert_rendered(connection, table, columns)
    else:
        _insert_in_batches(connection, table, columns)


def _canonical_texts(table: Table, columns: Columns) -> Columns:
    """Times and days as the texts that seals are made of: each needs turning into text only once.

    Columns share many moments, so a text is remembered by the identity of its moment.
    """
    texts: dict[int, str | None] = {id(None): None}
    found: Columns = {}
    for name, values in columns.items():
        if isinstance(table.c[name].type, UtcDateTime):
            for at in values:
                if id(at) not in texts:
                    texts[id(at)] = at.isoformat(timespec="microseconds")
            found[name] = [texts[id(at)] for at in values]
        elif isinstance(table.c[name].type, Date):
            found[name] = [day and day.isoformat() for day in values]
    return found


def _insert_rendered(connection: Connection, table: Table, columns: Columns) -> None:
    """SQLite: the driver gets the very texts that the column types would make of each value."""
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    # table and column names are our own schema's
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
    values = [
        [at and f"{at[:10]} {at[11:26]}" for at in given]
        if isinstance(table.c[name].type, UtcDateTime)
        else given
        for name, given in columns.items()
    ]
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _insert_in_batches(connection: Connection, table: Table, columns: Columns) -> None:
    length = len(next(iter(columns.values())))
    for start in range(0, length, BATCH):
        part = [values[start : start + BATCH] for values in columns.values()]
        complete = [dict(zip(columns, row, strict=True)) for row in zip(*part, strict=True)]
        connection.execute(insert(table), complete)


def continue_numbering(connection: Connection) -> None:
    """Let the database go on after the ids given here; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.c:
            last = select(func.max(table.c.id)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last)))
