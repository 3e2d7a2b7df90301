"""The revision: the one number that tells a cache whether anything changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, select

from data.schema import revision

F = TypeVar("F", bound=Callable[..., Any])


class Revision(NamedTuple):
    """``value`` counts write transactions; ``standing`` is the last that did more than daily entry.

    Both are 0 before the first write.
    """

    value: int
    standing: int


def fetch_revision(connection: Connection) -> Revision:
    """What a cache has to know about the database's age."""
    row = connection.execute(select(revision.c.value, revision.c.standing)).first()
    return Revision(*row) if row else Revision(0, 0)


def standing(fetch: F) -> F:
    """Mark a read, or what is built from such reads, as free of data.schema.DAILY tables.

    Its answer stays good while people enter appeals, visits, points and hours.
    """
    fetch.standing = True  # type: ignore[attr-defined]
    return fetch


def is_standing(fetch: Callable[..., Any]) -> bool:
    """Whether ``fetch`` was marked so."""
    return getattr(fetch, "standing", None) is True
