"""What imports of facts share: the method of a day, and keys by which a row is known again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table, select

from data.importing.kind import Reading
from data.importing.plan import Plan
from data.queries.methods import MethodInForce
from data.schema import import_batch, import_row

T = TypeVar("T")
PART = 5_000  # values in one IN (…): SQLite takes 32,766


def method_on(reading: Reading, day: date) -> MethodInForce:
    """The method in force on a local day; before the first one was adopted, the first.

    A street that begins today may bring along the years before: they are judged by the
    rules it began with.
    """
    for adopted in reading.methods:
        if adopted.starts_on <= day:
            return adopted
    return reading.methods[-1]


def method_that(
    reading: Reading, day: date, knows: Callable[[MethodInForce], bool]
) -> MethodInForce | None:
    """The method of the day if it knows what a row speaks of, else the latest that does."""
    adopted = method_on(reading, day)
    return adopted if knows(adopted) else next(filter(knows, reading.methods), None)


def hashed(facts: Sequence[Any]) -> str:
    """24 hex digits by which equal facts are known."""
    texts = [x.isoformat() if isinstance(x, (date, datetime)) else str(x) for x in facts]
    return sha256("\x1f".join(texts).encode()).hexdigest()[:24]


def numbered_keys(keys: Iterable[str | None]) -> list[str | None]:
    """Each key with which one of its kind it is in the file: twice the same fact is two facts."""
    seen: Counter[str] = Counter()
    found: list[str | None] = []
    for key in keys:
        if key is not None:
            seen[key] += 1
        found.append(None if key is None else f"i:{key}:{seen[key]}")
    return found


def take_new(connection: Connection, table: Table, plan: Plan, keys: list[str | None]) -> list[str]:
    """Settle which rows are new and which are there already; the request ids of the new ones.

    ``keys``: one a row, None for a refused one.  A row whose import was undone may come again.
    """
    wanted = [key for key in keys if key is not None]
    held = _held(connection, table, wanted)
    fresh: list[str] = []
    for position, key in enumerate(keys):
        if key is None or plan.states[position] == "refused":
            continue
        request_id = _free(held, key)
        if request_id is None:
            plan.states[position] = "same"
        else:
            plan.states[position] = "new"
            fresh.append(request_id)
    return fresh


def _free(held: dict[str, bool], key: str) -> str | None:
    """The first request id of a key that is not taken; None where one of them stands."""
    for again in count():
        request_id = f"{key}/{again}" if again else key
        if request_id not in held:
            return request_id
        if held[request_id]:
            return None
    raise AssertionError("unreachable")


def _held(connection: Connection, table: Table, keys: list[str]) -> dict[str, bool]:
    """Request ids that are taken: whether the import that took them still stands."""
    held: dict[str, bool] = {}
    again, wanted = 0, keys
    while wanted:
        found = {r.request_id: r.undone_at is None for r in _rows(connection, table, wanted)}
        held |= found
        again += 1
        undone = {request_id.split("/")[0] for request_id, stands in found.items() if not stands}
        wanted = [f"{key}/{again}" for key in undone]
    return held


def _rows(connection: Connection, table: Table, keys: list[str]) -> Iterator[Row[Any]]:
    mine = (import_row.c.row_id == table.c.id) & (import_row.c.table_name == table.name)

    def query(part: list[str]) -> Select[Any]:
        return (
            select(table.c.request_id, import_batch.c.undone_at)
            .outerjoin(import_row, mine)
            .outerjoin(import_batch, import_batch.c.id == import_row.c.import_batch_id)
            .where(table.c.request_id.in_(part))
        )

    return in_parts(connection, keys, query)


def in_parts(
    connection: Connection, values: Iterable[T], query: Callable[[list[T]], Select[Any]]
) -> Iterator[Row[Any]]:
    """The rows of a query that is asked for a few thousand values at a time."""
    rest = iter(values)
    while part := list(islice(rest, PART)):
        yield from connection.execute(query(part))


def reached_owner(plan: Plan, reading: Reading, unit_id: int, who: str) -> str:
    """Why a person's unit may not be imported into; "" where it may."""
    one = reading.units.by_id[unit_id]
    if reading.units.reached(one):
        return ""
    plan.outside.add(one.path)
    return f"{who} 不在您的范围内，请去掉这一行"
