"""The tab 数据导入 in a browser: what a person does there, one step a function."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import english_words, settle

SUCCESS = "[data-testid=stAlertContentSuccess]"
# names of formats, systems and units of measure
KNOWN = (
    *("XLSX", "XLS", "CSV", "TSV", "GeoJSON", "TopoJSON", "JSON", "TOML", "MB", "KB", "Excel"),
    *("WGS84", "CGCS2000", "GCJ-02", "BD-09", "Web", "EPSG", "GIS", "UTF-8", "GB18030"),
    *("Latin-1", "PM", "toml", "json", "csv", "tsv", "xls", "geo"),
)


def panel(page: Page, name: str) -> Locator:
    """One of the tab's panels: kind, read, mapping, questions, preview, job, history, undo."""
    return page.locator(f".st-key-panel_import_{name}")


def put_away(page: Page) -> None:
    """Close the report of the import before, where there is one."""
    report = page.get_by_role("button", name="继续导入")
    if report.count():
        report.click()
        expect(report).to_have_count(0)
        settle(page)


def give(page: Page, kind: str, name: str, content: bytes) -> None:
    """Choose a kind of data and hand over a file."""
    pill = page.locator(".st-key-import_kind").get_by_text(kind, exact=True)
    pill.click()
    expect(page.get_by_role("button", name=f"下载{kind}模板（XLSX）")).to_be_visible()
    hand_over(page, name, content)
    expect(panel(page, "read")).to_contain_text(name)
    settle(page)


def hand_over(page: Page, name: str, content: bytes) -> None:
    """Upload a file of any type."""
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files([file])


def expect_counts(place: Locator, new: int, changed: int, same: int, refused: int) -> None:
    """The four numbers of a preview or a report."""
    states = {"new": new, "changed": changed, "same": same, "refused": refused}
    for state, count in states.items():
        expect(place.locator(f"[data-state={state}] b")).to_have_text(f"{count:,}")


def answer(page: Page, word: str) -> None:
    """Press one of the answers to a question."""
    panel(page, "questions").locator("label").filter(has_text=word).first.click()


def match(page: Page, word: str, ours: str) -> None:
    """Say what a word of the file means."""
    choose(page, panel(page, "questions").get_by_role("combobox", name=word), ours)


def map_column(page: Page, ours: str, theirs: str) -> None:
    """Say which column of the file is a field."""
    choose(page, panel(page, "mapping").get_by_role("combobox", name=ours), theirs)


def choose(page: Page, box: Locator, option: str) -> None:
    settle(page)  # while a run lasts, what it has moved stands there twice
    box.scroll_into_view_if_needed()
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def take_in(page: Page, rows: int) -> None:
    """Press the button and wait for the report."""
    page.get_by_role("button", name=f"导入 {rows:,} 行", exact=True).click()
    expect(panel(page, "job").locator(SUCCESS)).to_contain_text("次导入")
    settle(page)


def take_back(page: Page, reason: str) -> None:
    """Take the last import back as a whole."""
    page.locator(".st-key-import_undo_pick input").click()
    page.get_by_role("option").first.click()
    page.get_by_label("撤销原因").fill(reason)
    page.get_by_role("button", name="撤销整批").click()
    expect(panel(page, "undo")).to_contain_text("已撤销第")
    expect(panel(page, "history")).to_contain_text(reason)


def expect_chinese(page: Page, *theirs: str) -> None:
    """No word of the framework's own; ``theirs`` stand in the files."""
    assert english_words(page, [*KNOWN, *theirs]) == set()
