"""Small helpers for the HTML we write ourselves: everything that is data is escaped."""

from __future__ import annotations

import html
import math
import re
from datetime import UTC, date, datetime

from data.settings import zone

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def escape(value: object) -> str:
    """Text safe between tags and inside quoted attributes; None becomes empty."""
    return "" if value is None else html.escape(str(value), quote=True)


def number(value: float | None, decimals: int = 0) -> str:
    """A figure as people here write it: 1,234, 12.3万 from a hundred thousand on, — for none."""
    if value is None or math.isnan(value):
        return "—"
    if abs(value) >= 100_000:
        return f"{value / 10_000:,.1f}万"
    return f"{value:z,.{decimals}f}"  # z: no minus before a zero


def day(value: date | datetime) -> str:
    """2026年11月21日, in the configured zone."""
    if isinstance(value, datetime):
        value = value.astimezone(zone())
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None, now: datetime | None = None) -> str:
    """11月21日 09:05, the year in front when it is not ``now``'s; a naive time is local already."""
    if value is None or value != value:  # NaT
        return "—"
    local = value.astimezone(zone()) if value.tzinfo else value
    today = (now or datetime.now(UTC)).astimezone(zone())
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def span(hours: float) -> str:
    """A length of time in words: 3小时, 2天4小时, 25分钟."""
    minutes = round(abs(hours) * 60)
    if minutes < 60:
        return f"{minutes}分钟"
    days, rest = divmod(minutes // 60, 24)
    if not days:
        return f"{rest}小时"
    return f"{days}天{rest}小时" if rest else f"{days}天"


def brief(text: str, most: int) -> str:
    """``text``, or as many of its first characters as fit into ``most`` with a mark of omission."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quarter_text(quarter: str) -> str:
    """2026Q3 as 2026年三季度."""
    return f"{quarter[:4]}年{'一二三四'[int(quarter[-1]) - 1]}季度"


def literal(text: str) -> str:
    """Text for a label of Streamlit's, which would take some of it for Markdown."""
    return _MARKS.sub(r"\\\1", text)
