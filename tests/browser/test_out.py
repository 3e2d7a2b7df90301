"""What leaves the product: tables, pictures, whole kinds of data, and backups made by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect
from python_calamine import CalamineWorkbook

from components import export_texts as x
from components import health_texts as h
from components import texts as t
from components.access_texts import ADMIN_TABS
from data.engines import open_engines
from data.method import Method
from data.sample.build import build_sample
from tests.browser.conftest import served
from tests.browser.looking import expect_no_fault, sign_in, visit
from tests.conftest import STARTED
from tests.data.sample.conftest import SMALL

RUNNING, DATA = ADMIN_TABS[-1], ADMIN_TABS[3]


def taken(page: Page, place: Locator, label: str, folder: Path) -> Path:
    """The file that a button gives, under the name the browser is told."""
    with page.expect_download() as waiting:
        place.get_by_role("button", name=label).click()
    given: Download = waiting.value
    file = folder / given.suggested_filename
    given.save_as(file)
    return file


def opened(page: Page, panel: str, button: str = "detail") -> Locator:
    page.locator(f".st-key-panel_{panel}_{button} button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="下载").first).to_be_visible()
    return dialog


def test_a_chart_and_a_table_are_taken_away(
    site: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page()
    visit(page, f"{site}/appeals")
    dialog = opened(page, "appeals_durations")
    drawn = Image.open(taken(page, dialog, t.TAKE_PICTURE.format("PNG"), tmp_path))
    assert drawn.width > 1500
    svg = taken(page, dialog, t.TAKE_PICTURE.format("SVG"), tmp_path)
    assert svg.name.startswith("各环节用时_")
    assert "瓶颈" in svg.read_text(encoding="utf-8")
    visit(page, f"{site}/appeals")
    shown = page.locator(".st-key-panel_appeals_units table tbody tr")
    expect(shown.first).to_be_visible()
    count = shown.count()
    dialog = opened(page, "appeals_units")
    book = taken(page, dialog, t.TAKE_TABLE.format("XLSX"), tmp_path)
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.read_bytes()))
    assert sheets.sheet_names[-1] == "口径"
    assert len(sheets.get_sheet_by_index(0).to_python()) == count + 1
    with taken(page, dialog, t.TAKE_TABLE.format("CSV"), tmp_path).open(
        encoding="utf-8-sig", newline=""
    ) as lines:
        assert len(list(csv.DictReader(lines))) == count
    expect_no_fault(page)


@pytest.fixture
def own_site(method: Method, tmp_path: Path) -> Iterator[str]:
    """A small street of its own: a backup of what others write to would take in their rows."""
    url = f"sqlite:///{tmp_path / 'own.db'}"
    build_sample(url, seed=7, method=method, now=STARTED, sizes=SMALL)
    open_engines(url).dispose()
    with served({"GRID_DATABASE": url}, tmp_path / "log.txt") as at:
        yield at
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_an_administrator_exports_a_kind_and_makes_a_backup(
    own_site: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page()
    sign_in(page, own_site)
    visit(page, f"{own_site}/admin")
    page.get_by_role("tab", name=DATA).click()
    panel = page.locator(".st-key-panel_export")
    file = taken(page, panel, x.MAKE, tmp_path)
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    assert sheets.sheet_names == ["单位和边界", "口径"]
    page.get_by_role("tab", name=RUNNING, exact=True).click()
    panel = page.locator(".st-key-panel_admin_backups")
    expect(panel).to_contain_text(h.BACKUP_NONE)
    panel.get_by_role("button", name=h.BACKUP_NOW).click()
    expect(panel).to_contain_text("已打开核对，没有不一致", timeout=240_000)
    expect(panel.get_by_role("button", name=h.BACKUP_NOW)).to_be_enabled()
    expect_no_fault(page)
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1
