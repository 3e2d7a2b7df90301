"""The unit tree of the sample: levels of the method, boundaries that nest, buildings inside."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from data.method import Method
from data.method.loading import load_preset, preset_keys
from data.sample.sizes import Sizes
from data.sample.units import Row, Street, lay_out_street


@pytest.fixture(scope="module")
def street() -> Street:
    return lay_out_street(np.random.default_rng(2026), load_preset("demo_street"), Sizes())


def _children(street: Street, parent_id: int | None) -> list[Row]:
    return [unit for unit in street.units if unit["parent_id"] == parent_id]


def test_one_street_of_four_communities_62_grids_and_7_special_ones(street: Street) -> None:
    kinds = Counter((unit["level"], unit["kind"]) for unit in street.units)

    assert kinds["street", "ordinary"] == 1
    assert kinds["community", "ordinary"] == 4
    assert kinds["grid", "ordinary"] == 62
    assert kinds["grid", "special"] == 7
    assert len(street.buildings) == 262


def test_micro_grids_lie_below_ordinary_grids_two_to_five_each(street: Street) -> None:
    for grid in (unit for unit in street.units if unit["level"] == "grid"):
        below = _children(street, grid["id"])
        assert len(below) in ((0,) if grid["kind"] == "special" else (2, 3, 4, 5))


def test_paths_codes_and_sorts_fit_the_tree(street: Street) -> None:
    by_id = {unit["id"]: unit for unit in street.units}
    for unit in street.units:
        parent = by_id.get(unit["parent_id"])
        assert unit["path"] == f"{parent['path'] if parent else '/'}{unit['id']}/"
        siblings = [u["sort"] for u in _children(street, unit["parent_id"])]
        assert siblings == list(range(1, len(siblings) + 1))
    assert len({unit["code"] for unit in street.units}) == len(street.units)
    assert len({unit["name"] for unit in street.units}) == len(street.units)


def test_drawn_children_fill_their_parent_exactly(street: Street) -> None:
    for unit in street.units:
        drawn = [c for c in _children(street, unit["id"]) if c["boundary"]]
        if drawn and unit["boundary"]:
            whole = shapely.from_geojson(unit["boundary"])
            shapes = [shapely.from_geojson(child["boundary"]) for child in drawn]
            assert sum(s.area for s in shapes) == pytest.approx(whole.area, rel=1e-9)
            union = shapely.unary_union(shapes)
            assert union.symmetric_difference(whole).area < 1e-9 * whole.area


def test_a_few_units_are_not_surveyed_and_every_other_has_its_centre_inside(street: Street) -> None:
    missing = Counter((u["level"], u["kind"]) for u in street.units if u["boundary"] is None)

    assert missing == {("micro_grid", "ordinary"): 2, ("grid", "special"): 1}
    for unit in street.units:
        if unit["boundary"] is None:
            assert unit["centre_lat"] is None
        else:
            shape = shapely.from_geojson(unit["boundary"])
            assert shapely.contains_xy(shape, unit["centre_lon"], unit["centre_lat"])


def test_buildings_stand_in_the_lowest_units_and_hold_their_households(street: Street) -> None:
    by_id = {unit["id"]: unit for unit in street.units}
    held: Counter[int] = Counter()
    for building in street.buildings:
        unit = by_id[building["unit_id"]]
        assert unit["level"] == "micro_grid"
        held[unit["parent_id"]] += building["households"]
        if unit["boundary"]:
            shape = shapely.from_geojson(unit["boundary"])
            assert shapely.contains_xy(shape, building["lon"], building["lat"])
    for grid_id, households in held.items():
        assert by_id[grid_id]["households"] == households
        assert 160 <= households <= 255
    assert street.units[0]["households"] == sum(held.values())


@pytest.mark.parametrize("key", preset_keys())
def test_units_follow_the_levels_of_any_method(key: str) -> None:
    method = load_preset(key)

    street = lay_out_street(np.random.default_rng(1), method, Sizes().scaled(0.1))

    assert {unit["level"] for unit in street.units} == {level.key for level in method.levels}
    order = {level.key: depth for depth, level in enumerate(method.levels)}
    for unit in street.units:
        assert unit["path"].count("/") == order[unit["level"]] + 2


@pytest.mark.parametrize("top", [0, 1])
def test_a_method_may_have_no_level_between_its_top_and_its_grids(method: Method, top: int) -> None:
    levels = method.levels[2 - top :]
    flat = method.model_copy(update={"levels": levels})

    street = lay_out_street(np.random.default_rng(1), flat, Sizes().scaled(0.1))

    assert len(_children(street, None)) == 1
    assert {unit["level"] for unit in street.units} == {level.key for level in levels}
