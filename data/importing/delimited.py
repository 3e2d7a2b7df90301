"""CSV and TSV: which separator, and rows that do not fit."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO

from data.exporting.neutral import plain
from data.importing.grids import Grid, row_cleaner
from data.importing.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, check_size, refuse
from data.importing.tables import Cell

SEPARATORS = ",\t;|"
LONGEST_LINE = 5_000_000  # characters
_SAMPLE_LINES = 50
_QUOTED = re.compile(r'(?:(?<=[,\t;|\r\n])|^)"(?:[^"]|"")*+"(?=[,\t;|\r\n]|$)')  # a whole cell


def read_delimited(name: str, text: str) -> Grid:
    """The text as a grid of texts; RuleError where its quotes do not pair."""
    text = text.replace("\r\n", "\n")
    _check_lines(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    clean, quoted = row_cleaner(text), "'" in text
    rows: list[list[Cell]] = []
    line = cells = 0
    try:
        for row in reader:
            cells += len(row)
            if len(row) > MOST_COLUMNS or len(rows) > MOST_ROWS or cells > MOST_CELLS:
                _refuse_size(len(rows), len(row), line)
            # what an export put before texts like formulas does not belong to them
            rows.append(clean([plain(cell) for cell in row] if quoted else row))
            line = reader.line_num
    except csv.Error as error:
        raise refuse(
            f"从文件的第 {line + 1} 行起引号不成对，或有一格过长，文件可能没有传完，"
            "请检查这一行，或用 Excel 打开后另存为 XLSX 再导入"
        ) from error
    return _squared(name, text, rows)


def _check_lines(text: str) -> None:
    """RuleError for a line so long that its cells alone would cost too much memory."""
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = text.rfind("\n", start, start + LONGEST_LINE)
        if end < 0:
            raise refuse(f"文件里有一行超过 {LONGEST_LINE // 10_000} 万个字，不是表格，请检查文件")
        start = end + 1


def _refuse_size(rows: int, columns: int, line: int) -> None:
    check_size(1, columns, f"第 {line + 1} 行")
    check_size(rows, 1, "文件")
    raise refuse(f"文件超过 {MOST_CELLS // 10_000} 万格，请分成几个文件导入")


def _squared(name: str, text: str, rows: list[list[Cell]]) -> Grid:
    """Rows of one length; what does not fit the others' length is marked as broken."""
    lengths = Counter(map(len, filter(None, rows)))
    width = max(lengths, default=0)
    check_size(len(rows), width, "文件")
    broken = _broken(rows, lengths, ended=text.endswith(("\n", "\r")))
    if min(map(len, rows), default=0) < width:
        rows = [row + [None] * (width - len(row)) for row in rows]
    numbers = list(range(1, len(rows) + 1))  # as Excel counts them
    return Grid(name, rows, numbers, broken=broken)


def _broken(rows: list[list[Cell]], lengths: Counter[int], ended: bool) -> dict[int, str]:
    """Rows longer than nearly all others, and a last one that was cut off."""
    usual, times = lengths.most_common(1)[0] if lengths else (0, 0)
    if times * 10 < len(rows) * 8 or usual < 2:
        return {}
    found = {
        n: f"这一行有 {len(row)} 格，其他行是 {usual} 格：内容里的分隔符要放在引号里"
        for n, row in enumerate(rows)
        if len(row) > usual and row[usual:].count(None) < len(row) - usual
    }
    if 1 < len(rows[-1]) < usual and not ended:
        found[len(rows) - 1] = "这是最后一行而没有写完，文件可能没有传完，请重新导出"
    return found


def _separator(text: str) -> str:
    """The separator that most of the first lines hold equally often; a comma in doubt.

    How often a single line of several holds one says little: that may be what a cell is about.
    """
    bare = _QUOTED.sub("", text[:65_536])  # a quoted cell may go over several lines
    lines = [line for line in bare.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best = {s: Counter(line.count(s) for line in lines) for s in SEPARATORS}

    def agreed(separator: str) -> tuple[int, int]:
        said = [(n, n * (c + 1)) for c, n in best[separator].items() if c]
        shared = max((weight for n, weight in said if n > 1), default=0)
        return shared, max((weight for _, weight in said), default=0)

    return max(SEPARATORS, key=agreed)
