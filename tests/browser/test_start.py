"""The first minutes: no database, an empty one, and ones that cannot be used."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from components import access_texts as a
from components import texts as t
from tests.browser.conftest import PATIENCE, ROOT, served
from tests.browser.looking import (
    card,
    expect_no_fault,
    expect_no_sideways_scroll,
    number_in,
    submit,
)
from tests.browser.street import Street

TREE = ("app.py", "pyproject.toml", "pages", "data", "components", ".streamlit")
OUTLINE = "滨河社区\n  第一网格\n  第二网格"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project as a fresh clone has it, but compiled: nothing of this machine's own database."""
    for name in TREE:
        source, target = ROOT / name, tmp_path / "clone" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
    return tmp_path / "clone"


def test_a_fresh_clone_builds_its_sample_and_opens(
    clone: Path, open_page: Callable[..., Page]
) -> None:
    log = clone.parent / "log.txt"
    with served({"GRID_DATABASE": ""}, log, clone / "app.py") as address:
        page = open_page(address)
        expect(page.get_by_text(t.BUILDING[0])).to_be_visible()
        assert asked(f"{address}/readyz") == (503, {"ready": False, "reason": "database_building"})
        assert asked(f"{address}/healthz") == (200, {"status": "ok"})
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.locator(".st-key-app_header")).to_be_visible(timeout=3 * PATIENCE)
        found = [
            number_in(card(page, "overview", key)) for key in ("grids", "members", "volunteers")
        ]
        assert found == [69, 774, 803]
        status, told = asked(f"{address}/readyz")
        assert (status, told["ready"], told["database"]) == (200, True, "ready")
        expect_no_fault(page)
    assert (clone / ".local" / "sample.db").exists()
    assert "Traceback" not in log.read_text()


def test_a_broken_preset_is_named(clone: Path, open_page: Callable[..., Page]) -> None:
    good = (clone / "data/presets/demo_street.toml").read_text(encoding="utf-8")
    broken = good.replace('key = "demo_street"', 'key = "broken"')
    broken = broken.replace('grid_level = "grid"', 'grid_level = "nowhere"')
    (clone / "data/presets/broken.toml").write_text(broken, encoding="utf-8")
    environment = {"GRID_DATABASE": "", "GRID_SAMPLE_METHOD": "broken"}
    with served(environment, clone.parent / "log.txt", clone / "app.py") as address:
        page = open_page(address)
        names_the_problem(page, "broken.toml", "grid_level")
    assert not (clone / ".local" / "sample.db").exists()


def asked(address: str) -> tuple[int, dict[str, Any]]:
    """What a machine is told at an address: status and body."""
    try:
        with urlopen(address, timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def names_the_problem(page: Page, *words: str) -> None:
    """The problem page says in Chinese what is wrong, and offers to look again."""
    notice = page.locator(".notice-bad")
    expect(notice).to_contain_text(t.PROBLEM_TITLE)
    for word in words:
        expect(notice).to_contain_text(word)
    expect(page.get_by_role("button", name=t.PROBLEM_RETRY)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Traceback")


def write_foreign_database(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("create table orders (id integer)")
    connection.commit()
    connection.close()


def test_wrong_files_are_named_and_left_alone_and_an_empty_one_is_set_up(
    tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    file, url = tmp_path / "new.db", f"sqlite:///{tmp_path / 'new.db'}"
    file.write_text("这不是数据库" * 100, encoding="utf-8")
    with served({"GRID_DATABASE": url}, tmp_path / "log.txt") as address:
        page = open_page(address)
        names_the_problem(page, "new.db", "不是 SQLite 数据库文件")
        assert asked(f"{address}/readyz") == (503, {"ready": False, "reason": "database_broken"})
        assert file.read_text(encoding="utf-8") == "这不是数据库" * 100

        file.unlink()
        write_foreign_database(file)
        page.get_by_role("button", name=t.PROBLEM_RETRY).click()
        expect(page.locator(".notice-bad")).not_to_contain_text("不是 SQLite 数据库文件")
        names_the_problem(page, "new.db", "GRID_DATABASE")
        assert Street(url).rows("select name from sqlite_master") == [("orders",)]

        file.unlink()
        page.get_by_role("button", name=t.PROBLEM_RETRY).click()
        make_first_administrator(page, tmp_path / "log.txt")
        fill_set_up(page)
        keys = ("grids", "members", "volunteers", "open_appeals")
        assert [number_in(card(page, "overview", key)) for key in keys] == [2, 0, 0, 0]
        assert asked(f"{address}/readyz")[0] == 200
        file.rename(tmp_path / "away.db")  # under a server that is running
        assert asked(f"{address}/readyz") == (503, {"ready": False, "reason": "database_lost"})
        (tmp_path / "away.db").rename(file)
        expect_no_fault(page)
        expect_no_sideways_scroll(page)
    units = Street(url).rows("select name from unit")
    assert {row[0] for row in units} == {"滨江街道", "滨河社区", "第一网格", "第二网格"}
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def make_first_administrator(page: Page, log: Path) -> None:
    """The one-time code stands on the server's console; whoever has it begins."""
    page.get_by_role("link", name=a.GATE_FIRST).click()
    (code,) = re.findall(r"([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", log.read_text())
    written = {a.FIRST_CODE: code, a.LOGIN_NAME: "li.zhan", a.FIRST_NAME: "李站长"}
    written |= dict.fromkeys((a.FIRST_PASSWORD, a.FIRST_AGAIN), "pear-anchor-quiet-lamp")
    for label, text in written.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=a.FIRST_SUBMIT).click()


def fill_set_up(page: Page) -> None:
    """Set up a street of two grids, at first without its outline."""
    expect(page.get_by_text(t.SETUP_TITLE)).to_be_visible()
    page.get_by_role("textbox", name=t.SETUP_NAME).fill("滨江街道")
    submit(page, "setup")
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("没有保存")
    expect(page.get_by_role("textbox", name=t.SETUP_NAME)).to_have_value("滨江街道")
    page.get_by_role("textbox", name=t.SETUP_OUTLINE).fill(OUTLINE)
    submit(page, "setup")
    expect(page.locator(".brand")).to_contain_text("滨江街道")
