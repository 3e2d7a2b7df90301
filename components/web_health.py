"""/healthz and /readyz: for machines that watch over the server, without login.

They tell nothing about anybody and no path of this machine.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data import boot
from data.engines import open_engines
from data.keeping.state import backup_state
from data.migrate import revision_of
from data.queries.revision import fetch_revision
from data.settings import database_url
from data.startup import database_state

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds for the database to answer
NEVER_KEPT = {"cache-control": "no-store"}

_workers = ThreadPoolExecutor(2, thread_name_prefix="health")


def routes() -> list[Route]:
    """The two addresses; HEAD is answered as well."""
    return [Route("/healthz", healthz), Route("/readyz", readyz)]


async def healthz(_request: Request) -> Response:
    """200 as long as the process answers at all: whoever gets none should restart it."""
    return JSONResponse({"status": "ok"}, headers=NEVER_KEPT)


async def readyz(_request: Request) -> Response:
    """200 once pages can be served, else 503; ``reason`` says which part is missing.

    ``backup`` is good, late, failed or off, and never makes the server unready.
    """
    try:
        work = asyncio.get_running_loop().run_in_executor(_workers, _ready)
        told = await asyncio.wait_for(work, PATIENCE)
    except TimeoutError:
        told = {"ready": False, "reason": "database_slow"}
    except SQLAlchemyError as error:
        log.warning("not ready: %s", type(error).__name__)
        told = {"ready": False, "reason": "database_lost"}
    return JSONResponse(told, 200 if told["ready"] else 503, headers=NEVER_KEPT)


def _ready() -> dict[str, Any]:
    state, url = boot.status().kind, database_url()
    if state not in ("ready", "empty"):
        return {"ready": False, "reason": f"database_{state}"}
    # looked at by its path too: a connection that is open still reads a file that is gone
    found = database_state(url).kind
    if found not in ("ready", "empty"):
        wrong_schema = found in ("outdated", "newer")
        return {"ready": False, "reason": "database_schema" if wrong_schema else "database_lost"}
    with open_engines(url).read() as connection:
        fetch_revision(connection)
        schema = revision_of(connection)
    word = backup_state(url, datetime.now(UTC)).word
    return {"ready": True, "database": state, "schema": schema, "backup": word}
