"""A sheet as it stands, before any table has been found in it; and cells made clean."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data.importing.limits import MOST_CELLS, refuse
from data.importing.tables import Cell

Merged = tuple[tuple[int, int], tuple[int, int]]
EDGES = "\ufeff\u200b\u200c\u200d\u2060"  # take no room, and come along when text is copied
_TOUCHED = re.compile(rf"[\r{EDGES}]")


@dataclass
class Grid:
    """Rows of equal length, with their numbers in the file.

    ``merged``: (row, column) of the first and the last cell of each range, from 0 in
    ``rows``.  ``broken``: position of a row → why it cannot be taken as it stands.
    """

    name: str
    rows: list[list[Cell]]
    numbers: list[int]
    merged: list[Merged] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    epoch: int = 1900


def clean_rows(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Texts stripped and in one Unicode form; a blank text, NaN or infinity is no value."""
    return [[_clean(cell) for cell in row] for row in rows]


def row_cleaner(text: str) -> Callable[[list[str]], list[Cell]]:
    """The same for one row of texts; ``text`` is all of them, and mostly needs little."""
    if _TOUCHED.search(text) or not unicodedata.is_normalized("NFC", text):
        return lambda row: [_clean_text(cell) for cell in row]
    return _stripped


def _stripped(row: list[str]) -> list[Cell]:
    cells: list[Cell] = list(map(str.strip, row))
    return [cell or None for cell in cells] if "" in cells else cells


def _clean(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return _clean_text(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    if isinstance(cell, datetime):
        return _whole_second(cell)
    return cell


def _clean_text(cell: str) -> str | None:
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", cell.strip().strip(EDGES).strip()) or None


def _whole_second(moment: datetime) -> datetime:
    """A fraction of a day is never exact: a millisecond beside a second is that second."""
    nearest = moment + timedelta(microseconds=500_000)
    nearest = nearest.replace(microsecond=0)
    return nearest if abs(moment - nearest) <= timedelta(milliseconds=1) else moment


def fill_merged(grid: Grid) -> int:
    """Write each merged range's value into all its cells; how many ranges held one."""
    height, width = len(grid.rows), max(map(len, grid.rows), default=0)
    area = filled = 0
    for (top, left), (bottom, right) in grid.merged:
        bottom, right = min(bottom, height - 1), min(right, width - 1)
        if top > bottom or left > right or grid.rows[top][left] is None:
            continue
        area += (bottom - top + 1) * (right - left + 1)
        if area > MOST_CELLS:
            raise refuse(f"“{grid.name}”里合并的单元格过多，请取消合并后再导入")
        _fill(grid.rows, (top, left), (bottom, right))
        filled += 1
    return filled


def _fill(rows: list[list[Cell]], first: tuple[int, int], last: tuple[int, int]) -> None:
    value = rows[first[0]][first[1]]
    for row in rows[first[0] : last[0] + 1]:
        row[first[1] : last[1] + 1] = [value] * (last[1] - first[1] + 1)
