"""The world of the writing tests, with boundaries, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.importing.taking import draw_boundaries
from tests.data.writes.world import World, create_world, seated_world


@pytest.fixture(scope="session")
def drawn_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = create_world(tmp_path_factory.mktemp("drawn"))
    draw_boundaries(world)
    return world


@pytest.fixture
def town(drawn_world: World, seat: Path) -> Iterator[World]:
    with seated_world(drawn_world, seat) as world:
        yield world
