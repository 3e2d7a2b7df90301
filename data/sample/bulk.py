"""Many rows into a table at once, sealed and rendered a column at a time because that is fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Date, Table, func, insert, select

from data.ledger import seals_of
from data.sample.units import Row
from data.schema.base import UtcDateTime, metadata
from data.seals import fact_columns

BATCH = 5_000

# the same on every row that is recorded
STAMP = {"surface": "sample", "request_id": None, "recorded_by_account": None}

Columns = dict[str, Sequence[Any]]


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
    # row by row: going through all the rows once for each column takes twice as long
    values = zip(*map(itemgetter(*rows[0]), rows), strict=True)
    columns: Columns = dict(zip(rows[0], values, strict=True))
    fixed = {name: value for name, value in STAMP.items() if name in table.c}
    if connection.dialect.name == "sqlite":
        columns |= _canonical_texts(table, columns)
    columns |= {name: [value] * len(rows) for name, value in fixed.items()}
    if "seal" in table.c:
        columns["seal"] = seals_of({name: columns[name] for name in fact_columns(table)})
    if connection.dialect.name == "sqlite":
        _insert_rendered(connection, table, columns, fixed)
    else:
        _insert_in_batches(connection, table, columns)


def _canonical_texts(table: Table, columns: Columns) -> Columns:
    """Times and days as the texts that seals are made of: each needs turning into text only once.

    Columns share many moments, so a text is remembered by the identity of its moment.
    """
    times = [name for name in columns if isinstance(table.c[name].type, UtcDateTime)]
    moments = {id(at): at for name in times for at in columns[name] if at is not None}
    texts: dict[int, str | None] = dict(zip(moments, _texts(moments.values()), strict=True))
    texts[id(None)] = None
    found: Columns = {name: [texts[id(at)] for at in columns[name]] for name in times}
    for name in columns:
        if isinstance(table.c[name].type, Date):
            days = {day: day and day.isoformat() for day in set(columns[name])}
            found[name] = [days[day] for day in columns[name]]
    return found


def _texts(moments: Iterable[datetime]) -> Iterator[str]:
    """Each moment in UTC as ``isoformat(timespec="microseconds")`` has it, in a third of the time.

    A float holds microseconds exactly for some centuries to come.
    """
    seconds = np.array([at.timestamp() for at in moments], dtype=np.float64)
    exact = np.rint(seconds * 1e6).astype(np.int64).view("datetime64[us]")
    return (f"{text}+00:00" for text in np.datetime_as_string(exact).tolist())


def _insert_rendered(
    connection: Connection, table: Table, columns: Columns, fixed: dict[str, str | None]
) -> None:
    """SQLite: the driver gets the very texts that the column types would make of each value."""
    literals = {name: f"'{value}'" if value else "NULL" for name, value in fixed.items()}
    names, marks = ", ".join(columns), ", ".join(literals.get(name, "?") for name in columns)
    # table and column names are our own schema's, the literals are those of STAMP
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
    values = [
        [at and f"{at[:10]} {at[11:26]}" for at in given]
        if isinstance(table.c[name].type, UtcDateTime)
        else given
        for name, given in columns.items()
        if name not in fixed
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
