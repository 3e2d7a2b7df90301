"""Adopted methods: the one in force on a day, or the one a row was recorded under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from data import schema
from data.method import Method
from data.method.loading import method_from_document
from data.queries.revision import standing

_LATEST_FIRST = (schema.method.c.starts_on.desc(), schema.method.c.id.desc())


@dataclass(frozen=True)
class MethodInForce:
    """An adopted method: its row's id, the method itself and its first day."""

    id: int
    method: Method
    starts_on: date


@standing
def fetch_method_in_force(connection: Connection, on: date) -> MethodInForce:
    """The method in force on a local day; LookupError when none was adopted by then."""
    newest = _adopted().where(schema.method.c.starts_on <= on).order_by(*_LATEST_FIRST)
    row = connection.execute(newest.limit(1)).first()
    if row is None:
        raise LookupError(f"no method in force on {on}")
    return _as_adopted(row)


@standing
def fetch_method(connection: Connection, method_id: int) -> MethodInForce:
    """The adopted method with this id; LookupError when there is none."""
    row = connection.execute(_adopted().where(schema.method.c.id == method_id)).first()
    if row is None:
        raise LookupError(f"no method with id {method_id}")
    return _as_adopted(row)


@standing
def fetch_methods(connection: Connection) -> list[MethodInForce]:
    """Every method ever adopted, the latest start first."""
    rows = connection.execute(_adopted().order_by(*_LATEST_FIRST))
    return [_as_adopted(row) for row in rows]


def _adopted() -> Select[Any]:
    table = schema.method.c
    return select(table.id, table.starts_on, table.document)


def _as_adopted(row: Row[Any]) -> MethodInForce:
    return MethodInForce(row.id, _parsed(row.document), row.starts_on)


@lru_cache(maxsize=16)
def _parsed(document: str) -> Method:
    """Parsed once a document: reading and checking a method takes milliseconds."""
    return method_from_document(document)
