"""Asks the routes of the login as a browser does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from components import web_login, web_oidc
from components.identity import COOKIE
from data import boot
from data.engines import Engines, open_engines
from data.identity import system
from data.sessions import resolve_session

WORD = "pear-anchor-quiet-lamp"
HOST = "grid.example"
SYSTEM = system("测试", "test")


class Answer:
    """What the browser receives."""

    def __init__(self, messages: list[Any]) -> None:
        self.status = messages[0]["status"]
        self.raw = [(k.decode(), v.decode()) for k, v in messages[0]["headers"]]
        self.headers = dict(self.raw)
        self.body = b"".join(m.get("body", b"") for m in messages[1:]).decode()

    @property
    def cookie(self) -> str:
        """The session's cookie with its attributes, "" when none was set."""
        found = [v for k, v in self.raw if k == "set-cookie" and v.startswith(COOKIE)]
        return found[0] if found else ""

    @property
    def token(self) -> str:
        return self.cookie.partition(";")[0].partition("=")[2].strip('"')


def ask(
    path: str,
    form: dict[str, str] | bytes | None = None,
    *,
    token: str = "",
    address: str = "10.1.1.1",
    scheme: str = "http",
    **headers: str,
) -> Answer:
    """One request; with ``form`` a POST, from our own page unless ``origin`` says otherwise."""
    path, _, query = path.partition("?")
    body = form if isinstance(form, bytes) else urlencode(form or {}).encode()
    lines = {"host": HOST, "accept": "text/html"}
    if form is not None:
        lines |= {"origin": f"{scheme}://{HOST}"}
    if token:
        lines |= {"cookie": f"{COOKIE}={token}"}
    lines |= {k.replace("_", "-"): v for k, v in headers.items()}
    raw = [(k.encode(), v.encode("latin-1")) for k, v in lines.items() if v]
    scope = {"type": "http", "http_version": "1.1", "path": path, "headers": raw}
    scope |= {"method": "GET" if form is None else "POST", "query_string": query.encode()}
    scope |= {"root_path": "", "scheme": scheme, "client": (address, 50000), "server": (HOST, 80)}
    waiting, sent = [{"type": "http.request", "body": body, "more_body": False}], []

    async def receive() -> Any:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = Starlette(routes=[*web_login.routes(), *web_oidc.routes()])
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    return Answer(sent)


def serve(monkeypatch: pytest.MonkeyPatch, url: str) -> Engines:
    monkeypatch.setenv("GRID_DATABASE", url)
    while boot.status().kind == "building":
        pass
    return open_engines(url)


def now() -> datetime:
    return datetime.now(UTC)


def log_in(**headers: str) -> Answer:
    return ask("/login", {"login": "li.na", "password": WORD}, **headers)


def lives(engines: Engines, token: str, at: datetime | None = None) -> bool:
    return resolve_session(engines, token, at=at or now(), address="10.9.9.9") is not None
