"""Fixtures every test may use: a fresh database, a method, a fixed moment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from data.engines import Engines, open_engines
from data.method import Method
from data.method.loading import load_preset
from data.sample.build import build_sample
from data.schema import metadata, revision

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai

STARTED = datetime.now(UTC)  # of these tests: sample data ends here, pages look from here on
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test skips on a laptop and fails where CI=true."""
    if not shutil.which(CHROMIUM):
        reason = f"没有找到 {CHROMIUM}，请先安装 chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


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


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The full sample street, built once for all tests that only look at it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'sample.db'}"
    build_sample(url, seed=2026, method=load_preset("demo_street"), now=STARTED)
    return url


@pytest.fixture
def own_sample_url(sample_url: str, tmp_path: Path) -> str:
    """A copy of the sample street for a test that writes to it."""
    shutil.copy(make_url(sample_url).database or "", tmp_path / "own.db")
    return f"sqlite:///{tmp_path / 'own.db'}"


@pytest.fixture
def method() -> Method:
    """The method that shows every section: points, check-ups, workflows, stars."""
    return load_preset("demo_street")
