"""Opens pages as a visitor does, fills forms in, and reads back everything that was said."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from data import boot
from data.engines import open_engines
from data.schema import metadata, revision
from data.settings import database_url, zone
from tests.pages import people

FRAME = Path(__file__).parents[2] / "pages" / "frame.py"
PATIENCE = 120  # seconds; a page that takes longer hangs
USUAL = "?"
BY_TITLE = {entry.title: entry for entry in PAGES}
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")


def settle() -> boot.Status:
    """Wait until the configured database is opened, built or refused."""
    until = time.monotonic() + PATIENCE
    while boot.status().kind == "building":
        assert time.monotonic() < until, "the database is still being prepared"
        time.sleep(0.01)
    return boot.status()


def open_page(
    entry: PageEntry | str, *, who: str = USUAL, token: str = "", **params: str
) -> AppTest:
    """A fresh visitor on a page (its entry or its title), with these query parameters.

    ``who`` is a login of the sample (see tests.pages.people), "" for nobody; usually
    nobody where displays are, and an administrator where a login is needed.  ``token``
    is a cookie itself.
    """
    found = BY_TITLE[entry] if isinstance(entry, str) else entry
    ready = settle().kind == "ready"
    visitor = AppTest.from_file(FRAME, default_timeout=PATIENCE)
    visitor._bidi_component_manager = _installed_components()
    visitor.query_params.update(params)
    if who == USUAL or token:
        who = "" if found.needs == "view_board" or not ready else people.ADMIN
    token = token or (people.token_of(database_url(), who) if who else "")
    if token:
        visitor.session_state[people.HELD] = token
    return visitor.switch_page(found.file).run()


@cache
def _installed_components() -> BidiComponentManager:
    """What each AppTest would look for among the installed packages again, at 0.2 s a time."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


def html_of(page: AppTest) -> str:
    """Every piece of HTML that the page wrote itself, on a board or off it."""
    written = [element.proto.body for element in page.get("html")]
    return "\n".join([*written, *(board["html"] for board in boards(page).values())])


def boards(page: AppTest) -> dict[str, Any]:
    """What each board of the page draws (html and maps), by the id of its component."""
    found = (element.proto for element in page.get("bidi_component"))
    return {proto.id: json.loads(proto.bytes) for proto in found}


def openers(page: AppTest) -> dict[str, str]:
    """Keys of the boards' 口径 buttons, each with the id of its board's component."""
    return {
        key: board
        for board, drawn in boards(page).items()
        for key in re.findall(r'data-open="(\w+)"', drawn["html"])
    }


def every_figure(page: AppTest) -> list[str]:
    """Keys of all 口径 buttons of the page, for :func:`open_figure`."""
    beside = [b.key.removesuffix("_detail") for b in page.button if b.label == "口径" and b.key]
    return [*openers(page), *beside]


def open_figure(page: AppTest, key: str) -> AppTest:
    """Press a 口径 button, on a board or beside a panel's heading."""
    board = openers(page).get(key)
    if board is None:
        return page.button(key=f"{key}_detail").click().run()
    return _send(page, board, "open", key)


def choose(page: AppTest, event: str, value: str) -> AppTest:
    """Choose from a list or from radio buttons on a board: ``unit``, ``period``…"""
    (board,) = (k for k, drawn in boards(page).items() if f'data-choose="{event}"' in drawn["html"])
    return _send(page, board, event, value)


def chosen(page: AppTest, event: str) -> str:
    """The value that such a choice stands on."""
    listed = rf'<select [^>]*data-choose="{event}".*?value="([^"]*)" selected'
    pressed = rf'value="([^"]*)" data-choose="{event}" checked'
    found = re.search(rf"{listed}|{pressed}", html_of(page))
    assert found is not None
    return found[1] or found[2]


def _send(page: AppTest, board: str, event: str, value: str) -> AppTest:
    """Run the page as after an event of a board in the browser."""
    sent = page._tree.get_widget_states()
    said = json.dumps({"event": event, "value": value})
    sent.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{board}__events", json_trigger_value=said)
    return page._run(sent)


def headings(page: AppTest) -> list[str]:
    """The titles of the page's panels."""
    return re.findall(r'<div class="panel-title"><h2>(.*?)</h2>', html_of(page))


def page_links(page: AppTest) -> dict[str, str]:
    """The addresses of the other pages by their titles."""
    links = re.findall(r'<a href="([^"]*)" data-page[^>]*>(.*?)</a>', html_of(page))
    return {title: html.unescape(address) for address, title in links}


def figures(page: AppTest) -> dict[str, str]:
    """What each figure card says, by the figure's name."""
    card = r'<div class="card-label">(.*?)</div><div class="card-value">(.*?)<small>'
    return dict(re.findall(card, html_of(page)))


def notice(page: AppTest) -> tuple[str, str]:
    """Heading and text of the one notice card on a page."""
    ((title, text),) = re.findall(
        r'<section class="notice[^>]*><h2>(.*?)</h2><p>(.*?)</p>', html_of(page)
    )
    return title, text


def banners(page: AppTest) -> list[str]:
    """The thin warnings across the page."""
    return re.findall(r'<p class="banner" role="alert">(.*?)</p>', html_of(page))


def everything_said(page: AppTest) -> str:
    """Every text sent to the browser: markup, labels, options, chart data, the map's script."""
    sent = "\n".join(text for element in _elements(page) for text in _texts(element.proto))
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), sent)


def _elements(page: AppTest) -> Iterator[Any]:
    return (node for node in page if getattr(node, "proto", None) is not None)


def _texts(message: Any) -> Iterator[str]:
    for field, value in message.ListFields():
        parts = list(value.values()) if isinstance(value, Mapping) else value
        for part in parts if field.is_repeated else [value]:
            if isinstance(part, str):
                yield part
            elif isinstance(part, bytes):
                yield part.decode(errors="ignore")
            elif hasattr(part, "ListFields"):
                yield from _texts(part)


def row_counts(url: str) -> dict[str, int]:
    """Rows of every table, and the revision itself: equal before and after means no write."""
    with open_engines(url).read() as connection:
        counts = {
            table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in metadata.sorted_tables
        }
        return counts | {"revision": int(connection.scalar(select(revision.c.value)) or 0)}


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What was added, by table."""
    return {name: n - before[name] for name, n in after.items() if n != before[name]}


def reading(url: str) -> closing[Connection]:
    """A connection to ask the database directly what a page should say."""
    return closing(open_engines(url).reader.connect())


WIDGETS = [
    "text_input",
    "text_area",
    "button_group",
    "date_input",
    "time_input",
    "selectbox",
    "number_input",
    "multiselect",
]


def fields(page: AppTest) -> dict[str, Any]:
    """Every field on the page by its label."""
    return {widget.label: widget for kind in WIDGETS for widget in getattr(page, kind)}


def typed(page: AppTest) -> dict[str, Any]:
    """What every field on the page holds, by its label; of a choice, the words chosen."""
    return {label: _shown(widget) for label, widget in fields(page).items()}


def options(page: AppTest, label: str) -> list[str]:
    """What a choice offers, as it reads."""
    return [plain(option) for option in fields(page)[label].options]


def plain(text: str) -> str:
    """A label without the backslashes that keep it from being read as Markdown."""
    return re.sub(r"\\([^\w\s])", r"\1", text)


def _many(widget: Any) -> bool:
    """Whether any number of options can be chosen."""
    return widget.type == "multiselect" or not getattr(widget, "_is_single_select", True)


def _shown(widget: Any) -> Any:
    held = widget.value
    if _many(widget):
        return [plain(_words(widget, one)) for one in held]
    if widget.type in ("button_group", "selectbox"):
        return None if held is None else plain(_words(widget, held))
    return held[0] if isinstance(held, tuple) else held


def _words(widget: Any, option: Any) -> Any:
    """An option as it reads, whether it was just picked by its words or came from the server."""
    return option if option is None or option in widget.options else widget.format_func(option)


def fill(page: AppTest, **values: Any) -> AppTest:
    """Type into fields by label: an option's words into a choice, how many into a multi-choice."""
    for label, written in values.items():
        widget = fields(page)[label]
        if _many(widget):
            widget.set_value([])
            for option in widget.options[:written]:
                widget.select(option)
        elif widget.type in ("button_group", "selectbox"):
            widget.select(next((o for o in widget.options if plain(o) == written), written))
        else:
            widget.set_value(written)
    return page


def press(page: AppTest, label: str = "提交") -> AppTest:
    """Press a form's button."""
    (button,) = (b for b in page.button if b.label == label)
    return button.click().run()


def press_twice(page: AppTest, label: str = "提交") -> AppTest:
    """Press a form's button again before the browser has heard of the first press."""
    (button,) = (b for b in page.button if b.label == label)
    button.click()
    sent = page._tree.get_widget_states()
    page._run(sent)
    return page._run(sent)


def said(page: AppTest) -> list[str]:
    """What the form said: its errors, then its good news."""
    return [plain(box.value) for box in (*page.error, *page.success)]


def emptied(before: Any, after: Any) -> bool:
    """Whether the browser empties a field: it is told so, or the field is another one now."""
    return after.id != before.id or after.proto.set_value


def in_days(days: int) -> date:
    """A local day from today on."""
    return datetime.now(zone()).date() + timedelta(days=days)
