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
from data import boot

# Every SQL statement and every message to a browser gives up Python's lock; with the usual
# 5 ms it would come back that much later each time, once several people's pages are drawn.
sys.setswitchinterval(0.0005)
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Open the database on the way up; close it on the way down."""
    boot.begin()
    yield
    boot.stop()


app = st.App(
    "pages/frame.py",
    lifespan=lifespan,
    routes=[*web_login.routes(), *web_oidc.routes(), *wall.routes(), *web.routes()],
    middleware=web.middleware(),
    on_script_error=problems.show_unexpected,
)
