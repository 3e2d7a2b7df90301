"""One scene as a wall fetches it: the board, the ticker, what takes over, and the frame's words.

Every part is kept by the loaders under the revision and the beat's moment, so any number
of walls that show the same costs what one of them costs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape as plain
from typing import Any

from components import loaders
from components.filters import View
from components.loaders import build_once
from components.markup import brief, moment
from components.tables import table_html
from components.wall import feed, pulse, scenes, views
from components.wall import texts as t
from components.wall.access import Audience
from components.wall.options import TURNS, Options
from components.wall.pulse import Beat
from data.method import Method
from data.offered import offered

ROWS_SHOWN = 60
HEADING = 14  # characters of a unit's name that stand beside the names of the scenes


@dataclass(frozen=True)
class Asked:
    """Which scene a wall wants, how often it has come, and what the wall has seen already.

    ``since`` is the moment of the board before (None: this is the first one), ``last``
    the latest appeal it knew.
    """

    scene: str = ""
    turn: int = 0
    since: datetime | None = None
    last: int = 0
    open: str = ""


def read(fields: dict[str, str]) -> Asked:
    """What a wall's script asks for; whatever is not a number counts as not said."""
    since, last = _number(fields.get("since")), _number(fields.get("last"))
    return Asked(
        scene=fields.get("scene", ""),
        turn=_number(fields.get("turn")),
        since=datetime.fromtimestamp(since / 1000, UTC) if 0 < since < 1e14 else None,
        last=last,
        open=fields.get("open", ""),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def beat_now() -> Beat:
    """The present beat, with the loaders set to the revision that goes with it."""
    beat = pulse.look()
    loaders.begin_run()  # read per request: a thread keeps what the request before it read
    return beat


def board(options: Options, audience: Audience, asked: Asked) -> bytes:
    """The JSON of one scene; the next one with something to show where it has nothing."""
    beat = beat_now()
    view, method = views.view_of(options, audience, beat.at), views.method_at(beat.at)
    shown = views.scenes_of(options, view, method)
    name = _next(asked.scene, options.scenes, shown)
    metric = _metric(options, method, name, asked.turn)
    frame: dict[str, Any] = {
        "scene": name,
        "scenes": [[key, t.SCENES[key], options.seconds[key]] for key in shown],
        "title": t.TITLE.format(brief(view.name, HEADING)),
        "revision": beat.revision,
        "at": _milliseconds(beat.at),
        "note": views.calendar_note(beat.at),
        "ticker": build_once(feed.ticker, view),
        "last": feed.last_appeal(),
        "alerts": [],
        "more": "",
    }
    if asked.since is not None:
        since = min(asked.since, beat.at)
        frame["alerts"], more = feed.alerts(view, method, since, asked.last)
        frame["more"] = t.OTHER_ALERTS.format(more) if more else ""
    scene = (
        build_once(_packed, name, view, metric, asked.turn) if name else b'{"html":"","maps":{}}'
    )
    packed = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    return packed[:-1].encode() + b',"board":' + scene + b"}"


def _packed(name: str, view: View, metric: str, turn: int) -> bytes:
    built = scenes.build(name, view, views.method_at(view.scope.now), metric, turn)
    drawn = {"html": built.html, "maps": built.maps}
    return json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()


def _next(wanted: str, order: tuple[str, ...], shown: list[str]) -> str:
    """The scene wanted, or the next after it that is shown; "" where none is."""
    start = order.index(wanted) if wanted in order else 0
    return next((name for name in (*order[start:], *order[:start]) if name in shown), "")


def _metric(options: Options, method: Method, scene: str, turn: int) -> str:
    """The metric that colours a scene's map: by turns on the map, the first one elsewhere."""
    metrics = offered(options.metrics, method) or offered(TURNS, method)
    return metrics[turn % len(metrics) if scene == "map" else 0]


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def detail(options: Options, audience: Audience, asked: Asked) -> str:
    """The definition and the masked rows of one part of a scene as HTML; KeyError: no such part."""
    beat = beat_now()
    view, method = views.view_of(options, audience, beat.at), views.method_at(beat.at)
    metric = _metric(options, method, asked.scene, asked.turn)
    opened = scenes.detail(asked.open.removeprefix("tile_"), view, method, metric, asked.turn)
    lines = [*opened.lines(), (t.DATA_AS_OF, moment(beat.at))]
    cells = "".join(f"<dt>{plain(name)}</dt><dd>{plain(text)}</dd>" for name, text in lines if text)
    rows = opened.rows()
    more = f"<p>{t.MORE_ROWS.format(ROWS_SHOWN)}</p>" if len(rows) > ROWS_SHOWN else ""
    return (
        f"<h2>{plain(opened.name)}</h2><dl>{cells}</dl>"
        f"<p>{t.ROWS.format(len(rows))}</p>{table_html(rows.head(ROWS_SHOWN))}{more}"
    )
