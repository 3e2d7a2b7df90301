"""A small street to write into, and what tests of writes ask of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from data.engines import Engines, open_engines
from data.errors import RuleError
from data.identity import system
from data.method import Method
from data.method.loading import load_preset
from data.migrate import upgrade
from data.schema import calendar_day, metadata
from data.workdays import published_calendar
from tests import builders
from tests.seat import seated

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
TODAY = date(2026, 11, 20)
STAMP: dict[str, Any] = {"at": NOW, "actor": system("网格员甲", "test")}
ODD_TEXT = "<script>alert('x')</script> 😀👨‍👩‍👧 & \"引号\""


@dataclass(frozen=True)
class World:
    """Ids of a street with two grids, three members and three volunteers in the first."""

    engines: Engines
    method: Method
    method_id: int
    units: dict[str, int]
    members: list[int]
    volunteers: list[int]


def create_world(folder: Path) -> World:
    """The world, with ``demo_street`` in force since 2024 and the calendar of 2025 and 2026."""
    folder_of_first, first = _first()
    shutil.copy(Path(folder_of_first.name) / "grid.db", folder / "grid.db")
    return replace(first, engines=open_engines(f"sqlite:///{folder / 'grid.db'}"))


@lru_cache(maxsize=1)
def _first() -> tuple[TemporaryDirectory[str], World]:
    """The world that every other one of this process is copied from, and where it is."""
    folder = TemporaryDirectory()
    url, method = f"sqlite:///{folder.name}/grid.db", load_preset("demo_street")
    upgrade(url)
    engines = open_engines(url)
    with engines.writer.begin() as connection:
        connection.execute(insert(calendar_day), published_calendar(2025, 2026))
        method_id = builders.create_method(connection, method)
        units = builders.create_street(connection)
        members = [builders.create_member(connection, units["grid1"]) for _ in range(3)]
        team = builders.create_team(connection)
        volunteers = [builders.create_volunteer(connection, units["grid1"], team) for _ in range(3)]
    engines.dispose()  # closing the last connection brings the whole database into the file
    return folder, World(engines, method, method_id, units, members, volunteers)


@contextmanager
def copied(world: World, folder: Path) -> Iterator[World]:
    """The world in a file of its own: copying one is far quicker than making one."""
    world.engines.dispose()  # as above
    copy = shutil.copy(str(world.engines.url.database), folder / "world.db")
    engines = open_engines(f"sqlite:///{copy}")
    yield replace(world, engines=engines)
    engines.dispose()


@contextmanager
def seated_world(world: World, seat: Path) -> Iterator[World]:
    """The same where one test's world after another stands, which is quicker still."""
    world.engines.dispose()  # as above
    with seated(Path(str(world.engines.url.database)), seat / "world.db") as engines:
        yield replace(world, engines=engines)


def dump(engines: Engines) -> dict[str, list[Any]]:
    """Every row of every table."""
    with engines.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


def rows_of(engines: Engines, name: str) -> list[Any]:
    """The rows of one table, by id."""
    table = metadata.tables[name]
    with engines.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def revision_of(engines: Engines) -> int:
    """The revision's value."""
    return int(rows_of(engines, "revision")[0].value)


@contextmanager
def refused(engines: Engines, field: str, *words: str) -> Iterator[None]:
    """The block is refused for ``field`` in a message with ``words``; nothing is written."""
    before = dump(engines)
    with pytest.raises(RuleError) as caught:
        yield
    assert caught.value.field == field
    for word in words:
        assert word in caught.value.message
    assert dump(engines) == before


@contextmanager
def rolled_back(engines: Engines) -> Iterator[None]:
    """The block fails at the last moment, on commit; every table is as it was before."""

    def fail(_connection: Any) -> None:
        raise OSError("disk full")

    before = dump(engines)
    event.listen(engines.writer, "commit", fail)
    try:
        with pytest.raises(OSError, match="disk full"):
            yield
    finally:
        event.remove(engines.writer, "commit", fail)
    assert dump(engines) == before
