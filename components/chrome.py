"""The shared frame of every page: style, brand, navigation and the data's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from components import access_texts as a
from components import filter_bar, filters, gates, identity, problems
from components import texts as t
from components.board import pack
from components.board_view import show_board
from components.loaders import load
from components.markup import escape
from components.navigation import PageEntry
from components.web import asset
from data.method.loading import preset_errors
from data.queries.units import fetch_units


def draw_page_style(title: str) -> None:
    """Page title, icon and width; the style sheet itself is in the served index page."""
    icon = asset("favicon.svg")  # named again, or Streamlit puts its own in the served one's place
    st.set_page_config(page_title=f"{title} · {t.APP}", page_icon=icon, layout="wide")


def draw_header(pages: Sequence[PageEntry], current: PageEntry) -> None:
    """The band at the top, whose dashboard this is and the pages one may open; filters below."""
    filtered = current.filtered and current in pages
    html = _band(pages, current) + (filter_bar.bar_html() if filtered else "")
    show_board(pack(html), key="app_header", choices=filter_bar.CHOICES)
    if filtered:
        filter_bar.draw_days()
    if identity.board_reach():
        filters.write_url()
    for error in preset_errors():
        problems.show_banner(t.BROKEN_PRESET.format(error))


def _band(pages: Sequence[PageEntry], current: PageEntry) -> str:
    asked = urlencode(filters.link_params())
    links = "".join(_link(entry, asked, here=entry == current) for entry in pages)
    street = load(fetch_units)["name"].iloc[0] if pages else t.APP
    brand = f'<div class="brand"><b>{escape(street)}</b><i>·</i><span>{t.BRAND}</span></div>'
    nav = f'<nav aria-label="{t.PAGES}">{links}</nav>'
    return f'<header class="band">{brand}{nav}{_corner(current)}</header>'


def _corner(current: PageEntry) -> str:
    """Who is logged in, with the ways to change the password and to leave; or the way in."""
    account, actor = identity.me(), identity.actor()
    if account is None:
        if actor.kind == "display":
            return f'<div class="corner"><span>{escape(actor.name)}</span></div>'
        address = escape(gates.login_address(current))
        return f'<div class="corner"><a href="{address}">{a.LOGIN}</a></div>'
    mark = f"<em>{a.DEMO_MARK}</em>" if account.is_demo else ""
    change = "" if account.is_demo else f'<a href="{gates.PASSWORD}">{a.CHANGE}</a>'
    leave = f'<form method="post" action="/logout"><button>{a.CORNER_OUT}</button></form>'
    name = f"<span>{escape(account.display_name)}{mark}</span>"
    return f'<div class="corner" aria-label="{a.CORNER}">{name}{change}{leave}</div>'


def _link(entry: PageEntry, asked: str, *, here: bool) -> str:
    """A link that assets/navigate.js follows without loading the page anew."""
    address = escape(f"./{entry.url}?{asked}")
    mark = ' aria-current="page"' if here else ""
    return f'<a href="{address}" data-page{mark}>{escape(entry.title)}</a>'
