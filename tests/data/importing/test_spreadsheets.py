"""XLSX and XLS: cells, dates of both epochs, merged ranges, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import xlsxwriter

from data.errors import RuleError
from data.importing import limits, spreadsheets
from data.importing.sources import read_source
from tests.data.importing.files import xls, xlsx

AT = datetime.fromisoformat("2023-01-05 15:20")
ROWS = [["编号", "登记时间", "户数"], ["001", AT, 3]]
OLD_ROWS = [["编号", "登记时间", "户数"], ["001", ("date", 44931 + 920 / 1440), 3]]


def test_an_xlsx_workbook() -> None:
    source = read_source("名册.xlsx", xlsx({"党员": ROWS, "空": [[]]}))
    (table,) = source.tables
    assert (source.kind, source.encoding, source.notes) == ("xlsx", "", [])
    assert (table.name, table.header) == ("党员", ["编号", "登记时间", "户数"])
    assert table.rows == [["001", AT, 3]]
    assert (table.numbers, table.epoch) == ([2], 1900)


def test_an_xls_workbook() -> None:
    source = read_source("名册.xls", xls({"党员": OLD_ROWS}))
    (table,) = source.tables
    assert (source.kind, table.name, table.epoch) == ("xls", "党员", 1900)
    assert table.rows == [["001", AT, 3]]


def test_workbooks_that_count_from_1904() -> None:
    new = read_source("a.xlsx", xlsx({"a": ROWS}, date_1904=True)).tables[0]
    old = read_source("a.xls", xls({"a": OLD_ROWS}, mac=True)).tables[0]
    assert (new.epoch, old.epoch) == (1904, 1904)
    assert new.rows[0][1] == AT
    assert old.rows[0][1] == datetime.fromisoformat(
        "2027-01-06 15:20"
    )  # the serial itself is 1462 less there


def test_merged_ranges_of_both_formats() -> None:
    rows = [["网格", "姓名"], ["一网格", "张三"], [None, "李四"]]

    def merge(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].merge_range(1, 0, 2, 0, "一网格")

    for name, content in (
        ("a.xlsx", xlsx({"a": rows}, merge)),
        ("a.xls", xls({"a": rows}, merged=((1, 2, 0, 0),))),
    ):
        (table,) = read_source(name, content).tables
        assert table.rows == [["一网格", "张三"], ["一网格", "李四"]], name


def test_a_table_that_stands_lower_and_to_the_right() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        sheet.merge_range("C4:D4", "名册")
        sheet.merge_range("A1:A3", "")
        sheet.write_row("C5", ["编号", "姓名"])
        sheet.write_row("C6", ["001", "张三"])

    (table,) = read_source("a.xlsx", xlsx({"a": []}, write)).tables
    assert (table.header, table.rows, table.numbers) == (["编号", "姓名"], [["001", "张三"]], [6])


def test_days_times_and_truths() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        sheet.write_row("A1", ["日", "时刻", "时长", "是否"])
        sheet.write_datetime("A2", date(2023, 1, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime("B2", time(8, 30), book.add_format({"num_format": "hh:mm"}))
        sheet.write_number("C2", 30.5 / 24, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_boolean("D2", True)

    (table,) = read_source("a.xlsx", xlsx({"a": []}, write)).tables
    assert table.rows == [[date(2023, 1, 5), "08:30:00", "30:30:00", True]]


def test_hidden_sheets_errors_and_uncounted_formulas_are_said() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].write_formula("B2", "=1/0", None, "#DIV/0!")
        book.worksheets()[0].write_formula("C2", "=1+1", None, "")
        book.worksheets()[1].hide()

    source = read_source("a.xlsx", xlsx({"a": [["甲", "乙", "丙"], ["1"]], "选项": ROWS}, write))
    assert source.tables[0].rows == [["1", None, None]]
    assert source.notes == [
        "隐藏的工作表没有读：选项",
        "有 1 格是公式错误（如 #N/A），按空白读取",
        "有 1 格公式还没有算出结果，按空白读取；请在 Excel 里打开并保存一次再导入",
    ]


def test_texts_that_came_in_decoded_wrongly_are_mended() -> None:
    rows = [[c.encode().decode("latin-1") for c in r] for r in (["编号", "姓名"], ["一", "张三"])]
    source = read_source("a.xlsx", xlsx({"a": rows}))
    assert (source.tables[0].header, source.tables[0].rows) == (["编号", "姓名"], [["一", "张三"]])
    assert "Latin-1" in source.notes[0]


def test_a_locked_old_workbook_is_refused() -> None:
    with pytest.raises(RuleError, match="打开密码"):
        read_source("a.xls", xls({"a": OLD_ROWS}, locked=True))


def test_an_old_workbook_that_declares_too_much_is_still_read() -> None:
    content = xls({"a": OLD_ROWS}, extent=(65_536, 256))
    assert len(read_source("a.xls", content).tables[0].rows) == 1


def test_what_would_abort_the_reader_stops_only_its_own_process() -> None:
    with pytest.raises(RuleError, match="声明的范围过大"):
        read_source("a.xls", xls({"a": OLD_ROWS}, extent=(2**31, 65_535)))


def test_a_far_cell_is_refused_before_the_reader_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "READER", "/nowhere")
    for cell, why in (("XFD2", "16384 列，最多 2000 列"), ("A1048576", "1048576 行，最多 1000000")):
        content = xlsx({"a": ROWS}, lambda book, c=cell: book.worksheets()[0].write_string(c, "x"))  # type: ignore[misc]
        with pytest.raises(RuleError, match=why):
            read_source("a.xlsx", content)


def test_a_far_cell_that_holds_nothing_does_no_harm() -> None:
    def frame(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].write_blank("XFD9", None, book.add_format({"border": 1}))

    assert len(read_source("a.xlsx", xlsx({"a": ROWS}, frame)).tables[0].rows) == 1


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "LONGEST_WAIT", 0.001)
    with pytest.raises(RuleError, match="用时过长"):
        read_source("a.xlsx", xlsx({"a": ROWS}))


def test_limits_of_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CELLS", 5)
    with pytest.raises(RuleError, match="2 行 × 3 列"):
        read_source("a.xlsx", xlsx({"a": ROWS}))
