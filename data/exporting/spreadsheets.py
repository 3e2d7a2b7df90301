"""Frames as XLSX workbooks: typed cells, a header that stays, and a sheet that explains."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter

from data.exporting.neutral import is_risky
from data.settings import zone

NOTES = "口径"
NOTE_HEADER = ("表", "项目", "说明")
YES, NO = "是", "否"
LONGEST_CELL = 32_767  # characters
LONGEST_TABLE = 1_048_575  # rows below the header
LONGEST_NAME = 31
TOO_LONG = "有 {0} 格文字超过 Excel 一格的 32767 个字，没有写入；请改用 CSV 或 GeoJSON 导出"
NARROW, WIDE, SAMPLE = 8, 60, 200  # widths in characters, and rows looked at for them
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# texts are texts: no formula, no number and no link is made of one
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}

Notes = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its rows, and what is said of it as (item, text)."""

    name: str
    frame: pd.DataFrame
    notes: Notes = ()


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a sheet for each table and a last one, 口径, with what is said of them.

    Cells keep their types: days and local times are dates, numbers are numbers, codes stay
    texts with their zeros.  A text that looks like a formula is marked as a text, unchanged.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        looks = _Looks(book)
        taken = {NOTES.casefold()}
        told: list[tuple[str, str, str]] = []
        for sheet in sheets:
            left_out = 0
            for part in _parts(sheet.frame):
                name = _sheet_name(sheet.name, taken)
                left_out += _write(book.add_worksheet(name), part, looks)
            notes = [*sheet.notes, *([("注意", TOO_LONG.format(left_out))] if left_out else [])]
            told += [(sheet.name, item, text) for item, text in notes]
        _write(book.add_worksheet(NOTES), pd.DataFrame(told, columns=list(NOTE_HEADER)), looks)
    return content.getvalue()


class _Looks:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        head = {"bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True}
        self.head = book.add_format({**head, "valign": "vcenter", "quote_prefix": True})
        self.text = book.add_format({"num_format": "@"})
        self.marked = book.add_format({"num_format": "@", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


def _write(sheet: Any, frame: pd.DataFrame, looks: _Looks) -> int:
    """Write a table; how many texts were too long for a cell."""
    sheet.freeze_panes(1, 0)
    columns = [[typed(value) for value in frame.iloc[:, n]] for n in range(frame.shape[1])]
    for n, (name, values) in enumerate(zip(frame.columns, columns, strict=True)):
        sheet.set_column(n, n, _width([str(name), *values[:SAMPLE]]))
        sheet.write_string(0, n, str(name), looks.head)
    left_out = 0
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        for n, value in enumerate(row):
            left_out += not _write_cell(sheet, number, n, value, looks)
    if len(frame) and frame.shape[1]:
        sheet.autofilter(0, 0, len(frame), frame.shape[1] - 1)
    return left_out


def _write_cell(sheet: Any, row: int, column: int, value: Any, looks: _Looks) -> bool:
    """Write one typed value; False for a text that no cell takes."""
    if value is None:
        return True
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, looks.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks.day)
    elif isinstance(value, str):
        if len(value) > LONGEST_CELL:
            return False
        sheet.write_string(row, column, value, looks.marked if is_risky(value) else looks.text)
    else:
        sheet.write_number(row, column, value)
    return True


def typed(value: Any) -> str | int | float | date | datetime | None:
    """A value as a cell holds it: None for nothing, moments local and to the second."""
    if value is None or isinstance(value, str):
        return value
    if value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return value
    if hasattr(value, "item"):
        value = value.item()  # numpy's own numbers
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int) else str(value)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone()).replace(tzinfo=None)
    if isinstance(moment, pd.Timestamp):
        moment = moment.to_pydatetime(warn=False)
    return moment.replace(microsecond=0)


def _width(values: list[Any]) -> float:
    """Wide enough for the widest of some values; a Chinese character counts as two."""
    widest = max(_columns(str(value)) for value in values if value is not None)
    return min(max(widest + 2, NARROW), WIDE)


def _columns(text: str) -> int:
    first = text.split("\n", 1)[0][:WIDE]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in first)


def _parts(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """The frame in pieces that a sheet can hold; one empty piece for an empty frame."""
    starts = range(0, max(len(frame), 1), LONGEST_TABLE)
    return [frame.iloc[start : start + LONGEST_TABLE] for start in starts]


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows and that no other sheet of the workbook has."""
    bare = _FORBIDDEN.sub(" ", name).strip().strip("'") or "表"
    found, number = bare[:LONGEST_NAME], 2
    while found.casefold() in taken or found.casefold() == "history":  # Excel keeps that one
        ending = f" ({number})"
        found, number = bare[: LONGEST_NAME - len(ending)] + ending, number + 1
    taken.add(found.casefold())
    return found
