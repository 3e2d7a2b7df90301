"""A request that arrives twice is written once: a retry returns what the first one wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, or_, select

from data.engines import Engines

T = TypeVar("T")


def write_once(
    engines: Engines,
    table: Table,
    request_id: str | None,
    work: Callable[[Connection], list[int]],
    result: Callable[[Connection, list[int]], T],
) -> T:
    """The result of ``work``, done in one transaction unless ``request_id`` was seen before.

    ``work`` adds rows to ``table`` and returns their ids; ``result`` reads what
    to return from them, the same way for the first arrival and for a repeated one.
    """
    with engines.read() as connection:
        ids = _written(connection, table, request_id)
        if ids:
            return result(connection, ids)
    with engines.write() as connection:
        # asked again: the same request may have been written a moment ago
        return result(connection, _written(connection, table, request_id) or work(connection))


def numbered(stamp: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """``stamp`` for each of ``count`` rows of one request: request ids r, r#1, r#2…"""
    request_id = stamp["request_id"]
    if request_id is None:
        return [stamp] * count
    ids = [request_id, *(f"{request_id}#{n}" for n in range(1, count))]
    return [stamp | {"request_id": one} for one in ids]


def _written(connection: Connection, table: Table, request_id: str | None) -> list[int]:
    """Ids of the rows that an earlier arrival of the request added, in their order."""
    column = table.c.request_id
    first = select(table.c.id).where(column == request_id)
    if request_id is None or connection.execute(first).first() is None:
        return []
    mine = or_(column == request_id, column.startswith(f"{request_id}#", autoescape=True))
    return list(connection.scalars(select(table.c.id).where(mine).order_by(table.c.id)))
