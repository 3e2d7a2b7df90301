"""Hours that cannot be are refused, whatever the order they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.service_rules import Service, check_free

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def at(hours: float, minutes: int) -> Service:
    return Service("助老助餐", MORNING + timedelta(hours=hours), minutes)


services = st.builds(
    lambda start, minutes: Service("巡防", MORNING + timedelta(minutes=start), minutes),
    st.integers(-2000, 2000),
    st.integers(1, 1440),
)


def accepted(tried: list[Service]) -> list[Service]:
    held: list[Service] = []
    for service in tried:
        try:
            check_free("V1", service, held, ZONE)
        except RuleError:
            continue
        held.append(service)
    return held


def test_services_that_only_touch_are_accepted():
    check_free("V1", at(0, 60), [at(-1, 60), at(1, 30)], ZONE)


@pytest.mark.parametrize("new", [at(0, 60), at(0.5, 10), at(-1, 61), at(0.99, 600), at(-5, 900)])
def test_an_overlap_is_refused_with_code_time_and_what_to_do(new):
    with pytest.raises(RuleError) as caught:
        check_free("V7", new, [at(0, 60)], ZONE)
    assert caught.value.field == "开始时间"
    for word in ("V7", "2026-11-20 09:00 至 10:00", "助老助餐", "请核对", "撤回或冲正"):
        assert word in caught.value.message


def test_a_day_has_24_hours_even_where_older_records_overlap():
    imported = [at(0, 600), at(0, 600)]
    with pytest.raises(RuleError) as caught:
        check_free("V7", at(-9, 300), imported, ZONE)
    assert caught.value.field == "服务时长"
    for word in ("V7", "2026-11-20", "已有 20 小时", "再加 5 小时", "24 小时"):
        assert word in caught.value.message


def test_only_what_falls_on_the_day_counts_for_it():
    night_before = Service("巡防", MORNING - timedelta(hours=11), 120)  # 22:00–24:00
    check_free("V1", Service("巡防", MORNING - timedelta(hours=9), 1440), [night_before], ZONE)


@given(st.lists(services, max_size=8))
def test_no_overlap_and_no_day_too_long_is_ever_accepted(tried):
    held = accepted(tried)
    for one, other in combinations(held, 2):
        assert one.ended_at <= other.started_at or other.ended_at <= one.started_at


@given(services, services)
def test_of_two_it_depends_on_neither_order(one, other):
    assert len(accepted([one, other])) == len(accepted([other, one]))


@given(st.lists(services, max_size=6), st.randoms())
def test_what_was_accepted_is_accepted_in_any_order(tried, random):
    held = accepted(tried)
    random.shuffle(held)
    assert accepted(held) == held
