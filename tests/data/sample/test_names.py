"""Invented names: as many as asked for, places never twice."""

from __future__ import annotations

import numpy as np
import pytest

from data.sample.names import (
    community_fronts,
    estate_names,
    person_names,
    place_name,
    special_names,
)


def test_person_names_have_two_to_four_characters_and_few_are_alike() -> None:
    names = person_names(np.random.default_rng(1), 1500)

    assert {len(name) for name in names} <= {2, 3, 4}
    assert len(set(names)) > 1300


@pytest.mark.parametrize("count", [1, 62, 500, 900])
def test_estates_all_have_different_names(count: int) -> None:
    names = estate_names(np.random.default_rng(1), count)

    assert len(names) == len(set(names)) == count


@pytest.mark.parametrize("count", [1, 4, 30])
def test_communities_and_special_grids_all_have_different_names(count: int) -> None:
    assert len(set(community_fronts(count))) == count
    assert len({"".join(pair) for pair in special_names(count)}) == count


@pytest.mark.parametrize(
    ("level", "name"),
    [
        ("街道党工委", "杜家坪街道"),
        ("社区党委", "杜家坪社区"),
        ("县", "杜家坪县"),
        ("片", "杜家坪片"),
    ],
)
def test_a_place_is_named_by_the_word_in_its_level(level: str, name: str) -> None:
    assert place_name("杜家坪", level) == name
