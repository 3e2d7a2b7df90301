"""What stands in the place of a page that one may not open: why, and the way on."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st

from components import access_texts as a
from components import identity
from components.board import pack
from components.board_view import show_board
from components.loaders import engines
from components.markup import escape
from components.navigation import PageEntry
from data.queries.accounts import has_accounts

LOGIN, PASSWORD, START = "/login", "/password", "/start"
Way = tuple[str, str]  # address and label of a button
Gate = tuple[str, str, Way | None]


def open_to_me(entries: Iterable[PageEntry]) -> list[PageEntry]:
    """Those pages that this person may open."""
    return [entry for entry in entries if _may_enter(entry)]


def _may_enter(entry: PageEntry) -> bool:
    account = identity.me()
    if account and account.must_change_password:
        return False
    if entry.needs == "view_board":
        return bool(identity.board_reach())
    return identity.may_anywhere(entry.needs)


def show_gate(entry: PageEntry) -> None:
    """Say why this page stays shut, and offer the way on."""
    _draw(_gate(entry))


def show_set_up_gate() -> bool:
    """What stands before setting up an empty database; False for an administrator."""
    if identity.may("set_up_street"):
        return False
    account = identity.me()
    if account and account.must_change_password:
        _draw((*a.GATE_PASSWORD, (PASSWORD, a.CHANGE)))
    elif account:
        _draw((*a.GATE_SETUP_ROLE, (LOGIN, a.GATE_AGAIN)))
    elif _nobody_yet():
        _draw((*a.GATE_SETUP, (START, a.GATE_FIRST)))
    else:
        _draw((*a.GATE_SETUP_LOGIN, (LOGIN, a.LOGIN)))
    return True


def login_address(entry: PageEntry | None = None) -> str:
    """The login page, coming back to ``entry`` with what stands in its address."""
    asked = {k: v for k, v in st.query_params.items() if k != identity.KEY}
    path = f"/{entry.url if entry else ''}"
    back = f"{path}?{urlencode(asked)}" if asked else path
    return f"{LOGIN}?{urlencode({'next': back})}"


def _gate(entry: PageEntry) -> Gate:
    account, actor = identity.me(), identity.actor()
    if account and account.must_change_password:
        return (*a.GATE_PASSWORD, (PASSWORD, a.CHANGE))
    if account:
        title, text = a.GATE_ROLE if account.grants else a.GATE_NO_ROLE
        return title.format(entry.title), text, None
    if actor.kind == "display":
        return a.GATE_DISPLAY[0].format(entry.title), a.GATE_DISPLAY[1], None
    if _nobody_yet():
        return (*a.GATE_SETUP, (START, a.GATE_FIRST))
    if identity.display_key():
        return (*a.GATE_KEY, (login_address(entry), a.LOGIN))
    words = a.GATE_ENDED if identity.token() else a.GATE_LOGIN
    return (*words, (login_address(entry), a.LOGIN))


def _nobody_yet() -> bool:
    with engines().read() as connection:
        return not has_accounts(connection)


def _draw(gate: Gate) -> None:
    title, text, way = gate
    button = f'<a class="way" href="{escape(way[0])}">{escape(way[1])}</a>' if way else ""
    html = (
        f'<section class="notice" role="status"><h2>{escape(title)}</h2>'
        f"<p>{escape(text)}</p>{button}</section>"
    )
    show_board(pack(html), key="app_gate")
