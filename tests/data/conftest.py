"""What every test of the data layer shares: one place for their databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.engines import Engines
from tests.seat import seated


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one test's database after another stands: engines stay, with what they learned."""
    return tmp_path_factory.mktemp("seat")


@pytest.fixture
def engines(blank: Path, seat: Path) -> Iterator[Engines]:
    """As everywhere; nothing in the data layer keeps answers by a database's address."""
    with seated(blank, seat / "test.db") as engines:
        yield engines
