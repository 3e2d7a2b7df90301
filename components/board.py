"""A board: cards, panels and maps drawn as one piece of HTML.

A page of many small elements costs the browser more for its elements than for
what they show, so what is only read goes into one.  Everything that is data is
escaped here or by the builder of the part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from components import texts as t
from components.markup import escape


def pack(html: str, maps: Mapping[str, Any] | None = None) -> bytes:
    """What the browser gets: the HTML, and by the id of its place each map in it."""
    return json.dumps({"html": html, "maps": maps or {}}, ensure_ascii=False).encode()


def cards_row(cards: Mapping[str, tuple[str, str]]) -> str:
    """A row of cards; by key, each one's name and its inside as HTML."""
    boxes = "".join(
        f'<div class="card-box" data-key="card_{key}">{inside}{opener(key, name)}</div>'
        for key, (name, inside) in cards.items()
    )
    return f'<div class="cards" style="--cards:{len(cards)}">{boxes}</div>'


def panel(key: str, title: str, body: str, note: str = "") -> str:
    """A titled white box with an opener; ``body`` is HTML."""
    return (
        f'<section class="panel-box" data-key="panel_{key}"><div class="panel-head">'
        f"{panel_title(title, note)}{opener(f'panel_{key}', title)}</div>{body}</section>"
    )


def panel_title(title: str, note: str = "") -> str:
    """The heading of a panel, on a board or not."""
    return f'<div class="panel-title"><h2>{escape(title)}</h2><span>{escape(note)}</span></div>'


def columns(shares: Sequence[float], parts: Sequence[str]) -> str:
    """Columns of HTML beside each other; below each other where the screen is narrow."""
    widths = " ".join(f"minmax(0, {share}fr)" for share in shares)
    inner = "".join(f'<div class="board-column">{part}</div>' for part in parts)
    return f'<div class="board-columns" style="--columns:{widths}">{inner}</div>'


def map_place(key: str, height: int) -> str:
    """Where the map called ``key`` is drawn; ``height`` in pixels."""
    return f'<div class="quick-map" data-map="{escape(key)}" style="height:{height}px"></div>'


def choice(event: str, label: str, options: Mapping[str, str], chosen: str, shown: str) -> str:
    """A list to choose one of ``options`` (key to text) from; ``shown`` stands there closed."""
    listed = "".join(
        f'<option value="{escape(key)}"{_mark(key == chosen, "selected")}>{escape(text)}</option>'
        for key, text in options.items()
    )
    return (
        f'<label class="choice"><span>{escape(shown)}</span><select id="choose_{event}" '
        f'data-choose="{event}" aria-label="{escape(label)}">{listed}</select></label>'
    )


def radios(event: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    """Options (key to text) side by side, one of them chosen."""
    listed = "".join(
        f'<label><input type="radio" id="choose_{event}_{key}" name="{event}" value="{key}" '
        f'data-choose="{event}"{_mark(key == chosen, "checked")}><span>{escape(text)}</span>'
        "</label>"
        for key, text in options.items()
    )
    return f'<div class="radios" role="radiogroup" aria-label="{escape(label)}">{listed}</div>'


def empty(text: str) -> str:
    """The designed empty state of a panel."""
    return f'<p class="empty">{escape(text)}</p>'


def opener(key: str, name: str) -> str:
    """The 口径 button of what is called ``name``."""
    said = escape(f"{t.DETAIL}：{name}")
    return f'<button class="opener" data-open="{key}" aria-label="{said}">{t.DETAIL}</button>'


def _mark(true: bool, name: str) -> str:
    return f" {name}" if true else ""
