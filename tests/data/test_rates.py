from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rates import Rate

RATES = st.integers(0, 5000).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (85, 112, "75.9%"),
        (0, 112, "0.0%"),
        (112, 112, "100.0%"),
        (9999, 10000, "99.9%"),  # one is missing, so it is not all of them
        (1, 10000, "0.1%"),  # there is one, so it is not none
        (0, 0, "—"),
    ],
)
def test_a_rate_reads_in_per_cent(numerator: int, denominator: int, text: str) -> None:
    assert Rate(numerator, denominator).text == text


def test_a_rate_of_nothing_has_no_value() -> None:
    assert Rate(0, 0).value is None


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 2), (-1, 5), (1, 0)])
def test_a_numerator_that_is_no_part_of_the_denominator_is_refused(
    numerator: int, denominator: int
) -> None:
    with pytest.raises(ValueError, match="no part of"):
        Rate(numerator, denominator)


def test_fewer_than_ten_are_a_small_sample() -> None:
    assert [Rate(1, n).small for n in (9, 10)] == [True, False]


@given(st.lists(RATES, min_size=1, max_size=8))
def test_rates_of_parts_add_up_to_the_rate_of_the_whole(rates: list[Rate]) -> None:
    whole = sum(rates)
    assert whole == Rate(sum(r.numerator for r in rates), sum(r.denominator for r in rates))


@given(RATES, RATES, RATES)
def test_adding_rates_does_not_depend_on_the_order(a: Rate, b: Rate, c: Rate) -> None:
    assert (a + b) + c == c + (b + a)


@given(RATES, RATES)
def test_a_sum_lies_between_its_parts(a: Rate, b: Rate) -> None:
    both = (a + b).value
    parts = [rate.value for rate in (a, b) if rate.value is not None]
    if both is not None:
        assert min(parts) <= both <= max(parts)


@given(RATES)
def test_only_everything_reads_as_a_hundred_per_cent_and_only_nothing_as_zero(rate: Rate) -> None:
    assert (rate.text == "100.0%") == (rate.denominator > 0 and rate.value == 1)
    assert (rate.text == "0.0%") == (rate.denominator > 0 and rate.value == 0)
