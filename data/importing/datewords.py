"""One cell that holds a day or a moment, taken apart; what is open stays open."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from data.importing.cells import plain, shown
from data.importing.tables import Cell

YEARS = range(1900, 2101)
LAST_SERIAL = 109_600  # the year 2200
_CACHED = 100_000
_DAY = (
    r"(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*[日号])?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{8}(?=\d{4}$|\d{6}$|\D|$)"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ ,-]+\d{4}|[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4})"
)
_WHOLE = re.compile(_DAY + r"(?!\d{1,3}$)(.*)", re.DOTALL)
_FULL = (16, 19)  # characters
_WEEKDAY = re.compile(r"^\s*\(?(?:星期|周)[一二三四五六日天]\)?")
_HALF = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|[AaPp]\\.?[Mm]\\.?"
_CLOCK = re.compile(
    rf"[T\s]*(?P<before>{_HALF})?\s*"
    r"(?:(?P<hour>\d{1,2})\s*(?:[:时点]\s*(?:(?P<minute>\d{1,2})\s*(?:分|:(?=\d)|$|(?=[^\d分:]))\s*)?)"
    r"(?:(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?\s*秒?)?"
    r"|(?P<digits>\d{4}(?:\d{2})?))"
    rf"\s*(?P<after>{_HALF})?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|UTC|GMT)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(\D.*)?")
_NO_YEAR = re.compile(r"\d{1,2}[-/.月]\d{1,2}日?(\s.*)?")


class Written(NamedTuple):
    """A day and a time of day as written.

    ``pair``: both numbers and the year of 01/05/2023, where ``day`` is None because either
    may be the month.  ``offset``: the zone that the cell itself names.  ``serial``: whether
    it was a count of days.
    """

    day: date | None
    pair: tuple[int, int, int] | None = None
    clock: time | None = None
    offset: timezone | None = None
    serial: bool = False


def read_cell(cell: Cell, epoch: int) -> Written | datetime:
    """A cell that is not blank; ValueError says why it is no day.

    A local moment in full, which most are, comes back as it is.
    """
    if isinstance(cell, str):
        if len(cell) in _FULL and cell[4] in "-/" and (moment := _full(cell)):
            return moment
        text = plain(cell)
        return _serial(float(text), epoch) if _SERIAL.fullmatch(text) else read_written(text)
    if isinstance(cell, datetime):
        _checked(cell.year, cell.month, cell.day)
        return cell
    if isinstance(cell, date):
        return Written(_checked(cell.year, cell.month, cell.day))
    if isinstance(cell, bool) or cell is None:
        raise ValueError(f"“{shown(cell)}”不是日期，请检查该列的格式")
    return _number(cell, epoch)


def _number(cell: float, epoch: int) -> Written:
    whole = int(cell) if cell == int(cell) else 0
    if whole in YEARS:
        raise ValueError(f"“{whole}”只有年份，请写成 {whole}-01-05 这样的日期")
    if len(str(whole)) in (8, 12, 14):
        return read_written(str(whole))
    return _serial(cell, epoch)


def _serial(days: float, epoch: int) -> Written:
    """A workbook's count of days; the fraction is the time of day.

    In 1900 workbooks day 60 is the 29 February 1900 that never was.
    """
    if not 1 <= days < LAST_SERIAL or (epoch == 1900 and int(days) == 60):
        raise ValueError(f"“{days:g}”不是日期，请写成 2023-01-05 这样")
    first = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 30 if days >= 61 else 31)
    seconds = round((days - int(days)) * 86_400, 3)
    moment = datetime.combine(first, time(), UTC) + timedelta(int(days), seconds)
    clock = moment.time() if days != int(days) else None
    return Written(moment.date(), clock=clock, serial=True)


def read_written(text: str) -> Written:
    """A text that holds a day and perhaps a time; ValueError says why it does not."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise ValueError(_no_day(text))
    day, pair = _day(found[1])
    clock, offset, later = _clock(found[2])
    if later and day is not None:
        day += timedelta(1)
    elif later:
        raise ValueError(f"“{text[:30]}”的 24 点请写成次日 0 点")
    return Written(day, pair, clock, offset)


def _full(text: str) -> datetime | None:
    """2023-01-05 15:20 or 2023/01/05 15:20:11 the short way; anything odd the long one."""
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return moment if moment.tzinfo is None and moment.year in YEARS else None


def _no_day(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return f"“{text[:30]}”的年份只有两位，请写成四位，如 2023-01-05"
    if _NO_YEAR.fullmatch(text):
        return f"“{text[:30]}”没有年份，请补上，如 2023-01-05"
    return f"“{text[:30]}”不是日期，请写成 2023-01-05 或 2023-01-05 15:20 这样"


@lru_cache(_CACHED)
def _day(text: str) -> tuple[date | None, tuple[int, int, int] | None]:
    if text.isdigit():
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:])), None
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if len(numbers) == 2:
        word = re.search(r"[A-Za-z]+", text)
        return _checked(numbers[1], _month(word[0] if word else ""), numbers[0]), None
    if numbers[0] in YEARS or len(text) - len(text.lstrip("0123456789")) == 4:
        return _checked(numbers[0], numbers[1], numbers[2]), None
    first, second, year = numbers
    if first == second:
        return _checked(year, first, second), None
    for order in ("dmy", "mdy"):  # at least one reading must be a day
        if is_day((first, second, year), order):
            return None, (first, second, year)
    raise ValueError(f"“{text}”这一天不存在，请检查年、月、日")


def _month(word: str) -> int:
    short = word[:3].lower()
    if short not in _MONTHS:
        raise ValueError(f"“{word}”不是月份，请写成 2023-01-05 这样")
    return _MONTHS.index(short) + 1


def _checked(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year} 年 {month} 月 {day} 日不存在，请检查年、月、日") from error
    if year not in YEARS:
        raise ValueError(f"{year} 年不在 {YEARS[0]} 到 {YEARS[-1]} 年之间，请检查年份")
    return found


def is_day(pair: tuple[int, int, int], order: str) -> bool:
    """Whether 01/05/2023 is a day when read in this order."""
    try:
        day_of(pair, order)
    except ValueError:
        return False
    return True


def day_of(pair: tuple[int, int, int], order: str) -> date:
    """The day that 01/05/2023 is when read in this order."""
    first, second, year = pair
    return _checked(year, second, first) if order == "dmy" else _checked(year, first, second)


@lru_cache(_CACHED)
def _clock(text: str) -> tuple[time | None, timezone | None, bool]:
    """The time of day, the zone it names, and whether it is 24:00 of that day."""
    text = _WEEKDAY.sub("", text.strip())
    if not text.strip():
        return None, None, False
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text.strip()[:30]}”不是时刻，请写成 15:20 或 下午3:20 这样")
    if found["digits"]:
        parts = found["digits"].ljust(6, "0")
        hour, minute, second = int(parts[:2]), int(parts[2:4]), int(parts[4:])
    else:
        hour, minute, second = (int(found[k] or 0) for k in ("hour", "minute", "second"))
    hour = _full_hour(hour, found["before"] or found["after"], text)
    if (hour, minute, second) == (24, 0, 0):
        return time(), _zone(found["zone"]), True
    try:
        part = int((found["part"] or "0").ljust(6, "0")[:6])
        return time(hour, minute, second, part), _zone(found["zone"]), False
    except ValueError as error:
        raise ValueError(f"“{text.strip()[:30]}”这个时刻不存在，请检查时、分、秒") from error


def _full_hour(hour: int, half: str | None, text: str) -> int:
    """The hour of 24; 12 in the morning is 0, and 3 in the afternoon 15."""
    if half is None:
        return hour
    word = half.replace(".", "").lower()
    if word in ("pm", "下午", "傍晚"):
        return hour + 12 if 1 <= hour < 12 else hour
    if word == "中午":
        return hour + 12 if 1 <= hour <= 2 else hour
    if word == "晚上" and hour < 12:
        return hour + 12
    if word == "晚上":
        if hour == 12:
            raise ValueError(f"“{text.strip()[:30]}”分不清是哪天的 0 点，请写成 24 小时制")
        return hour
    if hour > 12:
        raise ValueError(f"“{text.strip()[:30]}”上午没有 {hour} 点，请检查")
    return 0 if hour == 12 else hour


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?", text)
    if found is None:
        return timezone.utc  # noqa: UP017
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
