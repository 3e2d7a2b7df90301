"""The wall's one document: an empty frame, and the first board for its script to draw."""

from __future__ import annotations

import json
from typing import Any

from components.markup import escape
from components.wall import pulse
from components.wall import texts as t
from components.wall.options import Options
from components.web import asset

WORDS = (
    *("LIVE", "LATE", "LOST", "LOST_NOTE", "LATE_NOTE", "QUIET", "NOTHING"),
    *("LOADING", "DETAIL_FAILED", "NO_EVENTS", "CLOSE", "WAITING"),
)
SHEETS = ("wall.css", "wall_scenes.css")
SCRIPTS = ("plain_map.js", "wall_draw.js", "wall_present.js", "wall.js")


def wall_page(options: Options, first: bytes) -> str:
    """The document; ``first`` is the JSON of the first board."""
    told: dict[str, Any] = {
        "build": pulse.build_id(),
        "offset": pulse.utc_offset(pulse.now()),
        "takeover": options.takeover,
        "present": options.present,
        "schedule": [[_minutes(a), _minutes(b)] for a, b in options.schedule],
        "words": {name: getattr(t, name) for name in WORDS},
    }
    held = f'<script type="application/json" id="told">{_safe(json.dumps(told).encode())}</script>'
    board = f'<script type="application/json" id="first">{_safe(first)}</script>'
    scripts = "".join(f'<script defer src="{asset(name)}"></script>' for name in SCRIPTS)
    frame = FRAME.format(help=t.PRESENT_HELP, as_of=t.DATA_AS_OF)
    return document(t.DOCUMENT, frame + held + board + scripts, options.theme, "wall")


FRAME = """
<header id="head"><h1><i></i><span id="title"></span></h1><nav id="tabs"></nav>
<div id="clock"><b></b>
<p><span id="state"><i></i><em></em></span>{as_of} <time id="as-of"></time></p>
</div></header>
<main id="stage"></main>
<footer id="foot"><p id="ticker"></p><p id="note"></p><p id="help" hidden>{help}</p></footer>
<p id="fault" role="status" hidden></p>
<div id="takeover" role="alert" hidden></div>
<div id="detail" role="dialog" hidden></div>
<div id="quiet" hidden><b></b><p></p></div>
"""


def _minutes(clock: Any) -> int:
    return int(clock.hour * 60 + clock.minute)


def _safe(data: bytes) -> str:
    """JSON that cannot end the script element it stands in."""
    return data.decode().replace("<", "\\u003c")


def notice_page(title: str, text: str, *, link: tuple[str, str] | None = None) -> str:
    """A plain page that says one thing, and opens the wall by itself once there is one."""
    button = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    body = (
        f'<section class="notice"><h1>{escape(title)}</h1><p>{escape(text)}</p>{button}</section>'
        f'<script defer src="{asset("wall_gate.js")}"></script>'
    )
    return document(title, body, "dark", "gate")


def document(title: str, body: str, theme: str, kind: str) -> str:
    """A whole page in Chinese that loads nothing but our own files."""
    sheets = "".join(f'<link rel="stylesheet" href="{asset(name)}">' for name in SHEETS)
    return (
        f'<!doctype html><html lang="zh-CN" class="{theme} {kind}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="{asset("favicon.svg")}">'
        f"{sheets}</head><body>{body}</body></html>"
    )
