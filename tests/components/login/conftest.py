"""A street with demo accounts and one of its own, and a database in which nothing is yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from data.engines import Engines
from data.method.loading import load_preset
from data.sample.build import build_sample
from data.sample.sizes import Sizes
from data.writes.accounts_admin import create_account
from tests.components.login.site import SYSTEM, WORD, now, serve


@pytest.fixture(scope="module")
def street_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('login') / 'street.db'}"
    method, now = load_preset("demo_street"), datetime.now(UTC)
    build_sample(url, seed=3, method=method, now=now, sizes=Sizes().scaled(0.05))
    return url


@pytest.fixture
def street(street_url: str, monkeypatch: pytest.MonkeyPatch) -> Engines:
    """A small sample street: it has demo accounts, and one of its own."""
    engines = serve(monkeypatch, street_url)
    with engines.write() as connection:
        connection.execute(text("delete from login_attempt"))
        known = connection.scalar(text("select count(*) from account where login = 'li.na'"))
    if not known:
        facts = {"login": "li.na", "display_name": "李娜", "password": WORD}
        create_account(engines, **facts, grants=[("admin", None)], actor=SYSTEM, at=now())
    with engines.write() as connection:
        connection.execute(text("update account set must_change_password=0, disabled_at=null"))
    return engines


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """A configured database in which nothing is yet."""
    engines = serve(monkeypatch, f"sqlite:///{tmp_path / 'empty.db'}")
    yield engines
    engines.dispose()
