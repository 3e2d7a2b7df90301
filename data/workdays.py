"""Working days of an editable calendar, and the deadlines that are counted in them.

A day that the calendar does not hold follows Monday to Friday.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import chinese_calendar

from data.method.base import Span

_ONE_DAY = timedelta(days=1)


class WorkCalendar:
    """Working-day arithmetic over ``{day: is it a working day}`` in the zone ``tz``.

    Working days are kept as one sorted list of day numbers that grows by whole
    years on demand, so every question is a bisection.
    """

    def __init__(self, days: Mapping[date, bool], tz: tzinfo) -> None:
        self._days = {day: bool(is_workday) for day, is_workday in days.items()}
        self._tz = tz
        self._midnights: dict[int, datetime] = {}
        first, last = min(self._days, default=date(2000, 1, 1)), max(self._days, default=date.min)
        # one tuple, replaced as a whole: threads share a calendar without a lock
        self._covered = self._cover(first, max(first, last))

    @property
    def tz(self) -> tzinfo:
        """The zone that days are counted in."""
        return self._tz

    @property
    def known_until(self) -> date | None:
        """The last day the calendar holds; None when it holds none."""
        return max(self._days, default=None)

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day`` (make-up weekends count, public holidays do not)."""
        return self._days.get(day, day.weekday() < 5)

    def add(self, at: datetime, span: Span) -> datetime:
        """The deadline (UTC) a span after ``at``.

        N working days end with the N-th working day after the day of ``at``, at
        24:00 local time; minutes and hours run by the clock.
        """
        count = span.working_days
        if count is None:
            return (at + (span.clock or timedelta())).astimezone(UTC)
        today = at.astimezone(self._tz).toordinal()
        return self._midnight(self._nth_after(today, count) + 1)

    def before(self, at: datetime, span: Span) -> datetime:
        """The moment (UTC) a span before the deadline ``at``: where the yellow light begins.

        Working days are counted back at the same time of day, so what is left
        between the two is exactly that many working days.
        """
        count = span.working_days
        if count is None:
            return (at - (span.clock or timedelta())).astimezone(UTC)
        local = at.astimezone(self._tz)
        today, clock = local.toordinal(), local.time()
        if clock != time.min and self.is_workday(local.date()):
            day = date.fromordinal(self._nth_before(today, count))
            return datetime.combine(day, clock, self._tz).astimezone(UTC)
        # 00:00, or a day off: the same as 24:00 of the last working day before
        return self._midnight(self._nth_before(today, count + 1) + 1)

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and including ``last`` (negative if reversed)."""
        if last < first:
            return -self.working_days_between(last, first)
        low, high = first.toordinal(), last.toordinal()
        known = self._workdays(low, high)
        return bisect_right(known, high) - bisect_right(known, low)

    def _nth_after(self, day: int, count: int) -> int:
        horizon = day + 366
        while True:
            known = self._workdays(day, horizon)
            index = bisect_right(known, day) + count - 1
            if index < len(known):
                return known[index]
            horizon += 366

    def _nth_before(self, day: int, count: int) -> int:
        horizon = day - 366
        while True:
            known = self._workdays(horizon, day)
            index = bisect_left(known, day) - count
            if index >= 0:
                return known[index]
            horizon -= 366

    def _workdays(self, first: int, last: int) -> list[int]:
        """All working days known so far, which reach from ``first`` to ``last`` at least."""
        low, high, known = self._covered
        if first < low or last > high:
            self._covered = self._cover(
                date.fromordinal(min(first, low)), date.fromordinal(max(last, high))
            )
            known = self._covered[2]
        return known

    def _cover(self, first: date, last: date) -> tuple[int, int, list[int]]:
        low, high = date(first.year, 1, 1).toordinal(), date(last.year, 12, 31).toordinal()
        days = ((number, date.fromordinal(number)) for number in range(low, high + 1))
        return low, high, [number for number, day in days if self.is_workday(day)]

    def _midnight(self, number: int) -> datetime:
        """Local 00:00 of a day number, in UTC."""
        known = self._midnights.get(number)
        if known is None:
            day = date.fromordinal(number)
            known = datetime.combine(day, time.min, self._tz).astimezone(UTC)
            self._midnights[number] = known
        return known


def published_calendar(first_year: int, last_year: int) -> list[dict[str, Any]]:
    """The official calendar, one dict a day: ``day``, ``is_workday`` (1 or 0), ``name``.

    Years that nobody has published yet (or before 2004) are left out.
    """
    return [_calendar_row(day) for y in range(first_year, last_year + 1) for day in _year_days(y)]


def _year_days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:  # the year is not published
        return
    while day.year == year:
        yield day
        day += _ONE_DAY


def _calendar_row(day: date) -> dict[str, Any]:
    off, holiday = chinese_calendar.get_holiday_detail(day)
    name = _CHINESE_NAMES.get(holiday, "") if holiday else ""
    if name and not off:
        name += "调休上班"
    return {"day": day, "is_workday": int(not off), "name": name}


_CHINESE_NAMES = {h.value: h.chinese for h in chinese_calendar.Holiday}
