"""Periods: which moments 本周, 本月, 本季 and 本年 mean in the local zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from data.errors import RuleError

MINUTE = timedelta(minutes=1)  # to which people enter times
PERIODS = {"week": "本周", "month": "本月", "quarter": "本季", "year": "本年", "custom": "自定义"}

Bounds = tuple[datetime, datetime]
Bucket = tuple[str, datetime, datetime]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST_POINTS = 31
_FEWEST_POINTS = 7


def local_date(at: datetime, tz: tzinfo) -> date:
    """The local day that the moment ``at`` falls on."""
    return at.astimezone(tz).date()


def midnight(day: date, tz: tzinfo) -> datetime:
    """The moment (UTC) at which ``day`` begins locally."""
    return datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)


def quarter_of(day: date) -> str:
    """The quarter's key, e.g. ``2026Q3``."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def period_bounds(
    key: str, now: datetime, tz: tzinfo, first: date | None = None, last: date | None = None
) -> Bounds:
    """Start and (exclusive) end in UTC of the period ``key`` of PERIODS around ``now``.

    ``first`` and ``last``, both inclusive, are needed for ``custom``.  Raises
    RuleError for an unknown key and for custom days that are missing or reversed.
    """
    today = local_date(now, tz)
    if key == "custom":
        start, end = _custom_days(first, last)
    elif key == "week":
        start = today - timedelta(days=today.weekday())
        end = start + timedelta(days=7)
    elif key in _MONTHS:
        start = _month_start(today, _MONTHS[key])
        end = _add_months(start, _MONTHS[key])
    else:
        names = "、".join(PERIODS.values())
        raise RuleError(f"统计时段 “{key}” 不存在，请从{names}中选", "统计时段")
    return midnight(start, tz), midnight(end, tz)


def _custom_days(first: date | None, last: date | None) -> tuple[date, date]:
    if first is None:
        raise RuleError("自定义时段缺少开始日期，请选择开始日期", "开始日期")
    if last is None:
        raise RuleError("自定义时段缺少结束日期，请选择结束日期", "结束日期")
    if last < first:
        raise RuleError("结束日期早于开始日期，请把结束日期改到开始日期当天或之后", "结束日期")
    return first, last + timedelta(days=1)


def previous_bounds(start: datetime, end: datetime, tz: tzinfo | None = None) -> Bounds:
    """The period just before [start, end), to compare with.

    With ``tz``, whole calendar months are compared with as many whole months;
    otherwise the period before is exactly as long.
    """
    months = _whole_months(start, end, tz) if tz else 0
    if tz and months:
        return midnight(_add_months(local_date(start, tz), -months), tz), start
    return start - (end - start), start


def _whole_months(start: datetime, end: datetime, tz: tzinfo) -> int:
    """How many calendar months [start, end) is made of; 0 when it is not whole ones."""
    first, after = local_date(start, tz), local_date(end, tz)
    whole = (first.day, after.day) == (1, 1) and midnight(after, tz) == end
    if not whole or midnight(first, tz) != start:
        return 0
    return (after.year - first.year) * 12 + after.month - first.month


def buckets(start: datetime, end: datetime, tz: tzinfo) -> list[Bucket]:
    """[start, end) cut into (label, start, end): days, weeks, months… for a trend line.

    The cut is the one that gives 7–31 points where one does; the last one ends
    at ``end``.  Weeks are counted from ``start`` so that only the last can be short.
    """
    first, last = local_date(start, tz), local_date(end - timedelta(microseconds=1), tz)
    days = (last - first).days + 1
    if days <= max(_MOST_POINTS, 7 * (_FEWEST_POINTS - 1)):
        return _cut(start, end, tz, [first + timedelta(days=i) for i in range(days)], _day_label)
    if days <= 7 * _MOST_POINTS:
        weeks = [first + timedelta(days=i) for i in range(0, days, 7)]
        return _cut(start, end, tz, weeks, _week_label)
    for months in (1, 3, 12):
        cuts = _month_cuts(first, last, months)
        if len(cuts) <= _MOST_POINTS:
            break
    return _cut(start, end, tz, cuts, _month_labels(cuts, months))


def _cut(
    start: datetime, end: datetime, tz: tzinfo, days: list[date], label: Callable[[date], str]
) -> list[Bucket]:
    """The buckets that begin on ``days``; the first begins at ``start`` itself."""
    begins = [start, *(midnight(day, tz) for day in days[1:])]
    ends = [*begins[1:], end]
    return [(label(d), b, e) for d, b, e in zip(days, begins, ends, strict=True)]


def _day_label(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _week_label(day: date) -> str:
    return f"{day.month}月{day.day}日起"


def _month_labels(cuts: list[date], months: int) -> Callable[[date], str]:
    if months == 12:
        return lambda day: f"{day.year}年"
    if months == 3:
        return quarter_of
    if cuts[0].year == cuts[-1].year:
        return lambda day: f"{day.month}月"
    return lambda day: f"{day.year}年{day.month}月"


def _month_cuts(first: date, last: date, months: int) -> list[date]:
    """``first`` and every later start of a month (quarter, year) up to ``last``."""
    cuts = [first]
    while (following := _add_months(_month_start(cuts[-1], months), months)) <= last:
        cuts.append(following)
    return cuts


def _month_start(day: date, months: int) -> date:
    """The first day of the month, quarter (3) or year (12) that ``day`` is in."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
