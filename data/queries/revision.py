"""The revision: the one number that tells a cache whether anything changed."""

from __future__ import annotations

from sqlalchemy import Connection, select

from data.schema import revision


def fetch_revision(connection: Connection) -> int:
    """How many write transactions this database has seen; 0 before the first."""
    return int(connection.scalar(select(revision.c.value)) or 0)
