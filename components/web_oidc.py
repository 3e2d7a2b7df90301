"""Logging in by the office's identity provider, where one is configured.

Streamlit's own st.login is not used: its callback writes a cookie of 30 days by itself,
which no table knows and no administrator can end.  Here the provider only says who came;
the session is ours, as after a password, and is proven, listed and revoked as such.

Work that waits for the provider has threads of its own: however slow it is, whoever types
a password does not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hmac import compare_digest
from threading import BoundedSemaphore
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components import access_texts as a
from components import oidc
from components.oidc import Provider, ProviderError
from components.web_login import end_old, enter, login_form, show_login, too_early, who
from components.web_requests import FLOW, Asked, Work, asked_of, go, run
from data.engines import Engines
from data.errors import RuleError
from data.writes.sessions import Opened, Throttled, need_oidc_turn, open_oidc_session

HERE = "/login/oidc"
BACK = f"{HERE}/back"
LONGEST = 6.0  # seconds; also where looking up the provider's name hangs, which knows no timeout
MOST = 8  # people waiting for the provider at once

_callers = ThreadPoolExecutor(MOST, thread_name_prefix="oidc")
_places = BoundedSemaphore(MOST)


def routes() -> list[Route]:
    """Leaving for the provider and coming back; without one they lead to the login."""
    return [_route(HERE, leave), _route(BACK, come_back)]


def leave(asked: Asked, engines: Engines) -> Response:
    """Off to the provider; whoever is logged in goes straight on."""
    found = oidc.provider()
    if found is None:
        return go("/login")
    _, account = who(asked, engines)
    if account:
        return show_login(asked, engines)
    try:
        address, flow = oidc.begin(found, f"{asked.home}{BACK}", asked.next_page)
    except ProviderError as error:
        return login_form(asked, engines, error.message, 502)
    answer = go(address)
    answer.set_cookie(FLOW, oidc.sealed(flow), max_age=oidc.KEPT, **_scope(asked))
    return answer


def come_back(asked: Asked, engines: Engines) -> Response:
    """Back from the provider: a session of ours, if this browser left from here."""
    found = oidc.provider()
    if found is None:
        return go("/login")
    answer = _weighed(found, asked, engines)
    answer.delete_cookie(FLOW, **_scope(asked))  # a code is good for one return
    return answer


def _weighed(found: Provider, asked: Asked, engines: Engines) -> Response:
    flow, query = oidc.unsealed(asked.flow), asked.query
    if flow is None or not compare_digest(flow.state.encode(), query.get("state", "").encode()):
        return login_form(asked, engines, a.OIDC_STALE, 400)
    asked = replace(asked, next_page=flow.next_page)
    if not query.get("code"):
        return login_form(asked, engines, a.OIDC_DECLINED, 403)
    try:
        opened = _opened(found, flow, asked, engines)
    except Throttled as slow:
        return too_early(asked, engines, slow)
    except ProviderError as error:
        return login_form(asked, engines, error.message, 502)
    except RuleError as error:
        return login_form(asked, engines, error.message, 403)
    end_old(asked, engines)
    return enter(opened, asked)


def _opened(found: Provider, flow: oidc.Flow, asked: Asked, engines: Engines) -> Opened:
    with engines.read() as connection:
        need_oidc_turn(connection, asked.visitor, asked.at)
    login = oidc.prove(found, flow, asked.query["code"])
    if (datetime.now(UTC) - asked.at).total_seconds() >= LONGEST:
        raise ProviderError(a.OIDC_DOWN)  # the browser has been told so; nobody would get a cookie
    given: dict[str, Any] = {"login": login, "actor": asked.visitor, "at": asked.at}
    return open_oidc_session(engines, **given, user_agent=asked.user_agent)


def _scope(asked: Asked) -> dict[str, Any]:
    """Lax, so that it comes along when the provider sends the browser back; for here alone."""
    return {"path": HERE, "secure": asked.secure, "httponly": True, "samesite": "lax"}


def _route(path: str, work: Work) -> Route:
    async def answer(request: Request) -> Response:
        asked = asked_of(request, {}, request.query_params.get("next", ""))
        return await run(work, asked, _abroad)

    return Route(path, answer, methods=["GET"], name=path)


async def _abroad(work: Work, asked: Asked, engines: Engines) -> Response:
    """Do ``work`` in a thread that may wait for the provider, but not for long."""
    if not _places.acquire(blocking=False):
        return await _say(a.OIDC_DOWN, asked, engines)
    doing = _callers.submit(work, asked, engines)
    doing.add_done_callback(_leave_place)  # when it is over, not when we stop waiting for it
    try:
        return await asyncio.wait_for(asyncio.wrap_future(doing), LONGEST)
    except TimeoutError:
        return await _say(a.OIDC_DOWN, asked, engines)


def _leave_place(_done: Future[Response]) -> None:
    _places.release()


async def _say(text: str, asked: Asked, engines: Engines) -> Response:
    work: Callable[[], Response] = lambda: login_form(asked, engines, text, 503)  # noqa: E731
    return await asyncio.to_thread(work)
