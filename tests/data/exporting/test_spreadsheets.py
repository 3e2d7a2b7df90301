"""Workbooks: what a cell holds is what was there, of the same type."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from data.exporting import spreadsheets
from data.exporting.spreadsheets import LONGEST_CELL, Sheet, to_xlsx

AT = datetime(2026, 11, 20, 2, 0, 5, 900_000, tzinfo=UTC)  # 10:00:05.9 in Shanghai


def cells(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet as a reader sees them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def names(content: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names


def xml(content: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(part).decode()


def one(value: Any) -> Any:
    """A single value written and read again."""
    frame = pd.DataFrame({"列": pd.Series([value, "x"], dtype=object)})
    return cells(to_xlsx([Sheet("表", frame)]))[1][0]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("第1网格", "第1网格"),
        ("007", "007"),
        ("12345678901234567890", "12345678901234567890"),
        (7, 7),
        (-2.5, -2.5),
        (np.int64(3), 3),
        (np.float64(0.25), 0.25),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (AT, datetime(2026, 11, 20, 10, 0, 5)),  # noqa: DTZ001
        (pd.Timestamp(AT), datetime(2026, 11, 20, 10, 0, 5)),  # noqa: DTZ001
        (datetime(2026, 11, 20, 9, 0), datetime(2026, 11, 20, 9, 0)),  # noqa: DTZ001
        (True, "是"),
        (np.bool_(False), "否"),
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (float("inf"), ""),
        ("http://example.com", "http://example.com"),
        ("两\n行", "两\n行"),
        ("\x0b控制", "\x0b控制"),
    ],
)
def test_a_value_comes_back_as_it_was(value: Any, read: Any) -> None:
    found = one(value)
    assert found == read
    assert type(found) is type(read) or isinstance(read, int | float)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-1+2", "@SUM(A1)", "＝1", '=HYPERLINK("x")'])
def test_a_formula_is_a_text_marked_as_one_and_unchanged(text: str) -> None:
    content = to_xlsx([Sheet("表", pd.DataFrame({text: [text]}))])
    assert cells(content) == [[text], [text]]
    sheet = xml(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    marked = re.findall(r"<xf [^>]*quotePrefix=\"1\"", xml(content, "xl/styles.xml"))
    assert len(marked) == 2  # of the header and of the cell


def test_the_header_stays_and_can_be_filtered_by() -> None:
    content = to_xlsx([Sheet("表", pd.DataFrame({"单位": ["甲", "乙"], "数": [1, 2]}))])
    sheet = xml(content, "xl/worksheets/sheet1.xml")
    assert re.search(r'<pane ySplit="1" topLeftCell="A2"[^>]*state="frozen"', sheet)
    assert '<autoFilter ref="A1:B3"/>' in sheet


def test_columns_are_as_wide_as_their_chinese() -> None:
    content = to_xlsx([Sheet("表", pd.DataFrame({"单位": ["安澜小区3号微网格"], "数": [1]}))])
    widths = [
        float(width)
        for width in re.findall(
            r'<col [^>]*width="([\d.]+)"', xml(content, "xl/worksheets/sheet1.xml")
        )
    ]
    assert widths[0] > 2 * 8
    assert widths[1] < 12


def test_the_last_sheet_tells_the_definition() -> None:
    frame = pd.DataFrame({"单位": ["甲"]})
    sheets = [
        Sheet("诉求", frame, [("范围", "测试街道"), ("数据截至", "10:00")]),
        Sheet("党员", frame),
    ]
    content = to_xlsx(sheets)
    assert names(content) == ["诉求", "党员", "口径"]
    assert cells(content, 2) == [
        ["表", "项目", "说明"],
        ["诉求", "范围", "测试街道"],
        ["诉求", "数据截至", "10:00"],
    ]


def test_an_empty_table_keeps_its_columns() -> None:
    assert cells(to_xlsx([Sheet("表", pd.DataFrame(columns=["甲", "乙"]))])) == [["甲", "乙"]]


def test_names_that_excel_does_not_allow_are_mended() -> None:
    frame = pd.DataFrame({"a": [1]})
    given = ["A/B:C*[1]?", "很" * 40, "很" * 40, "口径", "History", "'", "同名", "同名"]
    made = names(to_xlsx([Sheet(name, frame) for name in given]))
    assert made[:3] == ["A B C  1", "很" * 31, "很" * 27 + " (2)"]
    assert made[3:] == ["口径 (2)", "History (2)", "表", "同名", "同名 (2)", "口径"]
    assert all(len(name) <= 31 for name in made)


def test_a_text_too_long_for_a_cell_is_told_and_not_cut() -> None:
    long, longest = "长" * (LONGEST_CELL + 1), "长" * LONGEST_CELL
    content = to_xlsx([Sheet("表", pd.DataFrame({"内容": [longest, long, "短"]}))])
    assert [row[0] for row in cells(content)][1:] == [longest, "", "短"]
    assert "有 1 格文字超过" in cells(content, 1)[1][2]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "LONGEST_TABLE", 3)
    content = to_xlsx([Sheet("表", pd.DataFrame({"n": range(7)}))])
    assert names(content) == ["表", "表 (2)", "表 (3)", "口径"]
    held = [row[0] for n in range(3) for row in cells(content, n)[1:]]
    assert held == list(range(7))
