"""A wall over a database of its own, asked in this process, by a clock that tests set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from components.wall import pulse, routes
from data import boot
from data.engines import Engines, open_engines
from data.identity import system
from data.writes.displays import create_display_key, set_public_display
from tests.builders import create_method, create_street
from tests.conftest import NOW

ME = system("大屏测试", "test")


@dataclass
class Clock:
    """What the wall takes for the present moment."""

    at: datetime = NOW

    def forward(self, **parts: float) -> None:
        self.at += timedelta(**parts)

    def local(self, text: str) -> None:
        """Set it to a local time of Shanghai, e.g. 2026-12-31 23:59:30."""
        self.at = datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@dataclass(frozen=True)
class Answer:
    """What a route answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Ask = Callable[..., Answer]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    held = Clock()
    monkeypatch.setattr(pulse, "now", lambda: held.at)
    return held


@pytest.fixture
def ground(engines: Engines, method, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A small street with a method, configured as the database; ids by name."""
    with engines.write() as connection:
        ids = create_street(connection) | {"method": create_method(connection, method)}
    monkeypatch.setattr(boot, "status", lambda: boot.Status("ready"))
    return ids


@pytest.fixture
def engines(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """The database that everything here is asked of."""
    from sqlalchemy import insert

    from data.schema import metadata, revision

    url = f"sqlite:///{tmp_path / 'wall.db'}"
    monkeypatch.setenv("GRID_DATABASE", url)
    pair = open_engines(url)
    with pair.writer.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(revision).values(id=1, value=0, changed_at=NOW))
    yield pair
    pair.dispose()


@pytest.fixture
def public(engines: Engines, ground: dict[str, int]) -> None:
    """Displays that anybody may read."""
    set_public_display(engines, public=True, actor=ME, at=NOW)


@pytest.fixture
def ask(ground: dict[str, int], clock: Clock) -> Ask:
    """Ask a route: ``ask("/wall/board", scene="map")``."""
    app = Starlette(routes=routes.routes())

    def ask_(path: str, cookie: str = "", **query: Any) -> Answer:
        # on a thread of its own: a browser test before this one keeps a loop on the main one
        with ThreadPoolExecutor(1) as thread:
            asking = _asked(app, path, urlencode(query), cookie)
            return thread.submit(asyncio.run, asking).result()

    return ask_


async def _asked(app: Any, path: str, query: str, cookie: str) -> Answer:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"cookie", f"grid_session={cookie}".encode())] if cookie else [],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    told: dict[str, Any] = {"status": 0, "body": b""}

    async def send(message: Any) -> None:
        told["status"] = message.get("status", told["status"])
        told["body"] += message.get("body", b"")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(scope, receive, send)
    return Answer(told["status"], told["body"].decode())


@pytest.fixture
def key_of(engines: Engines) -> Callable[[int], str]:
    """A display's key for a unit."""

    def make(unit_id: int) -> str:
        made = create_display_key(engines, name="大厅", unit_id=unit_id, actor=ME, at=NOW)
        return made.key

    return make
