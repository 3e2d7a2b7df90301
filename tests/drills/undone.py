"""A database whose writes can be looked at and are then undone, for many tries on one copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from data.engines import Engines


@dataclass(frozen=True)
class Undone(Engines):
    """Engines that read and write on one connection; each write is a savepoint of it."""

    connection: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        assert self.connection is not None
        yield self.connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        assert self.connection is not None
        with self.connection.begin_nested():
            yield self.connection

    trace = in_passing = write


@contextmanager
def undone(engines: Engines) -> Iterator[Undone]:
    """For one try: nothing of it stays."""
    with engines.writer.connect() as connection:
        transaction = connection.begin()
        try:
            yield Undone(
                engines.url, engines.reader, engines.writer, engines.hasty, connection=connection
            )
        finally:
            transaction.rollback()
