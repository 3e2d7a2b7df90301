"""Moments: never after now, slower on days off, and office time that runs both ways."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from data.sample.moments import (
    BUSY_HOURS,
    OFFICE_HOURS,
    Clock,
    OfficeClock,
    day_weights,
    draw_minutes,
)

HOLIDAY, WORKDAY = date(2026, 10, 1), date(2026, 11, 18)


def _draw(clock: Clock, count: int = 20_000) -> np.ndarray:
    weights = day_weights(clock, 0.25, lambda month: 3.0 if month == 7 else 1.0)
    return draw_minutes(np.random.default_rng(1), clock, count, weights, OFFICE_HOURS)


def test_nothing_is_drawn_before_the_first_day_or_after_now(clock: Clock) -> None:
    times = clock.times(_draw(clock))

    assert times == sorted(times)
    assert clock.midnight(clock.first_day) <= times[0]
    assert times[-1] <= clock.now


def test_today_is_drawn_too_but_only_as_far_as_now(clock: Clock) -> None:
    midnight = clock.midnight(clock.today)

    today = [at for at in clock.times(_draw(clock)) if at >= midnight]

    assert today
    assert max(today) <= clock.now


def test_days_off_and_seasons_weigh_as_asked(clock: Clock) -> None:
    days = [clock.local_day(at) for at in clock.times(_draw(clock))]
    off = sum(not clock.calendar.is_workday(day) for day in days)
    july = [day for day in days if (day.year, day.month) == (2026, 7)]
    june = [day for day in days if (day.year, day.month) == (2026, 6)]

    assert 0.05 < off / len(days) < 0.2  # a third of the days at a quarter of the pace
    assert len(july) > 2 * len(june)


def test_hours_follow_the_profile(clock: Clock) -> None:
    weights = day_weights(clock, 1.0, lambda _month: 1.0)
    minutes = draw_minutes(np.random.default_rng(2), clock, 20_000, weights, BUSY_HOURS)
    night = np.mean(minutes % 1440 < 5 * 60)

    assert 0 < night < 0.03


def test_office_time_and_real_time_turn_into_each_other(clock: Clock) -> None:
    office = OfficeClock(clock)
    real = np.linspace(0, clock.days * 1440, 5_000)

    assert office.real(office.done(real)) == pytest.approx(real, abs=1e-6)


def test_a_working_day_does_more_than_a_holiday(clock: Clock) -> None:
    office = OfficeClock(clock)

    def done_on(day: date) -> float:
        start = clock.minute_of(clock.midnight(day))
        first, last = office.done(np.array([start, start + 1440]))
        return float(last - first)

    assert done_on(WORKDAY) > 3 * done_on(HOLIDAY) > 0


def test_an_office_moment_is_in_office_hours_and_never_after_now(clock: Clock) -> None:
    at = clock.office_moment(WORKDAY, 1.7, 0.5).astimezone(clock.tz)

    assert at.date() == WORKDAY + timedelta(days=1)
    assert 8 <= at.hour <= 18
    assert clock.office_moment(clock.today, 3, 0.5) == clock.now
