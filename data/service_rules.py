"""Hours that cannot be: more than a day has, or two places at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from data.errors import RuleError
from data.periods import local_date, midnight

FIELD = "开始时间"
DAY_MINUTES = 1440


@dataclass(frozen=True)
class Service:
    """One service of one person: what, from when, for how long."""

    activity: str
    started_at: datetime
    minutes: int

    @property
    def ended_at(self) -> datetime:
        """The moment it was over."""
        return self.started_at + timedelta(minutes=self.minutes)


def check_free(code: str, new: Service, held: Iterable[Service], tz: tzinfo) -> None:
    """Refuse a service of a day that is full, or at a time when the person served already.

    ``held`` are the person's other services that stand: waiting or counted, not taken
    back.  Services that only touch do not overlap.
    """
    standing = list(held)
    _check_days(code, new, standing, tz)
    for other in standing:
        if new.started_at < other.ended_at and other.started_at < new.ended_at:
            raise RuleError(
                f"志愿者 {code} 在 {_spoken(other, tz)} 已有“{other.activity}”的服务记录，"
                f"与这次（{_spoken(new, tz)}）时间重叠，请核对开始时间和时长；"
                "如果那一条记错了，先撤回或冲正它",
                FIELD,
            )


def _check_days(code: str, new: Service, standing: list[Service], tz: tzinfo) -> None:
    for start, end in _days(new, tz):
        already = sum(_within(other, start, end) for other in standing)
        added = _within(new, start, end)
        if already + added > DAY_MINUTES:
            day = local_date(start, tz)
            raise RuleError(
                f"志愿者 {code} 在 {day} 已有 {already / 60:g} 小时，"
                f"再加 {added / 60:g} 小时就超过一天 24 小时，请核对时长",
                "服务时长",
            )


def _days(service: Service, tz: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The local days that a service touches, from midnight to midnight."""
    day = local_date(service.started_at, tz)
    while midnight(day, tz) < service.ended_at:
        following = day + timedelta(days=1)
        yield midnight(day, tz), midnight(following, tz)
        day = following


def _within(service: Service, start: datetime, end: datetime) -> float:
    """Minutes of a service between two moments."""
    seconds = (min(service.ended_at, end) - max(service.started_at, start)).total_seconds()
    return max(seconds / 60, 0)


def _spoken(service: Service, tz: tzinfo) -> str:
    start, end = service.started_at.astimezone(tz), service.ended_at.astimezone(tz)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} 至 {until}"
