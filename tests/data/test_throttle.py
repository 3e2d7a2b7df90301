"""The throttle of logins: slower and slower, never past its limit, never against bystanders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from data.throttle import FORGOTTEN, LONGEST, NONE, Failures, delay, failed, wait

NOW = datetime(2026, 11, 20, tzinfo=UTC)
COUNTS = st.integers(0, 10**9)
AGES = st.integers(0, 3 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
FAILED = st.builds(lambda n, age: Failures(n, NOW - age) if n else NONE, COUNTS, AGES)


@given(COUNTS, COUNTS)
def test_more_failures_never_wait_less_and_never_too_long(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert timedelta(0) <= delay(fewer) <= delay(more) <= LONGEST


def test_mistyping_costs_nothing_and_then_it_doubles() -> None:
    assert [delay(n).total_seconds() for n in (0, 2, 3, 4, 5, 13, 14)] == [0, 0, 1, 2, 4, 900, 900]


@given(FAILED)
def test_what_others_failed_never_keeps_a_first_attempt_waiting(account: Failures) -> None:
    assert wait(NOW, NONE, account, NONE) == timedelta(0)


@given(FAILED, FAILED, FAILED)
def test_no_wait_is_longer_than_the_longest(pair: Failures, own: Failures, place: Failures) -> None:
    assert timedelta(0) <= wait(NOW, pair, own, place) <= LONGEST


@given(FAILED, FAILED, FAILED)
def test_whoever_waits_as_told_may_try(pair: Failures, own: Failures, place: Failures) -> None:
    then = NOW + wait(NOW, pair, own, place)
    assert wait(then, pair, own, place) == timedelta(0)


@given(FAILED, FAILED)
def test_a_trusted_address_does_not_wait_for_its_neighbours(own: Failures, place: Failures) -> None:
    assert wait(NOW, Failures(trusted=True), own, place) == timedelta(0)


def test_failures_of_yesterday_are_forgotten() -> None:
    old = Failures(500, NOW - FORGOTTEN)
    assert failed(old, NOW).count == 1
    assert wait(NOW, old, old, old) == timedelta(0)
