"""A small sample street for every method, built once each, and its rows as dictionaries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from data.engines import open_engines
from data.method.loading import load_preset, preset_keys
from data.sample.build import build_sample
from data.sample.moments import Clock
from data.sample.sizes import Sizes
from data.settings import zone
from data.workdays import WorkCalendar, published_calendar

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
SMALL = Sizes().scaled(0.04)


@pytest.fixture(scope="session")
def small_urls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A small sample database for each preset, by its key."""
    folder = tmp_path_factory.mktemp("small")
    urls = {key: f"sqlite:///{folder / key}.db" for key in preset_keys()}
    for key, url in urls.items():
        build_sample(url, seed=7, method=load_preset(key), now=NOW, sizes=SMALL)
    return urls


def rows_of(url: str, table: Table) -> list[dict[str, Any]]:
    """Every row of a table, in the order of its primary key."""
    with open_engines(url).read() as connection:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row._mapping) for row in rows]


@pytest.fixture
def clock() -> Clock:
    """Two years ending at NOW, with the official calendar."""
    days = {row["day"]: bool(row["is_workday"]) for row in published_calendar(2024, 2026)}
    return Clock(NOW, 730, WorkCalendar(days, zone()), zone())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a sample database may be built."""
    return tmp_path / "sample.db"
