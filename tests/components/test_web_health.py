"""/healthz and /readyz as a machine asks them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from components import web, web_health
from data import boot
from data.boot import Status
from data.engines import open_engines
from data.keeping.state import GRACE
from data.migrate import head_revision, upgrade
from data.settings import zone


def ask(path: str, method: str = "GET") -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of an answer."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "path": path, "method": method}
    scope |= {"headers": [(b"accept", b"text/html")], "query_string": b"", "root_path": ""}
    scope |= {"scheme": "http", "client": ("10.1.1.1", 50000), "server": ("grid.example", 80)}
    app = Starlette(routes=web.routes(), middleware=web.middleware())
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    body = b"".join(m.get("body", b"") for m in sent[1:])
    headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], json.loads(body) if body else {}, headers


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A new database that the app has made ready."""
    url = f"sqlite:///{tmp_path / 'grid.db'}"
    upgrade(url)
    monkeypatch.setenv("GRID_DATABASE", url)
    monkeypatch.setattr(boot, "status", lambda: Status("empty", progress=1.0))
    yield url
    open_engines(url).dispose()


def test_healthz_answers_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "status", lambda: Status("broken", "坏了"))
    status, told, headers = ask("/healthz")
    assert (status, told) == (200, {"status": "ok"})
    assert headers["cache-control"] == "no-store"


def test_readyz_tells_the_schema_and_the_backup(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = datetime.now(zone()) - GRACE - timedelta(hours=1)  # whatever the time of the day
    monkeypatch.setenv("GRID_BACKUP_AT", f"{planned:%H:%M}")
    status, told, headers = ask("/readyz")
    assert status == 200
    assert told == {
        "ready": True,
        "database": "empty",
        "schema": head_revision(),
        "backup": "late",  # none yet
    }
    assert headers["cache-control"] == "no-store"


def test_head_is_answered_too(url: str) -> None:
    assert ask("/healthz", "HEAD")[0] == 200
    assert ask("/readyz", "HEAD")[0] == 200


@pytest.mark.parametrize("kind", ["building", "broken"])
def test_readyz_refuses_until_the_database_is_prepared(
    kind: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "status", lambda: Status(kind, "C:\\secret 路径"))
    assert ask("/readyz")[:2] == (503, {"ready": False, "reason": f"database_{kind}"})


def test_readyz_refuses_when_the_database_is_gone(url: str) -> None:
    engines = open_engines(url)
    engines.dispose()
    Path(str(engines.url.database)).unlink()
    assert ask("/readyz")[:2] == (503, {"ready": False, "reason": "database_lost"})


def test_readyz_refuses_when_the_file_is_taken_from_under_an_open_connection(url: str) -> None:
    assert ask("/readyz")[0] == 200
    file = Path(str(open_engines(url).url.database))
    file.rename(file.with_name("away.db"))
    assert ask("/readyz")[:2] == (503, {"ready": False, "reason": "database_lost"})
    file.with_name("away.db").rename(file)
    assert ask("/readyz")[0] == 200


def test_readyz_refuses_an_older_schema(url: str) -> None:
    with open_engines(url).write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert ask("/readyz")[:2] == (503, {"ready": False, "reason": "database_schema"})


def test_readyz_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_health, "PATIENCE", 0.05)
    monkeypatch.setattr(web_health, "_ready", lambda: time.sleep(0.5))
    assert ask("/readyz")[:2] == (503, {"ready": False, "reason": "database_slow"})


def test_neither_tells_a_path_or_a_name(url: str) -> None:
    for path in ("/healthz", "/readyz"):
        assert "/" not in json.dumps(ask(path)[1])
