"""One poller for all walls: it looks while somebody watches, and tells all of them the same.

A message: ``at`` (the server's clock, milliseconds), ``revision`` and ``beat`` (the moment
boards are judged at, milliseconds), ``offset`` (minutes ahead of UTC), ``build``; or
``lost`` in place of revision and beat while the database cannot be read.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket

from components.wall import pulse

log = logging.getLogger(__name__)

PERIOD = 0.25  # seconds between two looks
QUIET_LOOKS = 8  # looks with nothing new after which walls are told that all is well
PATIENCE = 5  # seconds that one wall may keep the others waiting

_watching: set[WebSocket] = set()
_poller: list[asyncio.Task[None]] = []


async def join(socket: WebSocket) -> None:
    """Tell a wall where things stand, and from now on whenever that changes."""
    message, _ = await asyncio.to_thread(message_now)
    await _send(socket, message)
    _watching.add(socket)
    if not _poller or _poller[0].done():
        _poller[:] = [asyncio.create_task(_poll(), name="wall ticks")]


def leave(socket: WebSocket) -> None:
    """Stop telling a wall; the poller ends with the last one."""
    _watching.discard(socket)


def message_now() -> tuple[str, tuple[Any, ...]]:
    """What walls are told now, and what of it makes them fetch their boards again."""
    at = pulse.now()
    told: dict[str, Any] = {
        "at": int(at.timestamp() * 1000),
        "offset": pulse.utc_offset(at),
        "build": pulse.build_id(),
    }
    try:
        beat = pulse.look()
    except SQLAlchemyError as error:
        log.warning("walls cannot be told anything new: %s", type(error).__name__)
        return json.dumps(told | {"lost": True}), ("lost",)
    told |= {"revision": beat.revision, "beat": int(beat.at.timestamp() * 1000)}
    return json.dumps(told), (beat.revision, beat.at)


async def _poll() -> None:
    said: tuple[Any, ...] = ()
    quiet = 0
    while _watching:
        await asyncio.sleep(PERIOD)
        message, news = await asyncio.to_thread(message_now)
        quiet += 1
        if news != said or quiet >= QUIET_LOOKS:
            said, quiet = news, 0
            await asyncio.gather(*(_send(socket, message) for socket in list(_watching)))


async def _send(socket: WebSocket, message: str) -> None:
    try:
        await asyncio.wait_for(socket.send_text(message), PATIENCE)
    except Exception:  # whatever is wrong with one wall, the others go on
        leave(socket)
