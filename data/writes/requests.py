"""One way into the database: checked who asks, written once, told to the log.

A request that arrives twice is written once: a retry returns what the first one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, or_, select

from data.access import require
from data.audit import audit, told
from data.engines import Engines
from data.identity import Actor

T = TypeVar("T")


@dataclass(frozen=True)
class Act:
    """Who does what, when: ``action`` is the name of the write and of its entry in ACCESS."""

    action: str
    actor: Actor
    at: datetime
    request_id: str | None = None


class Place(NamedTuple):
    """Where an act takes effect: a unit's path (None: no unit), and who recorded what it undoes."""

    path: str | None
    recorded_by: int | None = None


NOWHERE = [Place(None)]  # what belongs to no unit: only an administrator reaches it

Where = Callable[[Connection], Sequence[Place]]


def write_once(
    engines: Engines,
    table: Table,
    act: Act,
    where: Where,
    work: Callable[[Connection], list[int]],
    result: Callable[[Connection, list[int]], T],
    before: Mapping[str, Any] | None = None,
) -> T:
    """The result of ``work``, done in one transaction unless the request was seen before.

    ``where`` tells which units are concerned; whoever may not act in all of them is
    refused, also when the request is a repeated one.  ``work`` adds rows to ``table``
    and returns their ids; ``result`` reads what to return from them, the same way for
    the first arrival and for a repeated one.  ``work`` may fill ``before``, which goes
    to the log.
    """
    with engines.read() as connection:
        ids = _written(connection, table, act.request_id)
        if ids:
            check_access(connection, act, where)
            return result(connection, ids)
    with engines.write() as connection:
        role = check_access(connection, act, where)
        # asked again: the same request may have been written a moment ago
        ids = _written(connection, table, act.request_id)
        if not ids:
            ids = work(connection)
            _tell(connection, table, act, role, ids, before)
        return result(connection, ids)


def check_access(connection: Connection, act: Act, where: Where) -> str:
    """The role that lets the actor act in every place; AccessError where one refuses."""
    roles = [
        require(
            connection, act.actor, act.action, place.path, at=act.at, recorded_by=place.recorded_by
        )
        for place in where(connection)
    ]
    return roles[0] if roles else ""


@contextmanager
def acting(
    engines: Engines, act: Act, where: Where | None = None
) -> Iterator[tuple[Connection, str]]:
    """A write transaction and the role that was let in, for writes that a retry cannot double.

    Without ``where`` the act belongs to no unit.  The caller tells the log itself.
    """
    with engines.write() as connection:
        yield connection, check_access(connection, act, where or (lambda _connection: NOWHERE))


def _tell(
    connection: Connection,
    table: Table,
    act: Act,
    role: str,
    ids: list[int],
    before: Mapping[str, Any] | None,
) -> None:
    rows = connection.execute(select(table).where(table.c.id.in_(ids)).order_by(table.c.id))
    facts = [told(table, row) for row in rows]
    audit(
        connection,
        act.actor,
        act.action,
        at=act.at,
        role=role,
        table=table.name,
        row_id=ids[0] if ids else None,
        before=before or None,
        after=facts[0] if len(facts) == 1 else {"rows": facts},
    )


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
