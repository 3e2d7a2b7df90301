"""Reporting periods of indicators: their keys, names and days.  Weeks are ISO weeks."""

from __future__ import annotations

import re
from datetime import date, timedelta

from data.errors import RuleError
from data.method.reporting import Indicator, ReportCycle

FIELD = "上报周期"
EXAMPLES = {
    "week": "2026W47",
    "month": "2026-11",
    "quarter": "2026Q4",
    "half_year": "2026H2",
    "year": "2026",
}
_PATTERNS = {
    "week": r"\d{4}W(0[1-9]|[1-4]\d|5[0-3])",
    "month": r"\d{4}-(0[1-9]|1[0-2])",
    "quarter": r"\d{4}Q[1-4]",
    "half_year": r"\d{4}H[12]",
    "year": r"\d{4}",
}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def period_key(every: ReportCycle, day: date) -> str:
    """The key of the period that ``day`` is in, written as in EXAMPLES."""
    if every == "week":
        year, week, _ = day.isocalendar()
        return f"{year}W{week:02}"
    return {
        "month": f"{day.year}-{day.month:02}",
        "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "half_year": f"{day.year}H{1 if day.month <= 6 else 2}",
        "year": f"{day.year}",
    }[every]


def first_day(every: ReportCycle, key: str) -> date:
    """The first day of the period called ``key``; RuleError for a key that is none."""
    wrong = RuleError(f"{FIELD} “{key}” 的写法不对，应如 {EXAMPLES[every]}", FIELD)
    if not re.fullmatch(_PATTERNS[every], key, re.ASCII):
        raise wrong
    year, rest = int(key[:4]), key[4:].lstrip("WQH-")
    try:
        if every == "week":
            return date.fromisocalendar(year, int(rest), 1)
        return date(year, 1 + (int(rest or 1) - 1) * _MONTHS[every], 1)
    except ValueError:
        raise wrong from None


def period_name(key: str) -> str:
    """The period as people say it, e.g. ``2026年11月`` or ``2026年第47周``."""
    year, rest = key[:4], key[4:]
    if not rest:
        return f"{year}年"
    number = int(rest[1:])
    if rest[0] == "H":
        return f"{year}年{'上' if number == 1 else '下'}半年"
    return f"{year}年" + {"-": f"{number}月", "Q": f"{number}季度", "W": f"第{number}周"}[rest[0]]


def recent_periods(every: ReportCycle, day: date, count: int) -> list[str]:
    """Keys of the period that ``day`` is in and of those before it, ``count`` in all."""
    keys: list[str] = []
    while len(keys) < count:
        keys.append(period_key(every, day))
        day = first_day(every, keys[-1]) - timedelta(days=1)
    return keys


def check_period(every: ReportCycle, key: str, today: date) -> None:
    """Refuse a period that is none or has not begun."""
    if first_day(every, key) > today:
        raise RuleError(f"{period_name(key)}还没有到，请改报已经开始的周期", FIELD)


def check_value(indicator: Indicator, value: float) -> None:
    """Refuse a number that the indicator cannot take."""
    name, most = indicator.name, indicator.high
    if value != value or abs(value) > 1e12:
        raise RuleError(f"“{name}”须填一个数，请修改", name)
    if round(value, indicator.decimals) != value:
        digits = f"最多 {indicator.decimals} 位小数" if indicator.decimals else "整数"
        raise RuleError(f"“{name}”须填{digits}，现为 {value:g}，请修改", name)
    if value < indicator.low:
        raise RuleError(f"“{name}”不能小于 {indicator.low:g}，现为 {value:g}，请修改", name)
    if most is not None and value > most:
        raise RuleError(f"“{name}”不能大于 {most:g}，现为 {value:g}，请修改", name)
