"""CSV and TSV: separators, quotes, rows that do not fit, sizes."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing import delimited
from data.importing.delimited import read_delimited

CELLS = st.text(st.sampled_from('甲乙1,;\t"|ab 。'), min_size=1, max_size=6)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_each_separator_is_found(separator: str) -> None:
    lines = [["编号", "名称", "说明"], ["1", "甲", "一，二"], ["2", "乙", "x"]]
    grid = read_delimited("a", "\n".join(map(separator.join, lines)))
    assert grid.rows == lines
    assert grid.numbers == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        'a,b,c\n"x\n;",1,""""\n"x\n;",1,"x\n;"\n',  # quoted cells over several lines
        "a,b,c\n1,2,;;;;;;;;;;\n",  # a cell full of them
        'a,b,c\n5" pipe,6" pipe,x\n7" pipe;8" pipe,9,y\n',  # inches
    ],
)
def test_what_cells_hold_is_no_separator(text: str) -> None:
    grid = read_delimited("a", text)
    assert {len(row) for row in grid.rows} == {3}


def test_a_separator_within_quotes_is_none() -> None:
    grid = read_delimited("a", 'a;b\n"1,2,3,4";x\n"5,6,7,8";y\n')
    assert grid.rows[1] == ["1,2,3,4", "x"]


def test_texts_are_cleaned_as_they_are_read() -> None:
    grid = read_delimited(
        "a",
        'a,b\r\n " x" ,\u200be\u0301\u200b\r\n"甲\r\n乙",\u3000\r\n'.replace(' "', '"').replace(
            '" ', '"'
        ),
    )
    assert grid.rows[1:] == [["x", "é"], ["甲\n乙", None]]


def test_blank_lines_count_as_excel_counts_them() -> None:
    grid = read_delimited("a", "a,b\n\n1,2\n")
    assert (grid.numbers, grid.rows[1]) == ([1, 2, 3], [None, None])


def test_a_line_with_an_unquoted_separator_is_marked() -> None:
    body = "".join(f"{n},甲,乙\n" for n in range(20))
    grid = read_delimited("a", f"a,b,c\n{body}7,一,二,三\n")
    assert grid.broken == {21: "这一行有 4 格，其他行是 3 格：内容里的分隔符要放在引号里"}


def test_a_last_line_cut_short_is_marked() -> None:
    body = "".join(f"{n},甲,乙\n" for n in range(20))
    assert "没有写完" in read_delimited("a", f"a,b,c\n{body}7,一").broken[21]
    assert read_delimited("a", f"a,b,c\n{body}7,一\n").broken == {}


def test_a_quote_left_open_is_refused_by_line() -> None:
    with pytest.raises(RuleError, match="从文件的第 3 行起引号不成对"):
        read_delimited("a", 'a,b\n1,2\n"3,4\n5,6\n')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (",".join(["a"] * 10_000) + "\n", "第 1 行有 10000 列，最多 2000 列"),
        ("a,b\n" * 30, "行，最多 20 行"),
        ("a," * 1000 + "\n", "最多 2000 列|万格"),
        ("a" * 100_001, "有一行超过"),
    ],
)
def test_what_is_too_large_is_refused(text: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_ROWS", 20)
    monkeypatch.setattr("data.importing.limits.MOST_ROWS", 20)
    monkeypatch.setattr(delimited, "MOST_CELLS", 500)
    monkeypatch.setattr("data.importing.limits.MOST_CELLS", 500)
    monkeypatch.setattr(delimited, "LONGEST_LINE", 100_000)
    with pytest.raises(RuleError, match=why):
        read_delimited("a", text)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=2, max_size=12))
def test_whatever_python_writes_reads_back(rows: list[tuple[str, ...]]) -> None:
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    found = read_delimited("a", out.getvalue()).rows
    assert found == [[cell.strip() or None for cell in row] for row in rows]
