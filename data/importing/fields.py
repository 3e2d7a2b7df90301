"""Ready-made fields: texts, codes, numbers, days, choices, and the unit that a row belongs to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from data.importing.cells import Column, as_code, as_number, as_text, as_yes, read_column
from data.importing.kind import Field, Reading
from data.importing.moments import as_day, as_moment
from data.importing.tables import Cell
from data.writes.validation import NAME_LENGTH

CODE_LENGTH = 40
UNKNOWN = "不认识 “{}”，可填 {}，或在列的对应里指明它是哪一个"
Synonyms = tuple[str, ...]


def text_field(
    key: str, label: str, synonyms: Synonyms = (), longest: int = NAME_LENGTH, **others: Any
) -> Field:
    """A text of at most ``longest`` characters; ``lines=True`` lets it have several lines."""
    lines = bool(others.pop("lines", False))

    def read(cells: list[Cell], _reading: Reading) -> Column[str]:
        return as_text(cells, longest=longest, lines=lines)

    rules = f"最多 {longest} 个字" + ("" if lines else "，一行")
    return Field(key, label, synonyms, read, **{"rules": rules} | others)


def code_field(key: str, label: str, synonyms: Synonyms = (), **others: Any) -> Field:
    """A code: leading zeros are kept."""

    def read(cells: list[Cell], _reading: Reading) -> Column[str]:
        return as_code(cells, longest=CODE_LENGTH)

    rules = "编码，按文字保存，前面的 0 不能少"
    return Field(key, label, synonyms, read, **{"rules": rules} | others)


def number_field(
    key: str,
    label: str,
    synonyms: Synonyms = (),
    *,
    low: float,
    high: float,
    whole: bool = False,
    **others: Any,
) -> Field:
    """A number from ``low`` to ``high``."""

    def read(cells: list[Cell], _reading: Reading) -> Column[int | float]:
        return as_number(cells, low=low, high=high, whole=whole)

    rules = f"{'整数' if whole else '数字'}，{low:g} 到 {high:g}"
    return Field(key, label, synonyms, read, **{"rules": rules} | others)


def day_field(
    key: str,
    label: str,
    synonyms: Synonyms = (),
    *,
    first: date,
    ahead: int = 0,
    **others: Any,
) -> Field:
    """A local day from ``first`` to ``ahead`` days after today."""

    def read(cells: list[Cell], reading: Reading) -> Column[date]:
        order = reading.mapping.order
        column = as_day(cells, order=order, epoch=reading.epoch, zone=reading.zone)
        return _within(column, first, reading.today + timedelta(days=ahead))

    rules = f"日期，如 2026-01-05，不早于 {first}"
    return Field(key, label, synonyms, read, **{"rules": rules} | others)


def _within(column: Column[date], first: date, last: date) -> Column[date]:
    values, problems = list(column.values), dict(column.problems)
    for position, day in enumerate(values):
        if day is not None and not first <= day <= last:
            problems[position] = f"{day} 不在 {first} 到 {last} 之间，请检查年份"
            values[position] = None
    return Column(values, problems, column.notes, column.question)


def moment_field(key: str, label: str, synonyms: Synonyms = (), **others: Any) -> Field:
    """A moment, local to the mapping's zone where the cell names none."""

    def read(cells: list[Cell], reading: Reading) -> Column[Any]:
        order = reading.mapping.order
        return as_moment(cells, zone=reading.zone, order=order, epoch=reading.epoch)

    rules = "日期和时间，如 2026-01-05 15:20"
    return Field(key, label, synonyms, read, **{"rules": rules} | others)


def yes_field(key: str, label: str, synonyms: Synonyms = (), **others: Any) -> Field:
    """是 or 否."""

    def read(cells: list[Cell], _reading: Reading) -> Column[bool]:
        return as_yes(cells)

    return Field(key, label, synonyms, read, **{"rules": "填“是”或“否”"} | others)


def choice_field(
    key: str,
    label: str,
    synonyms: Synonyms,
    choices: Callable[[Reading], dict[str, str]],
    also: dict[str, str] | None = None,
    **others: Any,
) -> Field:
    """One of ``choices`` (word → key of ours); the mapping's own words go first.

    ``also``: further words that are taken without being offered.
    """

    def read(cells: list[Cell], reading: Reading) -> Column[str]:
        known = choices(reading)
        words = {folded(word): ours for word, ours in (also or {}).items()}
        words |= {folded(ours): ours for ours in known.values()}
        words |= {folded(word): ours for word, ours in known.items()}
        own = reading.mapping.choices.get(key, {})
        words |= {folded(word): ours for word, ours in own.items() if ours in known.values()}
        return _chosen(cells, words, "、".join(known))

    return Field(key, label, synonyms, read, **{"choices": choices} | others)


def _chosen(cells: list[Cell], words: dict[str, str], able: str) -> Column[str]:
    def read(cell: Cell) -> str | None:
        word = folded(cell)
        if word and word not in words:
            raise ValueError(UNKNOWN.format(str(cell)[:30], able or "（工作法里没有）"))
        return words.get(word)

    return read_column(cells, read)


def folded(cell: object) -> str:
    """A word as it is compared: width, case and blanks do not matter, nor 5 or 5.0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "".join(unicodedata.normalize("NFKC", str(cell)).casefold().split())


UNIT_CODE = code_field(
    "unit_code",
    "单位编码",
    ("网格编码", "网格编号", "单位编号", "所属单位编码", "所属网格编码", "社区编码", "unit code",
     "grid code", "grid id", "unit"),
    rules="单位的编码；没有这一列时看单位名称",
)  # fmt: skip
UNIT_NAME = text_field(
    "unit_name",
    "单位名称",
    ("单位", "网格", "网格名称", "所属网格", "所属单位", "所属社区", "社区", "所在网格", "所在单位",
     "小区", "unit name", "grid name", "grid", "community"),
    longest=200,
    rules="没有编码时才看；同名的单位须写编码，或写成“社区/网格”",
)  # fmt: skip
UNIT_FIELDS = (UNIT_CODE, UNIT_NAME)
