"""Many rows into a table that has rows already: ids given here, sealed a column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from itertools import chain, islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, Date, Table, func, insert, select

from data.importing.instants import Instants, instants, sealed_texts, stored_texts
from data.ledger import Same, seals_of
from data.schema.base import UtcDateTime
from data.seals import fact_columns, last_seal

BATCH = 5_000
VARIABLES = 900  # that one statement binds; every SQLite can take 999
MANY = 20_000  # rows from which leaving the indexes for the end is worth it
CACHE_KIB = 65_536  # SQLite's own 2 MB would write index pages out again and again

Values = Sequence[Any] | Instants
Columns = dict[str, Sequence[Any]]


def next_id(connection: Connection, table: Table) -> int:
    """The id that the next row inserted by :func:`insert_many` gets."""
    return int(connection.scalar(select(func.max(table.c.id))) or 0) + 1


def insert_many(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Values],
    fixed: Mapping[str, Any] | None = None,
) -> list[int]:
    """Insert rows given by column, in order, and return their ids.

    ``fixed`` is the same on every row; times may be Instants.  Where the table is a chain
    the rows are sealed after the last one.  Call it in a write transaction only: writers
    follow one another, so nobody else can take the ids.
    """
    count = len(next(iter(columns.values()), ()))
    if not count:
        return []
    first = next_id(connection, table)
    ids = list(range(first, first + count))
    alike = {name: Same(value) for name, value in (fixed or {}).items()}
    given: dict[str, Values | Same] = {"id": ids, **columns, **alike}
    given |= _defaults(table, given)
    if connection.dialect.name == "sqlite":
        _insert_texts(connection, table, given, count)
    else:
        whole = {name: _whole(values, count) for name, values in given.items()}
        whole |= _sealed(connection, table, whole, count)
        _insert_in_batches(connection, table, whole)
        _continue_numbering(connection, table, ids[-1])
    return ids


def _defaults(table: Table, given: Mapping[str, Any]) -> dict[str, Values | Same]:
    """What the database would store in the columns left out: seals cover that too."""
    missing = [c for c in table.columns if c.name not in given and c.name != "seal"]
    return {c.name: Same(getattr(c.default, "arg", None)) for c in missing}


def _sealed(
    connection: Connection, table: Table, columns: Mapping[str, Any], count: int
) -> Columns:
    if "seal" not in table.c:
        return {}
    facts = {name: columns[name] for name in fact_columns(table)}
    return {"seal": seals_of(facts, last_seal(connection, table), count)}


def _whole(values: Values | Same, count: int) -> Sequence[Any]:
    if isinstance(values, Same):
        return [values.value] * count
    if isinstance(values, np.ndarray):
        return [at and at.replace(tzinfo=UTC) for at in values.astype(object).tolist()]
    return values


def _insert_texts(
    connection: Connection, table: Table, given: Mapping[str, Values | Same], count: int
) -> None:
    """SQLite: the driver gets the very texts that the column types would make of each value.

    What is the same on every row is written into the statement, quoted by SQLite itself:
    binding it row by row takes as long as binding anything else.
    """
    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
    texts = {name: _as_texts(table, name, values) for name, values in given.items()}
    stored = {name: kept for name, (kept, _) in texts.items()}
    facts = {name: kept if sealed is None else sealed for name, (kept, sealed) in texts.items()}
    stored |= _sealed(connection, table, facts, count)
    alike = {name: one.value for name, one in stored.items() if isinstance(one, Same)}
    quoted = {name: _quoted(connection, value) for name, value in alike.items()}
    marks = ", ".join(quoted.get(name, "?") for name in stored)
    # table and column names are our own schema's
    start = f"INSERT INTO {table.name} ({', '.join(stored)}) VALUES "  # noqa: S608
    with _indexes_last(connection, table, count):
        told = [one for one in stored.values() if not isinstance(one, Same)]
        _insert_rows(connection, start, f"({marks})", told)


Column = Sequence[Any] | Same


def _insert_rows(
    connection: Connection, start: str, marks: str, columns: Sequence[Sequence[Any]]
) -> None:
    """Many rows a statement: for SQLite a third less work than a statement a row."""
    width = len(columns)
    together = max(1, VARIABLES // width)
    flat = chain.from_iterable(zip(*columns, strict=True))
    statement = start + ", ".join([marks] * together)
    while part := tuple(islice(flat, together * width)):
        if len(part) < together * width:
            statement = start + ", ".join([marks] * (len(part) // width))
        connection.exec_driver_sql(statement, part)


def _as_texts(table: Table, name: str, values: Values | Same) -> tuple[Column, Column | None]:
    """A column as SQLite stores it, times and days as texts; and as seals read it, if otherwise."""
    kind = table.c[name].type
    if not isinstance(values, Same):
        if not _alike(values):
            return _texts(kind, values, sealed="seal" in table.c)
        values = Same(None if isinstance(values, np.ndarray) else values[0])
    kept, sealed = _texts(kind, [values.value], sealed=True)
    return Same(kept[0]), None if sealed is None else Same(sealed[0])


def _texts(
    kind: Any, values: Values, *, sealed: bool
) -> tuple[Sequence[Any], Sequence[Any] | None]:
    if isinstance(values, np.ndarray) or isinstance(kind, UtcDateTime):
        at = values if isinstance(values, np.ndarray) else instants(values)
        return stored_texts(at), sealed_texts(at) if sealed else None
    if isinstance(kind, Date):
        days = {day: day and day.isoformat() for day in set(values)}
        values = [days[day] for day in values]
    return values, None


@contextmanager
def _indexes_last(connection: Connection, table: Table, count: int) -> Iterator[None]:
    """Without the plain indexes meanwhile, where the new rows are most of the table.

    Building an index once is far quicker than growing it by many rows in no order.  It is
    part of the transaction: nobody else sees the table without them.
    """
    many = count >= MANY and count > next_id(connection, table)
    indexes = [index for index in table.indexes if not index.unique] if many else []
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _alike(values: Values) -> bool:
    """Whether a column of several rows holds one value only (of moments: none at all)."""
    if isinstance(values, np.ndarray):
        return bool(np.isnat(values).all())
    first = values[0]
    return len(values) > 1 and first == values[-1] and values.count(first) == len(values)


def _quoted(connection: Connection, value: Any) -> str:
    """A value as a literal of SQL."""
    return str(connection.exec_driver_sql("SELECT quote(?)", (value,)).scalar_one())


def _insert_in_batches(connection: Connection, table: Table, columns: Mapping[str, Any]) -> None:
    statement = insert(table)
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    while part := list(islice(rows, BATCH)):
        connection.execute(statement, part)


def _continue_numbering(connection: Connection, table: Table, last: int) -> None:
    """Let PostgreSQL go on after ids that it did not give; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last)))
