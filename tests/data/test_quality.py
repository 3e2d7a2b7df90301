"""Odd entries are found, with their rows and the reason; ordinary ones are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.quality import AT_ONCE, AT_ONCE_WITHIN, Entered, Finding, findings

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def entered(number: int, kind: str = "visit", **changes: Any) -> Entered:
    row = {"label": f"编号 {number}", "unit_name": "第1网格", "who": "王", "account_id": 7}
    row |= {"recorded_at": NOW, "happened_at": NOW}
    return Entered(kind, number, **row | changes)


def found(entries: Iterable[Entered], rule: str) -> list[Finding]:
    return [finding for finding in findings(entries, ZONE) if finding.rule == rule]


def ids(finding: Finding) -> list[int]:
    return [entry.id for entry in finding.entries]


def test_entries_over_30_days_late_are_found_by_recorder_and_kind():
    late = [
        entered(1, happened_at=NOW - 31 * DAY),
        entered(2, happened_at=NOW - 90 * DAY),
        entered(3, happened_at=NOW - 30 * DAY),
        entered(4, "service", happened_at=NOW - 31 * DAY),
        entered(5, happened_at=NOW - 31 * DAY, account_id=8),
    ]
    assert [ids(f) for f in found(late, "late")] == [[4], [1, 2], [5]]
    assert found(late, "late")[1].why == "2 条在事情发生 30 天以后才登记，最久隔了 90 天"


def closing(seconds: Iterable[float], **changes: Any) -> list[Entered]:
    return [
        entered(n, "step", recorded_at=NOW + s * SECOND, happened_at=NOW, closes=True, **changes)
        for n, s in enumerate(seconds)
    ]


def test_ten_appeals_closed_within_a_minute_are_found():
    burst = closing([-300, *(6 * i for i in range(10)), 400])
    (finding,) = found(burst, "at_once")
    assert ids(finding) == list(range(1, 11))
    assert finding.why == "一分钟之内办结 10 件诉求"


@pytest.mark.parametrize(
    "entries",
    [
        closing(range(9)),
        closing(7 * i for i in range(10)),  # 63 seconds
        closing(range(5)) + closing(range(5), account_id=8),
        [entered(n, "step", recorded_at=NOW + n * SECOND) for n in range(30)],
    ],
)
def test_less_than_that_is_not(entries):
    assert found(entries, "at_once") == []


@given(st.lists(st.integers(0, 600), max_size=60))
def test_bursts_are_apart_and_found_exactly_where_ten_lie_within_a_minute(seconds):
    seconds.sort()
    bursts = found(closing(seconds), "at_once")
    listed = [e.id for f in bursts for e in f.entries]
    assert len(listed) == len(set(listed))
    assert all(len(f.entries) >= AT_ONCE for f in bursts)
    tens = zip(seconds, seconds[AT_ONCE - 1 :], strict=False)
    dense = any((b - a) * SECOND <= AT_ONCE_WITHIN for a, b in tens)
    assert bool(bursts) == dense


def served(count: int, minutes: int = 60, **changes: Any) -> list[Entered]:
    return [entered(n, "service", minutes=minutes, **changes) for n in range(count)]


def test_round_hours_only_over_a_month_are_found():
    (finding,) = found(served(10, 120), "round")
    assert finding.why == "2026年11月登记的 10 条服务时长全是整小时，可能是估计的"


def test_one_other_length_too_few_or_another_month_are_not():
    assert found([*served(12), entered(99, "service", minutes=50)], "round") == []
    assert found(served(9), "round") == []
    # half past midnight of the first of December in Shanghai
    other = NOW.replace(day=30, hour=16, minute=30)
    assert found(served(5) + served(5, recorded_at=other), "round") == []


def test_five_entries_in_the_same_words_on_a_day_are_found():
    words = ["家中平安， 无异常"] * 4 + ["家中平安，\n无异常"]
    alike = [entered(n, text=text) for n, text in enumerate(words)]
    (finding,) = found(alike, "alike")
    assert finding.why == "2026-11-20 一天内有 5 条写得一样：“家中平安， 无异常”"
    assert found(alike[:4], "alike") == []
    assert found([entered(n) for n in range(9)], "alike") == []
    spread = [entered(n, text="好", recorded_at=NOW + n * DAY) for n in range(9)]
    assert found(spread, "alike") == []


def test_without_accounts_recorders_are_told_apart_by_name():
    rows = [entered(1, account_id=None), entered(2, account_id=None, who="李")]
    late = [entered(e.id, who=e.who, account_id=None, happened_at=NOW - 40 * DAY) for e in rows]
    assert [ids(f) for f in found(late, "late")] == [[1], [2]]


def test_nothing_is_nothing():
    assert findings([], ZONE) == []
