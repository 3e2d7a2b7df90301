"""A small street in a file of its own, to be backed up and restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.engines import open_engines
from data.errors import RuleError
from data.identity import system
from data.keeping import record
from data.keeping.backup import backup
from tests.data.writes.test_points import points_of
from tests.data.writes.world import World, copied, create_world, dump

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
STAMP: dict[str, Any] = {"actor": system("命令行", "cli"), "at": AT}
TOUCHED = {"session", "audit_entry", "revision"}  # what a restore itself writes
SETTINGS = ("AT", "FOLDER", "COPY", "DAYS", "WEEKS")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = create_world(tmp_path_factory.mktemp("kept"))
    points_of(world)
    return world


@pytest.fixture
def world(made: World, tmp_path: Path) -> Iterator[World]:
    """A street with a ledger entry, at ``tmp_path / world.db``."""
    with copied(made, tmp_path) as world:
        yield world


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(f"GRID_BACKUP_{name}", raising=False)
    monkeypatch.setattr(record, "_unwritten", {})


def url_of(world: World) -> str:
    return f"sqlite:///{world.engines.url.database}"


def opened(world: World, path: Path) -> World:
    """The world as another file holds it."""
    return replace(world, engines=open_engines(f"sqlite:///{path}"))


def file_of(world: World) -> Path:
    return Path(str(world.engines.url.database))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def facts(world: World) -> dict[str, list[Any]]:
    return {name: rows for name, rows in dump(world.engines).items() if name not in TOUCHED}


@pytest.fixture
def kept(world: World, tmp_path: Path) -> Path:
    """A backup; afterwards the database goes on by one ledger entry."""
    folder = tmp_path / "kept"
    folder.mkdir()
    made = backup(url_of(world), folder, at=AT)
    points_of(world, rule_key="study")
    return made.path


@contextmanager
def untouched(world: World, *words: str) -> Iterator[None]:
    """The block is refused in ``words``; the database and its folder are as before."""
    folder = file_of(world).parent
    world.engines.dispose()
    before, files = file_of(world).read_bytes(), sorted(p.name for p in folder.iterdir())
    with pytest.raises(RuleError) as caught:
        yield
    for word in words:
        assert word in caught.value.message
    world.engines.dispose()
    assert file_of(world).read_bytes() == before
    left = {"world.db.keeping.lock", "world.db-wal", "world.db-shm"}
    assert {p.name for p in folder.iterdir()} - left == set(files) - left
