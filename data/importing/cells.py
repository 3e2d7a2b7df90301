"""Columns of cells to values: texts, codes, numbers, choices; a cell that fails says why."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from data.errors import RuleError
from data.importing.tables import Cell
from data.writes.validation import TURNING, clean_text

T = TypeVar("T")
Read = Callable[[Cell], T | None]  # of a cell that is not blank; ValueError says why not

EXACT = 10**15  # a workbook keeps fifteen digits of a number and no more
_SUSPECT = re.compile(rf"[\x00-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(TURNING))}]")
_WHOLE = re.compile(r"\d+")
_POINT_NOUGHT = re.compile(r"(\d+)\.0")
_POWER = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\.\d+")
_UNIT = re.compile(r"[+-]?[\d,.]+\s*([^\d\s,.]{1,6})")
_YES = frozenset(("是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "on"))
_NO = frozenset(
    ("否", "无", "没有", "不是", "×", "✗", "✘", "☐", "x", "n", "no", "false", "f", "0", "off")
)
_DIGITS = frozenset("0123456789.-")
_SHOWN = 8  # choices named in a refusal


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column read: a value for each cell, None where it is blank or has a problem.

    ``problems``: position in the column → why the cell was refused.  ``notes``: what was
    assumed.  ``question``: what a person must answer before the column can be read.
    """

    values: list[T | None]
    problems: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    question: str | None = None


def read_column(cells: Sequence[Cell], read: Read[T]) -> Column[T]:
    """Every cell through ``read``; a text that comes again is not read again."""
    known = {text: _try(read, text) for text in {c for c in cells if isinstance(c, str)}}
    if all(cell is None or isinstance(cell, str) for cell in cells) and not any(
        problem for _, problem in known.values()
    ):
        values = {text: value for text, (value, _) in known.items()}
        return Column([values.get(cell) for cell in cells])  # type: ignore[arg-type]
    found = [
        known[c] if isinstance(c, str) else (None, "") if c is None else _try(read, c)
        for c in cells
    ]
    problems = {at: problem for at, (_, problem) in enumerate(found) if problem}
    return Column([value for value, _ in found], problems)


def _try(read: Read[T], cell: Cell) -> tuple[T | None, str]:
    try:
        return read(cell), ""
    except RuleError as error:
        return None, error.message
    except ValueError as error:
        return None, str(error)
    except OverflowError:
        return None, "这个数太大，请检查"


def as_text(
    cells: Sequence[Cell], *, longest: int, width: int = 0, lines: bool = False
) -> Column[str]:
    """Texts of at most ``longest`` characters, on one line unless ``lines``.

    ``width``: whole numbers are filled with leading zeros up to it.
    """

    def read(cell: Cell) -> str | None:
        text = _filled(cell if isinstance(cell, str) else shown(cell), width)
        if len(text) > longest or _SUSPECT.search(text):
            return clean_text("内容", text, longest, lines=lines)
        return text or None

    return read_column(cells, read)


def as_code(cells: Sequence[Cell], *, longest: int = 60, width: int = 0) -> Column[str]:
    """Codes: leading zeros kept, 12.0 read as 12; refused where the file has lost digits."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    pointed = bool(texts) and all(map(_POINT_NOUGHT.fullmatch, texts))
    if not (pointed or width) and _harmless(cells, texts, longest):
        return Column([text or None for text in cells])  # type: ignore[misc]

    def read(cell: Cell) -> str | None:
        text = plain(cell if isinstance(cell, str) else _code(cell)).removeprefix("'")
        if pointed:  # whole numbers that a program wrote with a decimal point
            text = text.removesuffix(".0")
        if "+" in text and _POWER.fullmatch(text):
            raise ValueError(
                f"“{text}”是科学计数法，编号的末几位已丢失，请把该列设为文本后重新导出"
            )
        text = _filled(text, width)
        if len(text) > longest or _SUSPECT.search(text):
            return clean_text("编号", text, longest)
        return text or None

    return read_column(cells, read)


def _harmless(cells: Sequence[Cell], texts: list[str], longest: int) -> bool:
    """Whether all cells are short texts, or blank, without any sign that could need a look."""
    if len(texts) + cells.count(None) < len(cells) or max(map(len, texts), default=0) > longest:
        return False
    joined = "|".join(texts)
    return "'" not in joined and "+" not in joined and not _SUSPECT.search(joined)


def _code(cell: Cell) -> str:
    if isinstance(cell, (date, bool)):
        raise ValueError(f"“{shown(cell)}”已被表格软件改成了日期或是非，请把该列设为文本、重填编号")
    if isinstance(cell, float) and abs(cell) >= EXACT:
        raise ValueError(
            "编号超过 15 位而存成了数字，末几位已丢失，请把该列设为文本后重填或重新导出"
        )
    return shown(cell)


def _filled(text: str, width: int) -> str:
    return text.zfill(width) if width and _WHOLE.fullmatch(text) else text


def shown(cell: Cell) -> str:
    """A cell as a person reads it in the sheet."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def plain(text: str) -> str:
    """Full-width digits, letters and signs as ordinary ones; without blanks around."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def as_number(
    cells: Sequence[Cell], *, low: float, high: float, whole: bool = False
) -> Column[int | float]:
    """Numbers from ``low`` to ``high``; whole ones are ints."""

    def read(cell: Cell) -> int | float | None:
        number = _number(cell)
        if not low <= number <= high:
            raise ValueError(f"须为 {low:g} 到 {high:g}，现为 {shown(cell)}，请修改")
        if isinstance(number, float) and number.is_integer():
            return int(number)
        if whole and isinstance(number, float):
            raise ValueError(f"须为整数，现为 {shown(cell)}，请修改")
        return number

    quick = _plain_numbers(cells, low, high, whole=whole)
    return read_column(cells, read) if quick is None else Column(quick)


def _plain_numbers(
    cells: Sequence[Cell], low: float, high: float, *, whole: bool
) -> list[int | float | None] | None:
    """All cells at once, where each is blank or digits with a point and within bounds."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) + cells.count(None) < len(cells) or not _DIGITS.issuperset("".join(texts)):
        return None
    try:
        numbers = list(map(float, texts))
    except ValueError:
        return None
    odd = whole and not all(map(float.is_integer, numbers))
    if odd or not low <= min(numbers, default=low) <= max(numbers, default=low) <= high:
        return None
    found = (int(n) if n.is_integer() else n for n in numbers)
    return [None if cell is None else next(found) for cell in cells]


def _number(cell: Cell) -> int | float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    if not isinstance(cell, str):
        raise ValueError(f"“{shown(cell)}”不是数字，请检查该列的格式")
    text = plain(cell).replace("\u2212", "-")
    if not _NUMBER.fullmatch(text):
        raise ValueError(_no_number(cell, text))
    return float(text.replace(",", ""))


def _no_number(cell: str, text: str) -> str:
    """Why a text is no number."""
    unit = _UNIT.fullmatch(text)
    if unit and "%" in unit[1]:
        return f"“{cell}”带百分号，请去掉百分号、只写数字"
    if unit:
        return f"“{cell}”带单位“{unit[1]}”，请换算后只写数字"
    return f"“{cell[:20]}”不是数字，请只写数字"


def as_choice(cells: Sequence[Cell], choices: dict[str, str]) -> Column[str]:
    """Keys of ``choices`` (key → label), given by label or by key."""
    labels = Counter(_folded(label) for label in choices.values())
    keys = {_folded(label): key for key, label in choices.items()}
    keys |= {_folded(key): key for key in choices if _folded(key) not in keys}

    def read(cell: Cell) -> str | None:
        text = _folded(shown(cell))
        if labels[text] > 1:
            raise ValueError(f"“{shown(cell)}”不止一个，请改写成它的代号")
        if text not in keys:
            raise ValueError(f"“{shown(cell)[:20]}”不在可选的范围里，可填：{_listed(choices)}")
        return keys[text]

    return read_column(cells, read)


def _folded(text: str) -> str:
    return "".join(plain(text).casefold().split())


def _listed(choices: dict[str, str]) -> str:
    more = f" 等 {len(choices)} 种" if len(choices) > _SHOWN else ""
    return "、".join(list(choices.values())[:_SHOWN]) + more


def as_yes(cells: Sequence[Cell]) -> Column[bool]:
    """是 or 否, in any of the usual ways of writing them."""

    def read(cell: Cell) -> bool | None:
        text = _folded(shown(cell))
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise ValueError(f"“{shown(cell)[:20]}”看不出是或否，请填“是”或“否”")

    return read_column(cells, read)
