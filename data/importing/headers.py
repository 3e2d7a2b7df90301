"""Which row of a region names its columns, and what the names are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from data.importing.grids import EDGES
from data.importing.tables import Cell

LOOK = 15  # rows in which a header is looked for
LONGEST_NAME = 60
_VALUE = re.compile(
    r"(?=.*\d)(?:[\d\s\-+*/.:：,，%￥¥年月日号时分秒点TZ()]|[上下]午|[AaPp][Mm]|周.|星期.)+"
)
_PERIOD = re.compile(r"\d{4}年(\d{1,2}月)?|\d{1,2}月|第?[一二三四1-4]季度")
_UNSEEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f{EDGES}]+")


def is_value(cell: Cell) -> bool:
    """Whether a cell reads as a number, day or code, which names no column."""
    if not isinstance(cell, str):
        return cell is not None
    return bool(_VALUE.fullmatch(cell)) and not _PERIOD.fullmatch(cell)


def is_header(row: Sequence[Cell], columns: int) -> bool:
    """Whether a row of a region that is ``columns`` wide may name its columns."""
    filled = [cell for cell in row if cell is not None]
    values = sum(map(is_value, filled))
    if columns == 1:
        return bool(filled) and not values
    names = len({str(cell) for cell in filled})
    return names >= 2 and names * 2 >= columns and values * 10 <= len(filled) * 3


def is_title(row: Sequence[Cell]) -> bool:
    """Whether a row says one thing only, however many cells it was merged over."""
    return len({str(cell) for cell in row if cell is not None}) <= 1


def header_at(rows: Sequence[Sequence[Cell]], columns: int) -> int | None:
    """The position of the header, or None.  Above it stand only titles."""
    for at, row in enumerate(rows[:LOOK]):
        if columns > 1 and is_title(row):
            continue
        if is_header(row, columns) and not _is_preamble(row, rows[at + 1 : at + 2]):
            return at
    return None


def _is_preamble(row: Sequence[Cell], following: Sequence[Sequence[Cell]]) -> bool:
    """A line such as “填报单位：甲街道　填报日期：…” above a header that fills more columns."""
    told = sum(isinstance(cell, str) and bool(re.search(r"[:：]", cell)) for cell in row)
    filled = sum(cell is not None for cell in row)
    below = sum(cell is not None for cell in following[0]) if following else 0
    return told * 2 >= filled and below > filled


def names_of(levels: Sequence[Sequence[Cell]], first_column: int) -> list[str]:
    """A unique name for each column out of one header row or several.

    Of several rows the lowest name is taken, with those above it where it is not unique.
    A column without a name is named by its number (from 1) in the sheet.
    """
    paths = [_path(cells) for cells in zip(*levels, strict=True)]
    lowest = Counter(path[-1] for path in paths if path)
    names = [
        (path[-1] if lowest[path[-1]] == 1 else "·".join(path))
        if path
        else f"第 {first_column + n + 1} 列"
        for n, path in enumerate(paths)
    ]
    return _unique([name[:LONGEST_NAME] for name in names])


def _path(cells: Sequence[Cell]) -> list[str]:
    """The names of a column from the top down, each once."""
    shown = [_name(cell) for cell in cells if cell is not None]
    return [name for n, name in enumerate(shown) if name and name not in shown[:n]]


def _name(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    text = re.sub(r"\s*\n\s*", "", text)
    return " ".join(_UNSEEN.sub("", text).split())


def _unique(names: list[str]) -> list[str]:
    """Names made unique: the second of a name gets （2）, and so on."""
    taken: set[str] = set()
    for n, name in enumerate(names):
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}（{count}）"
        taken.add(unique)
        names[n] = unique
    return names
