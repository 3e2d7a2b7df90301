"""Fixtures every test may use: a fresh database, a method, a fixed moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from data.engines import Engines, open_engines
from data.method import Method
from data.method.loading import load_preset
from data.schema import metadata, revision

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai


@pytest.fixture
def now() -> datetime:
    """The moment every rule and query is asked at."""
    return NOW


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """A database with every table and no rows but the revision."""
    pair = open_engines(f"sqlite:///{tmp_path / 'test.db'}")
    with pair.writer.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(revision).values(id=1, value=0, changed_at=NOW))
    yield pair
    pair.dispose()


@pytest.fixture
def method() -> Method:
    """The method that shows every section: points, check-ups, workflows, stars."""
    return load_preset("demo_street")
