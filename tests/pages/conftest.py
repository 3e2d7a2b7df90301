"""Databases for the page tests: the shared street, small ones by method, private copies."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from components import filters, identity
from data.engines import open_engines
from data.method import Method
from data.method.loading import load_preset
from data.sample.build import build_sample
from data.sample.sizes import Sizes
from tests.conftest import STARTED
from tests.pages import people
from tests.pages.driver import settle

SMALL = Sizes().scaled(0.08)
PRESENT = filters.present()


def bare_method() -> Method:
    """A way of working with two levels of its own names and without anything optional."""
    document = load_preset("quannan_1234").model_dump()
    document |= {"key": "bare", "name": "两级试点办法", "checkup": None, "must_visit": []}
    document |= {"targets": {}, "member_file": [], "party_day": [], "grid_level": "cell"}
    document |= {"activities": [], "indicators": []}
    document["levels"] = [{"key": "town", "name": "镇"}, {"key": "cell", "name": "村民小组"}]
    document["posts"] = [post | {"level": "town"} for post in document["posts"]]
    return Method.model_validate(document)


METHODS: dict[str, Callable[[], Method]] = {
    "duerping_points": lambda: load_preset("duerping_points"),
    "quannan_1234": lambda: load_preset("quannan_1234"),
    "bare": bare_method,
    "demo_street": lambda: load_preset("demo_street"),
}


@pytest.fixture(autouse=True)
def cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no browser: a visitor's cookie is kept in his session."""
    monkeypatch.setattr(identity, "token", people.cookie)
    monkeypatch.setattr(identity, "address", lambda: people.ADDRESS)


@pytest.fixture(scope="session")
def small_street(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The URL of a small sample street that runs by a method, built when first asked for."""
    folder = tmp_path_factory.mktemp("streets")

    def url_of(method: str) -> str:
        file = folder / f"{method}.db"
        if not file.exists():
            build_sample(
                f"sqlite:///{file}",
                seed=7,
                method=METHODS[method](),
                now=STARTED,
                sizes=SMALL,
            )
        return f"sqlite:///{file}"

    return url_of


@pytest.fixture
def street(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The shared sample street, configured as the app's database; look, do not write."""
    freeze(monkeypatch)
    return configure(monkeypatch, sample_url)


@pytest.fixture
def small(small_street: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A small street with every section, configured as the app's database; do not write."""
    freeze(monkeypatch)
    return configure(monkeypatch, small_street("demo_street"))


@pytest.fixture
def own_small(
    small_street: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A private copy of the small street for a test that writes to it."""
    source = make_url(small_street("demo_street")).database or ""
    url = f"sqlite:///{shutil.copy(source, tmp_path / 'own.db')}"
    yield configure(monkeypatch, url)
    open_engines(url).dispose()


def configure(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    """Make ``url`` the app's database and wait until it is opened."""
    monkeypatch.setenv("GRID_DATABASE", url)
    settle()
    return url


def freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    """One present for all tests that only look, so that pages opened twice come from the cache."""
    monkeypatch.setattr(filters, "present", lambda: PRESENT)
