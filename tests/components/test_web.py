"""The first page is Chinese before any script has run, and nothing else is touched."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from components import web

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ENGLISH_BEFORE_SCRIPTS = re.compile(r"<(?:title|noscript|p)>[^<]*[A-Za-z]{4,}", re.DOTALL)


async def _index(_request: Request) -> Response:
    return FileResponse(INDEX, headers={"set-cookie": "first=1"})


async def _two_cookies(_request: Request) -> Response:
    answer = Response("<html><head></head></html>", media_type="text/html")
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


async def _data(_request: Request) -> Response:
    return JSONResponse({"html": "<title>Streamlit</title></head>"})


async def _fragment(_request: Request) -> Response:
    return Response("<p>Streamlit</p>", media_type="text/html")


def run_alone(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` in a thread of its own: a browser test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def app() -> Starlette:
    """Our routes and middleware around a server that answers as Streamlit's does."""
    others = [
        Route("/data", _data),
        Route("/fragment", _fragment),
        Route("/cookies", _two_cookies),
        Route("/static/page.html", _index),
        Route("/{page:path}", _index),
    ]
    around = [*web.middleware(), Middleware(GZipMiddleware, minimum_size=100)]
    return Starlette(routes=[*web.routes(), *others], middleware=around)


class Answer:
    """What the browser receives."""

    def __init__(self, messages: list[Any]) -> None:
        start = messages[0]
        self.status = start["status"]
        self.raw = [(k.decode(), v.decode()) for k, v in start["headers"]]
        self.headers = dict(self.raw)
        self.body = b"".join(m.get("body", b"") for m in messages[1:])

    @property
    def text(self) -> str:
        return self.body.decode()


def get(path: str, method: str = "GET", **headers: str) -> Answer:
    """One request through the whole application, as raw ASGI."""
    sent: list[Any] = []

    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if asked:
            return asked.pop()
        return await asyncio.Event().wait()  # the browser stays until it has its answer

    async def send(message: Any) -> None:
        sent.append(message)

    lines = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "http_version": "1.1", "method": method, "path": path}
    scope |= {"query_string": b"", "headers": lines, "root_path": "", "scheme": "http"}
    run_alone(app()(scope, receive, send))
    return Answer(sent)


@pytest.fixture(scope="module")
def index() -> str:
    """Streamlit's own index page, rewritten."""
    return web.rewrite_index(INDEX.read_text(encoding="utf-8"))


def test_streamlits_own_page_is_what_the_rewriting_expects() -> None:
    html = INDEX.read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert ENGLISH_BEFORE_SCRIPTS.search(html)


def test_the_page_says_it_is_chinese(index: str) -> None:
    assert re.findall(r"<html[^>]*>", index) == ['<html lang="zh-CN">']
    assert re.findall(r"<title>(.*?)</title>", index) == [web.TITLE]


def test_no_english_is_left_for_people_without_scripts(index: str) -> None:
    assert re.findall(r"<noscript>(.*?)</noscript>", index, re.DOTALL) == ["请启用 JavaScript"]
    assert not ENGLISH_BEFORE_SCRIPTS.search(index.replace("JavaScript", ""))


def test_the_icon_is_ours_and_the_only_one(index: str) -> None:
    (icon,) = re.findall(r'rel="shortcut icon" href="(.*?)"', index)
    assert icon == web.asset("favicon.svg")
    assert "favicon.png" not in index


def test_style_and_script_are_in_the_head(index: str) -> None:
    head = index.split("</head>")[0]
    assert f'<link rel="stylesheet" href="{web.asset("app.css")}">' in head
    assert f'<script defer src="{web.asset("entry.js")}"></script>' in head


def test_what_translates_runs_before_what_it_translates(index: str) -> None:
    """Deferred scripts and modules run in the order they stand in, however slow the network."""
    scripts = re.findall(r'<script [^>]*src="(.*?)"', index)
    assert scripts[0] == web.asset("chinese.js")
    assert scripts.count(web.asset("chinese.js")) == 1


def test_no_latin_font_is_loaded_ahead(index: str) -> None:
    assert 'as="font"' not in index


def test_streamlits_own_scripts_are_left_alone(index: str) -> None:
    scripts = r'<script type="module"[^>]*src="(.*?)"'
    before = re.findall(scripts, INDEX.read_text(encoding="utf-8"))
    assert before
    assert re.findall(scripts, index) == before
    assert index.count("</head>") == 1


@pytest.mark.parametrize("path", ["/", "/map", "/members", "/entry"])
def test_every_address_gets_the_rewritten_page(path: str, index: str) -> None:
    answer = get(path, **BROWSER)
    assert (answer.status, answer.text) == (200, index)


def test_the_headers_fit_the_page_as_it_was_sent() -> None:
    answer = get("/", **BROWSER)
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["cache-control"] == "no-cache"
    assert {"etag", "last-modified", "content-encoding"} & set(answer.headers) == set()
    assert len(answer.raw) == len({name for name, _ in answer.raw})


def test_an_old_copy_is_never_confirmed() -> None:
    """Streamlit's etag says nothing about our rewriting."""
    etag = get("/", accept="*/*").headers["etag"]
    answer = get("/", **BROWSER, if_none_match=etag)
    assert (answer.status, web.TITLE in answer.text) == (200, True)


def test_a_page_asked_for_compressed_is_rewritten_too() -> None:
    assert web.TITLE in get("/", **BROWSER, accept_encoding="gzip").text


def test_cookies_pass_unmerged() -> None:
    cookies = [value for name, value in get("/cookies", **BROWSER).raw if name == "set-cookie"]
    assert [cookie[:5] for cookie in cookies] == ["one=1", "two=2"]


def test_what_is_not_html_is_not_touched() -> None:
    answer = get("/data", **BROWSER)
    assert answer.text == '{"html":"<title>Streamlit</title></head>"}'
    assert "cache-control" not in answer.headers


def test_html_without_a_head_is_not_touched() -> None:
    assert get("/fragment", **BROWSER).text == "<p>Streamlit</p>"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/svg+xml"])
def test_only_who_asks_for_html_gets_it_rewritten(accept: str) -> None:
    assert "<title>Streamlit</title>" in get("/", accept=accept).text


def test_streamlits_own_files_are_left_alone() -> None:
    assert "<title>Streamlit</title>" in get("/static/page.html", **BROWSER).text


def test_other_methods_pass_through() -> None:
    assert get("/", method="HEAD", **BROWSER).body == b""
    assert get("/", method="POST", **BROWSER).status == 405


@pytest.mark.parametrize("file", sorted(p.name for p in web.ASSETS.iterdir()))
def test_every_asset_is_served_as_it_is(file: str) -> None:
    answer = get(f"/assets/{file}", accept="*/*")
    assert answer.status == 200
    assert answer.body == (web.ASSETS / file).read_bytes()
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    ("file", "kind"), [("app.css", "text/css"), ("map.js", "javascript"), ("favicon.svg", "svg")]
)
def test_an_asset_says_what_it_is(file: str, kind: str) -> None:
    assert kind in get(f"/assets/{file}", accept="*/*").headers["content-type"]


def test_a_known_asset_is_not_sent_again() -> None:
    etag = get("/assets/app.css", accept="text/css").headers["etag"]
    answer = get("/assets/app.css", accept="text/css", if_none_match=etag)
    assert (answer.status, answer.body) == (304, b"")


def test_an_asset_may_be_compressed() -> None:
    answer = get("/assets/leaflet.js", accept="*/*", accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (web.ASSETS / "leaflet.js").read_bytes()


@pytest.mark.parametrize("path", ["/assets/nothing.css", "/assets/../web.py", "/assets/"])
def test_nothing_but_assets_is_served_from_there(path: str) -> None:
    answer = get(path, accept="*/*")
    assert answer.status == 404
    assert b"ChineseIndex" not in answer.body


def test_an_assets_address_changes_with_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "ASSETS", tmp_path)
    addresses = []
    for content in ("a{}", "b{}"):
        (tmp_path / "new.css").write_text(content, encoding="utf-8")
        web.asset.cache_clear()
        addresses.append(web.asset("new.css"))
    web.asset.cache_clear()
    assert addresses[0] != addresses[1]
    assert all(address.startswith("/assets/new.css?v=") for address in addresses)


def test_websockets_pass_untouched() -> None:
    seen: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    run_alone(web.ChineseIndex(inner)(scope, None, None))
    assert seen == [scope]
