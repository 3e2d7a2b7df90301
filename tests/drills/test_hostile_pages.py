"""Hostile texts on every page, in every form and in every file: plain text, or refused.

Forms are filled in through the protocol, whatever fields they have; pages are then opened
in Chromium, which would run what is not plain text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from components.navigation import PAGES
from data import passwords
from data.engines import Engines
from data.entry_forms import FORMS
from data.exporting.csv_files import to_csv
from data.listings import LISTINGS
from data.metrics import METRICS
from data.queries.listing_rows import fetch_listing_rows
from data.queries.rows import fetch_metric_rows
from data.schema import unit
from data.scope import Scope
from tests.browser.conftest import ROOT
from tests.browser.looking import QUIET
from tests.data.access.ground import create_ground
from tests.data.queries.test_listing_rows import rules
from tests.data.writes.world import NOW
from tests.drills.conftest import FULL
from tests.drills.hostile import ABROAD, MARK, TEXTS, holds, marked
from tests.drills.server import Server, serving
from tests.drills.shown import Shown
from tests.drills.spoiled import spoil
from tests.drills.tab import COOKIE, Tab, run
from tests.drills.town import newcomer

KINDS = tuple(TEXTS) if FULL else ("html", "image", "equals", "turned", "long")
PERIOD = f"period=custom&first={NOW:%Y-%m}-01&last={NOW:%Y-%m-%d}"
ALIVE = (f'<img src="//{ABROAD}', "<script>window", "<svg onload")  # in HTML
DRAWN = (f"![{MARK}](", f"[{MARK}](javascript")  # in Markdown
LOOK = f"""() => [String(window.{MARK}), ...[...document.querySelectorAll('*')].filter(node =>
  [...node.attributes].some(a => a.name.startsWith('on') && a.value.includes('{MARK}')) ||
  /{ABROAD}|javascript:/.test(node.getAttribute('href') || node.getAttribute('src') || '') ||
  node.tagName === 'SCRIPT' && node.textContent.includes('{MARK}')
).map(node => node.outerHTML.slice(0, 200))]"""


@dataclass(frozen=True)
class Spoiled:
    """A served street full of hostile texts, and an administrator's token and grid."""

    server: Server
    engines: Engines
    path: str
    grid: str
    token: str
    method: Any


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoiled]:
    folder = tmp_path_factory.mktemp("spoiled")
    ground = create_ground(folder)
    engines, own = ground.world.engines, ground.at("own")
    with pytest.MonkeyPatch.context() as patch:  # how slowly is not the question here
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
        assert spoil(ground) > 100
    with engines.read() as connection:
        code = connection.scalar(select(unit.c.code).where(unit.c.id == own.unit_id))
    _, token = newcomer(engines, "chief", [("admin", None)])
    with serving(str(engines.url), folder / "log.txt") as server:
        yield Spoiled(server, engines, own.path, str(code), token, ground.world.method)
    log = (folder / "log.txt").read_text()
    assert "Traceback" not in log, log[-5000:]


@pytest.fixture(scope="module")
def window(spoiled: Spoiled, browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which the administrator is logged in."""
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        cookie = {"name": COOKIE, "value": spoiled.token, "url": spoiled.server.site}
        context.add_cookies([cookie])  # type: ignore[list-item]
        yield context


@pytest.mark.parametrize("form", FORMS)
def test_a_form_keeps_every_text_or_refuses_it(form: str, spoiled: Spoiled) -> None:
    kept, refused = run(_fill_all(spoiled, form))
    print(f"\n{FORMS[form]}：收下 {len(kept)} 条，拒绝 {refused} 条")
    with spoiled.engines.read() as connection:
        cells = [cell for _, cell in marked(connection)]
    for text in kept:
        assert any(holds(cell, text) for cell in cells), f"accepted, and gone: {text[:80]!r}"


async def _fill_all(spoiled: Spoiled, form: str) -> tuple[list[str], int]:
    """Each text into each text field of a form; what was accepted, and how many were not."""
    kept, refused, fields = [], 0, [""]
    for kind in KINDS:
        at = f"/entry?grid={spoiled.grid}&form={form}"
        async with Tab.opened(spoiled.server.site, at, spoiled.token) as tab:
            await _choose(tab, form)
            fields = [one.key for one in _own(tab, form, "text_input", "text_area")]
            for name in fields:
                await _choose(tab, form)
                if not tab.has(name):
                    continue
                await tab.set(name, TEXTS[kind])
                _need_plain(tab)
                await tab.press(f"entry_{form}_submit*")
                _need_plain(tab)
                said = [one.proto for one in tab.shown("alert")]
                assert said, f"{kind} in {name}: nothing was said"
                if said[0].format == said[0].ERROR:
                    refused += 1
                else:
                    kept.append(TEXTS[kind])
    return kept, refused


async def _choose(tab: Tab, form: str) -> None:
    """Choose the first of everything that has to be chosen, as long as more appears."""
    for _ in range(12):
        todo = [one for one in _own(tab, form, "button_group", "selectbox") if _is_empty(tab, one)]
        if not todo:
            return
        await tab.set(todo[0].key, todo[0].options[0])


def _own(tab: Tab, form: str, *kinds: str) -> list[Shown]:
    return [one for one in tab.shown(*kinds) if one.key.startswith(f"entry_{form}_")]


def _is_empty(tab: Tab, one: Shown) -> bool:
    return bool(one.options) and not tab.value(one.key)


def _need_plain(tab: Tab) -> None:
    """Nothing is drawn as HTML or Markdown, and nothing has failed."""
    for one in tab.shown():
        assert one.kind != "exception"
        if one.kind == "html" or getattr(one.proto, "allow_html", False):
            assert not [raw for raw in ALIVE if raw in one.proto.body], one.proto.body
        if one.kind in ("selectbox", "multiselect", "html", "text_input", "text_area"):
            continue  # plain in themselves
        said = " ".join([str(getattr(one.proto, "body", "")), one.label, *one.options])
        assert not [raw for raw in DRAWN if raw in said], f"{one.kind} draws {said[:300]}"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.file)
def test_a_page_runs_and_loads_nothing(
    entry: Any, spoiled: Spoiled, window: BrowserContext
) -> None:
    address = f"{spoiled.server.site}/{entry.url}?{PERIOD}"
    forms = (
        [f"&grid={spoiled.grid}&form={form}" for form in FORMS] if entry.url == "entry" else [""]
    )
    with window.new_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        for more in forms:
            page.goto(address + more)
            expect(page.locator(QUIET)).to_have_count(1)
            page.wait_for_timeout(500)  # for what would run or load only now
            _look(page)
        assert [url for url in asked if ABROAD in url or url.startswith("dialog")] == []


def _look(page: Page) -> None:
    for frame in page.frames:
        assert frame.evaluate(LOOK) == ["undefined"], frame.url
    assert page.get_by_test_id("stException").count() == 0


def test_the_texts_are_read_as_they_were_written(spoiled: Spoiled, window: BrowserContext) -> None:
    """What was just entered stands on its writer's list, letter by letter, and is taken back."""
    run(_fill_all(spoiled, "visit"))
    with window.new_page() as page:
        page.goto(f"{spoiled.server.site}/{_page_of('mine')}")
        for kind in ("html", "image"):  # the list cuts long texts
            expect(page.get_by_text(TEXTS[kind][:20]).first).to_be_visible()
    run(_take_back(spoiled))


async def _take_back(spoiled: Spoiled) -> None:
    async with Tab.opened(spoiled.server.site, f"/{_page_of('mine')}", spoiled.token) as tab:
        shown, taken = list(tab.shown("html", "button")), ""
        for before, one in pairwise(shown):
            if TEXTS["image"] in getattr(before.proto, "body", "") and "my_take_" in one.key:
                taken = one.key
        await tab.press(taken)
        await tab.set("my_undo_reason", TEXTS["image"])
        await tab.press("my_undo_submit*")
        assert [one for one in tab.shown("alert") if one.proto.format == one.proto.SUCCESS]
        _need_plain(tab)


def _page_of(file: str) -> str:
    return next(entry.url for entry in PAGES if file in entry.file)


def test_every_export_is_harmless_in_a_spreadsheet(spoiled: Spoiled) -> None:
    scope = Scope("/", NOW - timedelta(days=30), NOW, NOW)
    found = 0
    with spoiled.engines.read() as connection:
        frames = [fetch_metric_rows(connection, key, scope) for key in METRICS]
        for key in LISTINGS:
            asked = rules(key, spoiled.method)
            frames.append(fetch_listing_rows(connection, key, scope, *asked))
    for frame in frames:
        for row in csv.reader(io.StringIO(to_csv(frame).decode("utf-8-sig"))):
            for cell in row:
                found += MARK in cell
                risky = cell.startswith(("=", "@", "\t", "\r"))
                assert not risky, cell
                assert not (cell.startswith(("+", "-")) and MARK in cell), cell
    assert found > 20, "there was nothing to see"


def test_there_is_one_way_to_a_file_of_rows() -> None:
    """Whatever offers a file for download is known to the tests above, or to those named here."""
    offers = {
        path.name
        for folder in ("components", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if "download_button" in path.read_text(encoding="utf-8")
    }
    whole_kinds = {"export_views.py"}  # tests/data/exporting: neutral by the same rule
    imports = {"import_file.py", "import_mapping.py", "import_run.py"}  # what was given, back
    assert offers <= {"downloads.py", "qr_sheet.py"} | whole_kinds | imports
    assert "to_csv(" in Path(ROOT / "components" / "downloads.py").read_text(encoding="utf-8")
