"""Who is looking: proven from the session's cookie, or a display's key, on every run.

Nothing here lets anybody write: each write and each read of full names asks the
database again inside its own transaction (data.access.require).
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from components.loaders import engines
from data.access import allowed, displays_are_public, reach_of
from data.access import reach as reach_now
from data.identity import Actor, visitor
from data.sessions import Me, resolve_display_key, resolve_session
from data.sessions import me as account_of
from data.settings import database_url

COOKIE = "grid_session"
KEY = "key"  # the query parameter that carries a display's key
BOARD = "(board)"
NOBODY = "127.0.0.1"  # Streamlit gives no address for this machine's own browser

Proof = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Run:
    """What this run has found out, and from which proof."""

    proof: Proof
    actor: Actor
    me: Me | None
    reaches: dict[str, list[str]] = field(default_factory=dict)  # asked once a run


_run: ContextVar[_Run | None] = ContextVar("identity", default=None)


def begin_run() -> None:
    """Prove afresh who is looking; the frame calls it first in every run."""
    _prove()


def actor(surface: str = "entry") -> Actor:
    """Who acts from here: an account, a display or a visitor, with the network address."""
    return replace(_now().actor, surface=surface)


def me() -> Me | None:
    """The account that is logged in, with its roles; None for displays and visitors."""
    return _now().me


def may(action: str, path: str | None = None) -> bool:
    """Whether this person may do ``action`` in the unit at ``path``; for menus, never for writes.

    ``path`` None: what belongs to no unit.
    """
    with engines().read() as connection:
        return allowed(connection, _now().actor, action, path)


def may_anywhere(action: str) -> bool:
    """Whether there is any unit in which this person may do ``action``."""
    return bool(reach(action))


def reach(action: str) -> list[str]:
    """Paths of the units below which this person may do ``action``: ["/"] all, [] none."""
    run = _now()
    if action not in run.reaches:
        run.reaches[action] = _reach(run, action)
    return run.reaches[action]


def reach_within(action: str, path: str) -> list[str]:
    """Paths of the parts of the unit at ``path`` in which this person may do ``action``."""
    paths = reach(action)
    if any(path.startswith(one) for one in paths):
        return [path]
    inside = [one for one in paths if one.startswith(path)]
    return [p for p in inside if not any(p != q and p.startswith(q) for q in inside)]


def board_reach() -> list[str]:
    """Paths of the units whose figures may be seen: everywhere while displays are public."""
    run = _now()
    if BOARD not in run.reaches:
        run.reaches[BOARD] = ["/"] if is_public() else reach("view_board")
    return run.reaches[BOARD]


def is_public() -> bool:
    """Whether displays can be read without a key or a login."""
    with engines().read() as connection:
        return displays_are_public(connection)


def key_params() -> dict[str, str]:
    """A display's key as a query parameter, for links between pages."""
    return {KEY: display_key()} if _now().actor.kind == "display" else {}


def display_key() -> str:
    """The display's key in this page's address, "" where there is none."""
    return str(st.query_params.get(KEY, ""))


def token() -> str:
    """The session's token as the browser sent it when it connected, "" without one."""
    return str(st.context.cookies.get(COOKIE, ""))


def address() -> str:
    """The network address of this browser, or of the proxy it comes through."""
    return st.context.ip_address or NOBODY


def _reach(run: _Run, action: str) -> list[str]:
    if run.me:
        # read a moment ago, when the session was proven: no need to ask for each action
        return [] if run.me.must_change_password else reach_of(action, run.me.grants)
    with engines().read() as connection:
        return reach_now(connection, run.actor, action)


def _proof() -> Proof:
    return database_url(), token(), display_key(), address()


def _now() -> _Run:
    """This run's answer; an answer to another proof is never taken for it."""
    held = _run.get()
    return held if held and held.proof == _proof() else _prove()


def _prove() -> _Run:
    proof = _proof()
    found = _resolve(*proof[1:])
    with engines().read() as connection:
        account = account_of(connection, found)
    held = _Run(proof, found, account)
    _run.set(held)
    return held


def _resolve(cookie: str, key: str, place: str) -> Actor:
    at, found = datetime.now(UTC), None
    if cookie:
        found = resolve_session(engines(), cookie, at=at, address=place)
    if found is None and key:
        found = resolve_display_key(engines(), key, at=at, address=place)
    return found or visitor(place)
