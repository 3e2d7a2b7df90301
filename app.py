"""Composition root: the ASGI app.  Start it with ``streamlit run app.py``."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

# Imported ahead of the first visitor, who would otherwise wait seconds for them.
from components import charts, forms, maps, problems, web, web_login, web_oidc  # noqa: F401
from components.wall import routes as wall
from data import boot, recent_errors
from data.keeping import schedule

# Every SQL statement and every message to a browser gives up Python's lock; with the usual
# 5 ms it would come back that much later each time, once several people's pages are drawn.
sys.setswitchinterval(0.0005)
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
recent_errors.install()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Open the database and begin its daily backups on the way up; stop both on the way down."""
    boot.begin()
    schedule.start()
    yield
    schedule.stop()
    boot.stop()


app = st.App(
    "pages/frame.py",
    lifespan=lifespan,
    routes=[*web_login.routes(), *web_oidc.routes(), *wall.routes(), *web.routes()],
    middleware=web.middleware(),
    on_script_error=problems.show_unexpected,
)
