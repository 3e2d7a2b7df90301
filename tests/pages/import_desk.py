"""What a visitor does on the tab 数据导入, for the tests of that page."""

from __future__ import annotations

import re
import time

from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from components import import_texts as i
from tests.pages import people
from tests.pages.driver import html_of, open_page, reading

PATIENCE = 60  # seconds an import of a few rows may take on a busy machine
COUNTS = r'<div data-state="(\w+)"><span>.*?</span><b>([\d,]+)</b>'


def codes(url: str, level: str = "grid") -> list[str]:
    asked = text("select code from unit where level = :level order by id")
    with reading(url) as connection:
        return list(connection.scalars(asked, {"level": level}))


def csv_of(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\n".join(lines).encode(encoding)


def begin(kind: str, *files: tuple[str, bytes], who: str = people.ADMIN) -> AppTest:
    """The page with a kind chosen and files given."""
    page = open_page("系统管理", who=who)
    if any(b.label == i.DISMISS for b in page.button):  # the report of an import before
        press(page, i.DISMISS)
    page.button_group(key="import_kind").select(kind).run()
    (uploader,) = page.file_uploader
    uploader.set_value([(name, content, "") for name, content in files])
    page.run()
    assert not page.exception
    return page


def counts(page: AppTest) -> dict[str, int]:
    """What the last line of counts on the page says."""
    found = re.findall(COUNTS, html_of(page))[-4:]
    return {state: int(n.replace(",", "")) for state, n in found}


def wait(page: AppTest) -> AppTest:
    """Until no import is running."""
    until = time.monotonic() + PATIENCE
    while any(b.label == i.CANCEL for b in page.button):
        assert time.monotonic() < until, "the import is still running"
        time.sleep(0.05)
        page.run()
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    (button,) = (b for b in page.button if b.label.startswith(label))
    return button.click().run()


def apply(page: AppTest) -> AppTest:
    return wait(press(page, "导入 "))


def buildings(url: str, rows: int = 3) -> tuple[str, bytes]:
    """A roster of buildings, the last of which has no name."""
    grid = codes(url)[0]
    lines = [f"B-{n:03d},{n}号楼,{grid},{10 + n}" for n in range(1, rows + 1)]
    header = "楼栋编码,楼栋名称,网格编码,户数"
    return "楼栋.csv", csv_of("滨河街道楼栋表,,,", header, *lines, f"B-900,,{grid},3")
