"""Visitors of the page tests who are logged in: each with a real session in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import streamlit as st
from sqlalchemy import text

from data import setup_code
from data.engines import open_engines
from data.identity import visitor
from data.writes.accounts_admin import create_first_account
from data.writes.sessions import open_demo_session, open_session

ADMIN, LEADER, SECRETARY, WORKER = "demo-admin", "demo-leader", "demo-secretary", "demo-worker"
ADDRESS = "10.0.0.9"
HELD = "test_cookie"  # where a visitor of these tests keeps the cookie


def cookie() -> str:
    """What the browser of this visitor sends; stands in for ``identity.token``."""
    return str(st.session_state.get(HELD, ""))


def token_of(url: str, login: str) -> str:
    """A live session's token for a demo account, the same one for each question."""
    found = _opened(url, login)
    if not _live(url, found[1]):
        _opened.cache_clear()
        found = _opened(url, login)
    return found[0]


def new_token(url: str, login: str) -> str:
    """The token of a session of its own, for a test that ends it."""
    return _open(url, login)[0]


def first_administrator(url: str) -> str:
    """The token of the first account of a database that has none yet."""
    name, word, at = "first", "pear-anchor-quiet-lamp", datetime.now(UTC)
    engines, who = open_engines(url), visitor(ADDRESS)
    facts = {"code": setup_code.issue(), "login": name, "display_name": "周主任"}
    create_first_account(engines, **facts, password=word, actor=who, at=at)
    return open_session(engines, login=name, password=word, actor=who, at=at).token


@cache
def _opened(url: str, login: str) -> tuple[str, int]:
    return _open(url, login)


def _open(url: str, login: str) -> tuple[str, int]:
    who, at = visitor(ADDRESS), datetime.now(UTC)
    opened = open_demo_session(open_engines(url), login=login, actor=who, at=at)
    return opened.token, opened.session_id


def _live(url: str, session_id: int) -> bool:
    asked = text("select revoked_at is null from session where id = :id")
    with open_engines(url).read() as connection:
        return bool(connection.scalar(asked, {"id": session_id}))
