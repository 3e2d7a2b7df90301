"""Every figure opens down to its rows, and the rows can be taken away as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from data.engines import open_engines
from data.identity import system
from data.method import Method
from data.writes.appeals import record_appeal
from tests.browser.looking import card, expect_no_fault, number_in, visit
from tests.browser.street import Street

BOM = b"\xef\xbb\xbf"


def download(page: Page, prefix: str, metric: str, folder: Path) -> tuple[float, Path]:
    """Open a figure's dialog; how many rows it says there are, and the file it gives."""
    button = page.locator(f"[data-key=card_{prefix}_{metric}]").get_by_role("button", name="口径")
    button.click()
    dialog = page.get_by_role("dialog")
    rows = number_in(dialog.locator(".rows-note"))
    expect(dialog.locator(".definition")).to_contain_text("算法")
    expect(dialog.locator("table tbody tr").first).to_be_visible()
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="下载明细（CSV）").click()
    file = folder / "rows.csv"
    waiting.value.save_as(file)
    return rows, file


def test_a_rate_opens_down_to_the_rows_it_divides(
    site: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page()
    visit(page, f"{site}/?period=month")
    note = page.locator("[data-key=card_overview_on_time_rate] .card-note").inner_text()
    parts = [int(part.strip(" \n").split()[0].replace(",", "")) for part in note.split("÷")]
    said, file = download(page, "overview", "on_time_rate", tmp_path)
    assert file.read_bytes().startswith(BOM)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [sum(r["计入"] == "分子" for r in rows), len(rows)] == parts
    assert len(rows) == said
    expect_no_fault(page)


def test_formulas_are_not_handed_to_a_spreadsheet(
    open_street: Street, method: Method, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    grid, now, engines = open_street.grid(6), datetime.now(UTC), open_engines(open_street.url)
    record_appeal(
        engines,
        unit_id=grid.id,
        category_key=method.categories[0].key,
        channel=method.channels[0],
        title="=1+2",
        content="@SUM(A1)",
        received_at=now,
        at=now,
        actor=system("测试", "test"),
    )
    engines.dispose()
    page = open_page()
    visit(page, f"{open_street.address}/?unit={grid.code}")
    shown = number_in(card(page, "overview", "open_appeals"))
    said, file = download(page, "overview", "open_appeals", tmp_path)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        titles = [row["标题"] for row in csv.DictReader(lines)]
    assert "'=1+2" in titles
    assert not [title for title in titles if title.startswith("=")]
    assert len(titles) == said == shown
