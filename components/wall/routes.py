"""The wall's routes: the document, a scene's board, what opens behind a figure, and the ticks.

All work on the database runs in threads of the wall's own, so that neither pages nor
logins wait for it.  The ticks go over a web socket rather than as server-sent events: the
server closes those by itself when it stops, while an endless answer would hold it up, and
a browser allows only six of the latter at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from components.identity import COOKIE
from components.wall import boards, ticks
from components.wall import texts as t
from components.wall.access import Audience, audience
from components.wall.options import OptionError, Options, parse
from components.wall.page import notice_page, wall_page
from data import boot

log = logging.getLogger(__name__)

T = TypeVar("T")

ASKED = {"scene", "turn", "since", "last", "open"}  # the script's own, beside the options
NOT_ALLOWED = 4403  # a web socket's way to say 403
TRY_AGAIN = 1013  # and 503: the wall keeps its picture and asks again
HEADERS = {
    "cache-control": "no-store",
    # styles in attributes carry the widths of bars
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

_workers = ThreadPoolExecutor(3, thread_name_prefix="wall")


def routes() -> list[BaseRoute]:
    """Everything under /wall."""
    return [
        Route("/wall", show_wall),
        Route("/wall/board", send_board),
        Route("/wall/detail", send_detail),
        WebSocketRoute("/wall/ticks", send_ticks),
    ]


async def show_wall(request: Request) -> Response:
    """The document with its first board, or a plain page that says why there is none."""
    if boot.status().kind != "ready":
        return _notice(503, t.GATE_WAIT_TITLE, t.GATE_WAIT_TEXT)
    try:
        options = _options(request)
        seen = await _audience(request, options)
        if seen is None:
            return _notice(403, t.GATE_TITLE, t.GATE_TEXT, ("/login", t.GATE_LOGIN))
        asked = boards.Asked(options.scenes[0])
        first = await in_thread(lambda: boards.board(options, seen, asked))
    except OptionError as error:
        return _notice(400, t.WRONG_TITLE, error.message)
    except SQLAlchemyError:
        log.exception("a wall could not be drawn")
        return _notice(503, t.GATE_LOST_TITLE, t.GATE_LOST_TEXT)
    return HTMLResponse(wall_page(options, first), headers=HEADERS)


async def send_board(request: Request) -> Response:
    """One scene as JSON."""

    def answer(options: Options, seen: Audience, asked: boards.Asked) -> Response:
        packed = boards.board(options, seen, asked)
        return Response(packed, media_type="application/json", headers=HEADERS)

    return await _answer(request, answer)


async def send_detail(request: Request) -> Response:
    """What opens behind a figure, as HTML."""

    def answer(options: Options, seen: Audience, asked: boards.Asked) -> Response:
        try:
            return HTMLResponse(boards.detail(options, seen, asked), headers=HEADERS)
        except KeyError:
            return _refused(404, t.DETAIL_FAILED)

    return await _answer(request, answer)


async def send_ticks(socket: WebSocket) -> None:
    """Beats from the one poller of all walls, until the wall goes away or the server stops."""
    try:
        shut = 0 if await _audience(socket, _options(socket)) else NOT_ALLOWED
    except OptionError:
        shut = NOT_ALLOWED
    except SQLAlchemyError:
        shut = TRY_AGAIN
    await socket.accept()
    if shut:
        await socket.close(shut)
        return
    await ticks.join(socket)
    try:
        while True:
            await socket.receive_text()  # walls say nothing: this waits for the end
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        ticks.leave(socket)


async def in_thread(work: Callable[[], T]) -> T:
    """``work()`` in one of the wall's own threads."""
    return await asyncio.get_running_loop().run_in_executor(_workers, work)


async def _answer(
    request: Request, work: Callable[[Options, Audience, boards.Asked], Response]
) -> Response:
    if boot.status().kind != "ready":
        return _refused(503, t.GATE_WAIT_TITLE)
    try:
        options = _options(request)
        seen = await _audience(request, options)
        if seen is None:
            return _refused(403, t.GATE_TITLE)
        asked = boards.read(dict(request.query_params))
        return await in_thread(lambda: work(options, seen, asked))
    except OptionError as error:
        return _refused(400, error.message)
    except SQLAlchemyError:
        log.exception("a board could not be drawn")
        return _refused(503, t.GATE_LOST_TITLE)


def _options(request: HTTPConnection) -> Options:
    return parse(pair for pair in request.query_params.multi_items() if pair[0] not in ASKED)


async def _audience(request: HTTPConnection, options: Options) -> Audience | None:
    token = request.cookies.get(COOKIE, "")
    address = request.client.host if request.client else ""
    return await in_thread(lambda: audience(options.key, token, address))


def _notice(status: int, title: str, text: str, link: tuple[str, str] | None = None) -> Response:
    return HTMLResponse(notice_page(title, text, link=link), status, headers=HEADERS)


def _refused(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status, headers=HEADERS)
