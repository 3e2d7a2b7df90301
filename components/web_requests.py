"""Requests and answers of the login's routes: who may send a form, and where one may go next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from components import access_texts as a
from components.identity import COOKIE
from components.login_pages import message_page
from components.navigation import PAGES
from data import boot
from data.engines import Engines, open_engines
from data.identity import Actor, visitor
from data.settings import database_url

log = logging.getLogger(__name__)

LONGEST_BODY = 16 * 1024
LONGEST_FIELD = 1000
MOST_WAITING = 100
FLOW = "grid_oidc"  # the cookie of a login that is away at the identity provider
HOME = {entry.url for entry in PAGES}
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}

_workers = ThreadPoolExecutor(4, thread_name_prefix="login")
_waiting = [0]


@dataclass(frozen=True)
class Asked:
    """A request as far as it concerns a login."""

    form: dict[str, str]
    next_page: str
    token: str
    address: str
    user_agent: str
    secure: bool
    at: datetime
    home: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    flow: str = ""

    @property
    def visitor(self) -> Actor:
        """Who asks, before anybody is logged in."""
        return visitor(self.address)


Work = Callable[[Asked, Engines], Response]
Workers = Callable[[Work, Asked, Engines], Awaitable[Response]]


def safe_next(text: str) -> str:
    """``text`` if it is the address of one of our pages, else the home page."""
    try:
        parts = urlsplit(text)
        if parts.scheme or parts.netloc or not text.startswith("/"):
            return "/"
        if parts.path.strip("/") not in HOME or "\\" in text or parts.path.startswith("//"):
            return "/"
        query = urlencode(parse_qsl(parts.query, max_num_fields=20))
    except ValueError:
        return "/"
    return f"/{parts.path.strip('/')}" + (f"?{query}" if query else "")


def is_own(request: Request) -> bool:
    """Whether a form was sent from one of our own pages, as the browser itself says."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return True
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def go(address: str) -> Response:
    return RedirectResponse(address, 303, headers=HEADERS)


def html(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(page, status, headers=HEADERS | (headers or {}))


def route(path: str, show: Work | None, act: Work) -> Route:
    async def answer(request: Request) -> Response:
        if request.method == "POST":
            return await _act(request, act)
        if show is None:
            return go("/")
        return await run(show, asked_of(request, {}, request.query_params.get("next", "")))

    return Route(path, answer, methods=["GET", "POST"], name=path)


async def _act(request: Request, act: Work) -> Response:
    if not is_own(request):
        return html(message_page(a.LOGIN, a.FOREIGN, "/login", a.LOGIN), 403)
    form = await _form(request)
    if form is None:
        return html(message_page(a.LOGIN, a.TOO_MUCH, "/login", a.LOGIN), 413)
    return await run(act, asked_of(request, form, form.get("next", "")))


async def _here(work: Work, asked: Asked, engines: Engines) -> Response:
    return await asyncio.get_running_loop().run_in_executor(_workers, work, asked, engines)


async def run(work: Work, asked: Asked, workers: Workers = _here) -> Response:
    """The answer of ``work``, once the database is open; ``workers`` has the threads for it."""
    kind = boot.status().kind
    if kind == "building":
        return _wait(asked)
    if kind == "broken":
        return go("/")
    if _waiting[0] >= MOST_WAITING:
        return html(message_page(a.LOGIN, a.BUSY, "/login", a.LOGIN), 503)
    _waiting[0] += 1
    try:
        engines = open_engines(database_url())
        return await workers(work, asked, engines)
    except SQLAlchemyError as error:
        log.error("a login could not be handled: %s", type(error).__name__)
        return html(message_page(a.LOGIN, a.DATABASE_LOST, "/login", a.LOGIN), 503)
    finally:
        _waiting[0] -= 1


def _wait(asked: Asked) -> Response:
    """A page that asks again by itself, for the seconds in which the database is opened."""
    again = f"/login?{urlencode({'next': asked.next_page})}"
    page = message_page(a.LOGIN, a.OPENING, again, a.TRY_AGAIN)
    return html(page, 503, {"refresh": f"1; url={again}", "retry-after": "1"})


async def _form(request: Request) -> dict[str, str] | None:
    """The form's fields, the first of each name; None when there is too much of it."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            return None
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=20)
    except ValueError:
        return None
    return {name: text.replace("\0", "")[:LONGEST_FIELD] for name, text in reversed(pairs)}


def asked_of(request: Request, form: dict[str, str], next_page: str) -> Asked:
    """What a login needs of ``request``."""
    return Asked(
        form=form,
        next_page=safe_next(next_page),
        token=request.cookies.get(COOKIE, ""),
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
        secure=request.url.scheme == "https",
        at=datetime.now(UTC),
        home=f"{request.url.scheme}://{request.url.netloc}",
        query={name: text[: LONGEST_FIELD * 4] for name, text in request.query_params.items()},
        flow=request.cookies.get(FLOW, ""),
    )
