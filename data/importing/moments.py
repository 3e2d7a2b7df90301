"""Columns of days and moments, however the file writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import TypeVar

import numpy as np

from data.importing.cells import Column, read_column
from data.importing.datewords import YEARS, Written, day_of, is_day, read_cell
from data.importing.instants import datetimes, read_plain, to_utc
from data.importing.tables import Cell

ORDERS = {"dmy": "日/月/年", "mdy": "月/日/年"}
T = TypeVar("T")
Pair = tuple[int, int, int]


def as_day(
    cells: Sequence[Cell],
    *,
    order: str | None = None,
    epoch: int = 1900,
    zone: tzinfo | None = None,
) -> Column[date]:
    """Local days; ``zone`` is needed only for cells that name a zone themselves.

    ``order`` ("dmy" or "mdy") answers the ``question`` that 01/05/2023 raises.
    """

    def finish(written: Written, day: date) -> date:
        if written.offset is None:
            return day
        if zone is None:
            raise ValueError("日期带着时区，请改写成当地的日期")
        moment = datetime.combine(day, written.clock or time(), written.offset)
        return moment.astimezone(zone).date()

    return _column(cells, order, epoch, datetime.date, finish)


def as_moment(
    cells: Sequence[Cell], *, zone: tzinfo, order: str | None = None, epoch: int = 1900
) -> Column[datetime]:
    """Moments in UTC; what names no zone is local to ``zone``.

    A day without a time is its midnight, and ``notes`` say how many were.
    """
    quick = _plain_moments(cells, zone)
    if quick is not None:
        return Column(quick)
    midnight = time()
    bare = 0

    def localised(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone).astimezone(UTC)

    def finish(written: Written, day: date) -> datetime:
        nonlocal bare
        bare += written.clock is None
        clock = written.clock or midnight
        return datetime.combine(day, clock, written.offset or zone).astimezone(UTC)

    column = _column(cells, order, epoch, localised, finish)
    if bare:
        column.notes.append(f"有 {bare} 格只有日期、没有时刻，按当天 0 点读取")
    return column


def _plain_moments(cells: Sequence[Cell], zone: tzinfo) -> list[datetime | None] | None:
    """All cells at once, where each is blank or a moment written in full; else None."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) + cells.count(None) < len(cells) or not texts:
        return None
    local = read_plain(texts)
    if local is None or not set(np.unique(local.astype("datetime64[Y]")).tolist()) <= _YEARS:
        return None
    at = to_utc(local, zone)
    if at is None:
        return None
    found = iter(datetimes(at))
    return [None if cell is None else next(found) for cell in cells]


_YEARS = {date(year, 1, 1) for year in YEARS}


def _column(
    cells: Sequence[Cell],
    order: str | None,
    epoch: int,
    of_moment: Callable[[datetime], T],
    finish: Callable[[Written, date], T],
) -> Column[T]:
    """Cells to values: moments in full by ``of_moment``, all others by ``finish``."""
    read: Column[Written | datetime] = read_column(cells, lambda cell: read_cell(cell, epoch))
    apart = [w for w in read.values if isinstance(w, Written)]
    pairs = {w.pair for w in apart if w.pair}
    used, question, notes = (order, None, []) if order else _order(pairs)
    days, problems = _days(pairs, used, order), dict(read.problems)
    values: list[T | None] = []
    for at, written in enumerate(read.values):
        if isinstance(written, datetime):
            values.append(of_moment(written))
        elif written is None:
            values.append(None)
        else:
            value, why = _finished(finish, written, days)
            values.append(value)
            problems |= {at: why} if why else {}
    if serials := sum(w.serial for w in apart):
        notes.append(f"有 {serials} 格是 Excel 的日期序号，已换成日期")
    return Column(values, problems, notes, question)


def _finished(
    finish: Callable[[Written, date], T], written: Written, days: dict[Pair, date | str]
) -> tuple[T | None, str]:
    """The value, or why there is none."""
    day = days[written.pair] if written.pair else written.day
    if not isinstance(day, date):
        return None, str(day)
    try:
        return finish(written, day), ""
    except ValueError as error:
        return None, str(error)


def _order(pairs: set[Pair]) -> tuple[str | None, str | None, list[str]]:
    """The order that all of a column's pairs allow, or the question; and what was assumed.

    Where only one order fits every pair it is taken.  Where both do, a person is asked.
    Where neither does, only the pairs that can be read one way are read.
    """
    if not pairs:
        return None, None, []
    fits = [order for order in ORDERS if all(is_day(pair, order) for pair in pairs)]
    shown = _shown(min(pairs))
    if len(fits) == 2:
        asked = f"“{shown}”这样的日期，前面是日还是月？请选“日/月/年”或“月/日/年”"
        return None, asked, []
    if len(fits) == 1:
        proof = _shown(next(p for p in sorted(pairs) if not all(is_day(p, o) for o in ORDERS)))
        return fits[0], None, [f"日期按“{ORDERS[fits[0]]}”读取：“{proof}”只能这样读"]
    return None, None, ["同一列里“日/月/年”和“月/日/年”两种写法都有"]


def _days(pairs: set[Pair], used: str | None, chosen: str | None) -> dict[Pair, date | str]:
    """Pair → day, or why it is none."""
    days: dict[Pair, date | str] = {}
    for pair in pairs:
        fits = [order for order in ORDERS if is_day(pair, order)]
        if used in fits or (used is None and len(fits) == 1):
            days[pair] = day_of(pair, used or fits[0])
        elif chosen:
            days[pair] = f"“{_shown(pair)}”按“{ORDERS[chosen]}”读不通，请改成四位年份在前的写法"
        else:
            days[pair] = (
                f"“{_shown(pair)}”分不清哪个是日、哪个是月，请先选定写法，或改成四位年份在前的写法"
            )
    return days


def _shown(pair: Pair) -> str:
    return f"{pair[0]:02}/{pair[1]:02}/{pair[2]}"
