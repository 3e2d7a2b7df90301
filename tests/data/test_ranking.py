from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.method import Star
from data.ranking import competition_rank, stars_of

SCORES = st.lists(st.integers(-20, 20).map(lambda half: half / 2), max_size=30)
NATIONAL = [
    Star(stars=number, name=f"{number}星", hours=hours)
    for number, hours in enumerate((100, 300, 600, 1000, 1500), start=1)
]


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    assert competition_rank([70, 90, 80, 80]) == [4, 1, 2, 2]


def test_nobody_has_no_ranks() -> None:
    assert competition_rank([]) == []


@given(SCORES)
def test_a_rank_is_one_more_than_the_number_of_better_values(values: list[float]) -> None:
    expected = [1 + sum(other > value for other in values) for value in values]
    assert competition_rank(values) == expected


@given(SCORES)
def test_ranks_do_not_depend_on_the_order_of_rows(values: list[float]) -> None:
    shuffled = sorted(values)
    by_value = dict(zip(values, competition_rank(values), strict=True))
    assert dict(zip(shuffled, competition_rank(shuffled), strict=True)) == by_value


@pytest.mark.parametrize(
    ("hours", "stars"),
    [(0, 0), (99.99, 0), (100, 1), (299, 1), (300, 2), (1499, 4), (1500, 5), (9000, 5)],
)
def test_a_star_is_reached_at_its_hours(hours: float, stars: int) -> None:
    assert stars_of(NATIONAL, hours) == stars


@given(st.floats(0, 3000), st.floats(0, 3000))
def test_more_hours_never_mean_fewer_stars(hours: float, more: float) -> None:
    assert stars_of(NATIONAL, hours + more) >= stars_of(NATIONAL, hours)
