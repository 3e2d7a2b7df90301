"""The world that tests of writes share."""

from __future__ import annotations

import pytest

from data.engines import Engines
from data.method import Method
from tests.data.writes.world import World, create_world


@pytest.fixture
def world(engines: Engines, method: Method) -> World:
    return create_world(engines, method)
