"""When things happen: days with weekday and season effects, hours, and office time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

import numpy as np
from numpy.random import Generator

from data.sample.geometry import Array
from data.workdays import WorkCalendar

OPEN, CLOSE = 8.5 * 60, 18.0 * 60  # office minutes of a day
NIGHTLY = 1 / 600  # office minutes that pass in a minute outside office hours
DAY_OFF = 0.25  # pace of office hours on a day off: somebody is on duty

# relative number of reports in each hour of the day
BUSY_HOURS = (1, 1, 1, 1, 1, 3, 8, 20, 42, 58, 55, 38, 22, 28, 46, 52, 48, 40, 34, 36, 30, 16, 7, 3)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 30, 60, 60, 40, 8, 20, 55, 60, 50, 25, 8, 6, 4, 1, 0, 0)
SERVICE_HOURS = (0, 0, 0, 0, 0, 0, 4, 14, 48, 56, 40, 12, 6, 18, 46, 48, 30, 14, 16, 14, 4, 0, 0, 0)


@dataclass(frozen=True)
class Clock:
    """The window of history, ``start`` to ``now`` (UTC, whole seconds), and its calendar."""

    now: datetime
    days: int
    calendar: WorkCalendar
    tz: tzinfo

    @cached_property
    def today(self) -> date:
        """The local day of ``now``."""
        return self.now.astimezone(self.tz).date()

    @cached_property
    def first_day(self) -> date:
        """The first local day of the history."""
        return self.today - timedelta(days=self.days)

    @cached_property
    def _start(self) -> int:
        return int(self.midnight(self.first_day).timestamp())

    def midnight(self, day: date) -> datetime:
        """Local 00:00 of a day, in UTC."""
        return datetime.combine(day, time.min, self.tz).astimezone(UTC)

    def minute_of(self, at: datetime) -> float:
        """Minutes between the start of the history and ``at``."""
        return (at.timestamp() - self._start) / 60

    def times(self, minutes: Array, *, until_now: bool = True) -> list[datetime]:
        """Moments (UTC, whole seconds) for minutes since the start, none after now if asked."""
        seconds = (minutes * 60).astype(np.int64) + self._start
        if until_now:
            seconds = np.minimum(seconds, int(self.now.timestamp()))
        return [datetime.fromtimestamp(s, UTC) for s in seconds.tolist()]

    def office_moment(self, day: date, lag: float, draw: float) -> datetime:
        """A moment in office hours ``lag`` whole days after ``day``, not after now."""
        days = day.toordinal() - self.first_day.toordinal() + int(lag)
        seconds = self._start + days * 86_400 + int((8.5 + 9.5 * draw) * 3600)
        return min(datetime.fromtimestamp(seconds, UTC), self.now)

    def local_day(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(self.tz).date()

    def day_list(self) -> list[date]:
        """Every local day of the history, today last."""
        return [self.first_day + timedelta(days=n) for n in range(self.days + 1)]


def day_weights(clock: Clock, day_off: float, season: Callable[[int], float]) -> Array:
    """How likely each day is: days off at ``day_off``, ``season`` by month, today in part."""
    days = clock.day_list()
    works = np.array([1.0 if clock.calendar.is_workday(d) else day_off for d in days])
    months = np.array([season(d.month) for d in days])
    growth = np.linspace(0.9, 1.1, len(days))
    return works * months * growth


def draw_minutes(
    rng: Generator, clock: Clock, count: int, weights: Array, hours: tuple[int, ...]
) -> Array:
    """``count`` sorted moments, as minutes since the start of the history, none after now."""
    last = clock.minute_of(clock.now)
    by_hour = np.asarray(hours, float)
    grid = (weights[:, None] * by_hour / by_hour.sum()).ravel()
    edges = np.arange(len(grid)) * 60.0
    grid = grid * np.clip((last - edges) / 60, 0, 1)
    cell = rng.choice(len(grid), size=count, p=grid / grid.sum())
    within = rng.random(count) * np.minimum(60, last - edges[cell])
    return np.sort(edges[cell] + within)


class OfficeClock:
    """Maps real minutes to minutes of work done and back, by working days and hours."""

    def __init__(self, clock: Clock, ahead_days: int = 120) -> None:
        real, done = [0.0], [0.0]
        for number in range(clock.days + 1 + ahead_days):
            day = clock.first_day + timedelta(days=number)
            pace = 1.0 if clock.calendar.is_workday(day) else DAY_OFF
            before, worked = OPEN * NIGHTLY, (CLOSE - OPEN) * pace
            after = (1440 - CLOSE) * NIGHTLY
            base = number * 1440.0
            real += [base + OPEN, base + CLOSE, base + 1440]
            done += [done[-1] + before, done[-1] + before + worked]
            done.append(done[-1] + after)
        self._real, self._done = np.array(real), np.array(done)

    def done(self, real: Array) -> Array:
        """Office minutes worked by each real minute."""
        return np.interp(real, self._real, self._done)

    def real(self, done: Array) -> Array:
        """The real minute at which so many office minutes are worked."""
        return np.interp(done, self._done, self._real)
