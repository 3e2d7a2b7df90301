"""The world that tests of writes share: made once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.writes.world import World, create_world, seated_world


@pytest.fixture(scope="session")
def first_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return create_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(first_world: World, seat: Path) -> Iterator[World]:
    with seated_world(first_world, seat) as world:
        yield world
