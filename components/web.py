"""What the server adds around Streamlit: our assets, and a Chinese first page.

Streamlit's index.html names an English title and icon before any script has
run.  The middleware rewrites it on the way out, and puts our style sheet in the
head so that nothing is drawn unstyled first.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from components import web_health

ASSETS = Path(__file__).parent / "assets"
ASSET_URL = "/assets"
TITLE = "网格治理看板"
STYLE_SHEETS = ("app.css", "board.css", "legend.css", "entry.css", "import.css")
FIRST_SCRIPT = "chinese.js"  # before the framework's, or it misses what that draws meanwhile
SCRIPTS = ("navigate.js", "entry.js")
# whole as they are
OWN_PAGES = {"/login", "/login/demo", "/login/oidc", "/login/oidc/back", "/logout", "/password"}
OWN_PAGES |= {"/start", "/wall"}
REPLACED = {b"etag", b"last-modified", b"cache-control", b"content-length"}


def routes() -> list[BaseRoute]:
    """Our own assets under /assets, and what machines ask after."""
    assets = Mount(ASSET_URL, LastingFiles(directory=ASSETS), name="assets")
    return [assets, *web_health.routes()]


def middleware() -> list[Middleware]:
    """The rewriting of Streamlit's index page."""
    return [Middleware(ChineseIndex)]


@cache
def asset(name: str) -> str:
    """The address of an asset, with its content's hash so that caches never go stale."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"{ASSET_URL}/{name}?v={digest}"


def rewrite_index(html: str) -> str:
    """Streamlit's index page with our language, title, icon, style sheet and script."""
    html = html.replace('<html lang="en">', '<html lang="zh-CN">', 1)
    html = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html, count=1)
    html = re.sub(
        r'<link rel="shortcut icon"[^>]*>',
        f'<link rel="shortcut icon" href="{asset("favicon.svg")}" />',
        html,
        count=1,
    )
    # The bundled Latin font is never used: our own stack names the viewer's CJK fonts.
    html = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", html, count=1)
    html = re.sub(r"(?s)<noscript>.*?</noscript>", "<noscript>请启用 JavaScript</noscript>", html)
    sheets = "".join(f'<link rel="stylesheet" href="{asset(name)}">' for name in STYLE_SHEETS)
    scripts = "".join(f'<script defer src="{asset(name)}"></script>' for name in SCRIPTS)
    html = html.replace("</head>", f"{sheets}{scripts}</head>", 1)
    # deferred scripts and modules run in the order they stand in
    first = f'<script defer src="{asset(FIRST_SCRIPT)}"></script>'
    return html.replace('<script type="module"', f'{first}<script type="module"', 1)


class LastingFiles(StaticFiles):
    """Files that browsers may keep: their address changes with their content."""

    def file_response(self, *arguments: Any, **options: Any) -> Any:
        response = super().file_response(*arguments, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class ChineseIndex:
    """ASGI middleware that applies :func:`rewrite_index` to HTML pages."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _wants_html(scope):
            await self.app(scope, receive, send)
            return
        held: dict[str, Any] = {}
        body = bytearray()

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start":
                held.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await _send_page(held, bytes(body), send)

        # An uncompressed, unconditional answer is one we can rewrite.
        headers = [
            (name, value)
            for name, value in scope["headers"]
            if name not in (b"accept-encoding", b"if-none-match", b"if-modified-since")
        ]
        await self.app({**scope, "headers": headers}, receive, hold)


def _wants_html(scope: Any) -> bool:
    accept = dict(scope["headers"]).get(b"accept", b"")
    path = scope["path"]
    own = path.startswith((f"{ASSET_URL}/", "/_stcore/", "/component/", "/media/", "/static/"))
    whole = path in OWN_PAGES
    return scope["method"] == "GET" and b"text/html" in accept and not own and not whole


async def _send_page(start: Any, body: bytes, send: Any) -> None:
    headers = [(name.lower(), value) for name, value in start["headers"]]
    if b"text/html" in dict(headers).get(b"content-type", b"") and b"</head>" in body:
        body = rewrite_index(body.decode()).encode()
        headers = [(name, value) for name, value in headers if name not in REPLACED]
        headers.append((b"cache-control", b"no-cache"))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})
