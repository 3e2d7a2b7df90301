"""The first minutes: no database, an empty one, and ones that cannot be used."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components import texts as t
from tests.browser.conftest import ROOT, served
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
    """The project as a fresh clone has it: nothing of this machine's own database."""
    for name in TREE:
        source, target = ROOT / name, tmp_path / "clone" / name
        target.parent.mkdir(exist_ok=True)
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, ignore=skip) if source.is_dir() else shutil.copy(
            source, target
        )
    return tmp_path / "clone"


def test_a_fresh_clone_builds_its_sample_and_opens(
    clone: Path, open_page: Callable[..., Page]
) -> None:
    log = clone.parent / "log.txt"
    with served({"GRID_DATABASE": ""}, log, clone / "app.py") as address:
        page = open_page(address)
        expect(page.get_by_text(t.BUILDING[0])).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
        found = [
            number_in(card(page, "overview", key)) for key in ("grids", "members", "volunteers")
        ]
        assert found == [69, 774, 803]
        expect_no_fault(page)
    assert (clone / ".local" / "sample.db").exists()
    assert "Traceback" not in log.read_text()


def test_an_empty_database_is_set_up_and_opens_with_nothing_in_it(
    tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with served({"GRID_DATABASE": url}, tmp_path / "log.txt") as address:
        page = open_page(address)
        expect(page.get_by_text(t.SETUP_TITLE)).to_be_visible()
        page.get_by_role("textbox", name=t.SETUP_NAME).fill("滨江街道")
        submit(page, "setup")
        expect(page.get_by_test_id("stAlertContentError")).to_contain_text("没有保存")
        expect(page.get_by_role("textbox", name=t.SETUP_NAME)).to_have_value("滨江街道")
        page.get_by_role("textbox", name=t.SETUP_OUTLINE).fill(OUTLINE)
        page.get_by_role("textbox", name=t.ENTRY_WHO).fill("李站长")
        submit(page, "setup")
        expect(page.locator(".brand")).to_contain_text("滨江街道")
        keys = ("grids", "members", "volunteers", "open_appeals")
        assert [number_in(card(page, "overview", key)) for key in keys] == [2, 0, 0, 0]
        expect_no_fault(page)
        expect_no_sideways_scroll(page)
    units = Street(url).rows("select name from unit order by id")
    assert {row[0] for row in units} == {"滨江街道", "滨河社区", "第一网格", "第二网格"}
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def broken_preset(clone: Path) -> dict[str, str]:
    good = (clone / "data/presets/demo_street.toml").read_text(encoding="utf-8")
    broken = good.replace('key = "demo_street"', 'key = "broken"').replace(
        'grid_level = "grid"', 'grid_level = "nowhere"'
    )
    (clone / "data/presets/broken.toml").write_text(broken, encoding="utf-8")
    return {"GRID_DATABASE": "", "GRID_SAMPLE_METHOD": "broken"}


def text_file(clone: Path) -> dict[str, str]:
    (clone / "notes.txt").write_text("这不是数据库" * 100, encoding="utf-8")
    return {"GRID_DATABASE": f"sqlite:///{clone / 'notes.txt'}"}


def foreign_database(clone: Path) -> dict[str, str]:
    connection = sqlite3.connect(clone / "shop.db")
    connection.execute("create table orders (id integer)")
    connection.commit()
    connection.close()
    return {"GRID_DATABASE": f"sqlite:///{clone / 'shop.db'}"}


@pytest.mark.parametrize(
    ("prepare", "named"),
    [
        (broken_preset, ("broken.toml", "grid_level")),
        (text_file, ("notes.txt", "不是 SQLite 数据库文件")),
        (foreign_database, ("shop.db", "GRID_DATABASE")),
    ],
    ids=["broken preset", "text file", "foreign database"],
)
def test_what_cannot_be_used_is_named(
    prepare: Callable[[Path], dict[str, str]],
    named: tuple[str, ...],
    clone: Path,
    open_page: Callable[..., Page],
) -> None:
    environment = prepare(clone)
    files = {file: file.read_bytes() for file in clone.glob("*.*") if file.is_file()}
    with served(environment, clone.parent / "log.txt", clone / "app.py") as address:
        page = open_page(address)
        notice = page.locator(".notice-bad")
        expect(notice).to_contain_text(t.PROBLEM_TITLE)
        for word in named:
            expect(notice).to_contain_text(word)
        expect(page.get_by_role("button", name=t.PROBLEM_RETRY)).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("Traceback")
        page.get_by_role("button", name=t.PROBLEM_RETRY).click()
        expect(notice).to_contain_text(named[0])
    assert {file: file.read_bytes() for file in files} == files


def test_after_the_fix_checking_again_goes_on(clone: Path, open_page: Callable[..., Page]) -> None:
    environment = text_file(clone)
    with served(environment, clone.parent / "log.txt", clone / "app.py") as address:
        page = open_page(address)
        expect(page.locator(".notice-bad")).to_contain_text("notes.txt")
        (clone / "notes.txt").unlink()
        page.get_by_role("button", name=t.PROBLEM_RETRY).click()
        expect(page.get_by_text(t.SETUP_TITLE)).to_be_visible()
