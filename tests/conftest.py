"""Fixtures every test may use: a fresh database, a method, a fixed moment."""

# ruff: noqa: E402 — what is imported below is to be kept already

from __future__ import annotations

import os
import sys

# Containers like to set this.  Each of the dozens of servers and programs that the tests start
# would then compile Streamlit, pandas and all the rest again: 12 seconds of work instead of 4.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from data import passwords
from data.engines import Engines, open_engines
from data.method import Method
from data.method.loading import load_preset
from data.sample.build import build_sample
from data.schema import metadata, revision
from tests.seat import seated

# no test is judged by the time it takes: machines are busy at times
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)
settings.load_profile("untimed")

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai

STARTED = datetime.now(UTC)  # of these tests: sample data ends here, pages look from here on
THOROUGH = passwords._hasher  # as the product has it
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


# What runs long goes first, so that no worker is left with it when the other has nothing to do;
# the types in front of all, so that one worker is busy while the other builds the sample.
FIRST = ("test_quality.py", "browser", "drills", "pages", "data/sample")
BUILDING_LASTS = 300.0  # seconds, at the most, on a machine that has a lot else to do


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(here)
        return next((n for n, name in enumerate(FIRST) if path.is_relative_to(name)), len(FIRST))

    items.sort(key=rank)


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Passwords hashed cheaply: the real cost is what makes guessing slow, and tests too."""
    if os.environ.get("DRILL") != "full":
        passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no rows but the revision, to be copied."""
    file = tmp_path_factory.mktemp("blank") / "blank.db"
    pair = open_engines(f"sqlite:///{file}")
    with pair.writer.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(revision).values(id=1, value=0, changed_at=NOW))
    pair.dispose()
    return file


@pytest.fixture
def engines(blank: Path, tmp_path: Path) -> Iterator[Engines]:
    """A database of the test's own, with every table and no rows but the revision."""
    with seated(blank, tmp_path / "test.db") as engines:
        yield engines


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The full sample street, for all tests of this worker that only look at it."""
    file = tmp_path_factory.mktemp("sample") / "sample.db"
    url = f"sqlite:///{file}"
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        _build(url)
        return url
    shutil.copy(_built_once(tmp_path_factory.getbasetemp().parent), file)
    return url


def _build(url: str) -> None:
    build_sample(url, seed=2026, method=load_preset("demo_street"), now=STARTED)
    open_engines(url).dispose()  # closing the last connection brings all of it into the file


def _built_once(folder: Path) -> Path:
    """The sample that whichever worker asks first builds for all of them."""
    file, taken = folder / "sample.db", folder / "sample.taken"
    try:
        taken.touch(exist_ok=False)
    except FileExistsError:
        latest = time.monotonic() + BUILDING_LASTS
        while not file.exists():  # it appears only once it is whole
            assert time.monotonic() < latest, "the other worker never built the sample"
            time.sleep(0.2)
        return file
    building = folder / "building" / "sample.db"
    building.parent.mkdir()
    _build(f"sqlite:///{building}")
    building.rename(file)
    return file


@pytest.fixture
def own_sample_url(sample_url: str, tmp_path: Path) -> str:
    """A copy of the sample street for a test that writes to it."""
    shutil.copy(make_url(sample_url).database or "", tmp_path / "own.db")
    return f"sqlite:///{tmp_path / 'own.db'}"


@pytest.fixture
def method() -> Method:
    """The method that shows every section: points, check-ups, workflows, stars."""
    return load_preset("demo_street")
