"""What the tests of the entry forms share: texts that are refused, and rows that were written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tests.pages.driver import growth, press, reading, row_counts, said, typed

BAD_TEXTS = {
    "3000 characters": ("长" * 3000, "现有 3000 个字"),
    "10000 characters": ("长" * 10_000, "现有 10000 个字"),
    "a control character": ("响铃\x07", "控制字符"),
    "a mark that turns the text": ("灯\u202e亮", "改变文字方向"),
}
GOOD_TEXTS = [
    "😀🏠 送药",
    "<script>alert('x')</script>",
    "*重点* [x](y) `z`",
    "'; drop table x; --",
]


def written(**rows: int) -> dict[str, int]:
    """What one entry adds; its draft goes."""
    return rows | {"audit_entry": 1, "revision": 1, "draft": -1}


def last_rows(url: str, table: str, count: int = 1) -> list[dict[str, Any]]:
    with reading(url) as connection:
        query = text(f"select * from {table} order by id desc limit {count}")
        return [dict(row) for row in connection.execute(query).mappings()]


def busy_grid(url: str, people: str = "member") -> str:
    """The grid with most members (or volunteers) at or below it."""
    query = f"""
        select g.code from unit g join unit u on u.path like g.path || '%'
        join {people} m on m.unit_id = u.id and m.left_on is null
        where g.level = 'grid' group by g.code order by count(*) desc limit 1
    """
    with reading(url) as connection:
        return str(connection.scalar(text(query)))


def expect_refused(url: str, page: AppTest, reason: str) -> None:
    """Sending the form says why not, writes nothing and loses nothing that was typed."""
    before, held = row_counts(url), typed(page)
    press(page)
    assert not page.exception
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert reason in message
    assert growth(before, row_counts(url)) == {}
    assert typed(page) == held
