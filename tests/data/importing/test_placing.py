"""Points into units: on the edge, outside, without coordinates, and in piles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.importing.ground import DEGREE
from data.importing.placing import find_piles, on_pile, place
from tests.data.importing.drawn_shapes import jagged_mesh

NAN = float("nan")
WEST, EAST = shapely.box(112.0, 37.0, 112.01, 37.01), shapely.box(112.01, 37.0, 112.02, 37.01)


def units(*shapes: shapely.Geometry | None, ids: list[int] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"id": ids or range(11, 11 + len(shapes)), "geometry": list(shapes)})


def placed(points: list[tuple[float, float]], frame: pd.DataFrame):
    return place(*np.array(points, float).reshape(-1, 2).T, frame)


def test_points_go_to_the_unit_that_holds_them_and_the_rest_is_counted() -> None:
    found = placed(
        [(112.005, 37.005), (112.015, 37.005), (113, 38), (NAN, 37), (112, NAN)], units(WEST, EAST)
    )
    assert found.unit_ids == [11, 12, None, None, None]
    assert found.how == ["point", "point", "", "", ""]
    assert (found.outside, found.missing) == (1, 2)
    assert (found.piles, found.piled) == ({}, 0)


def test_a_point_on_a_shared_edge_or_corner_goes_to_the_lower_id_whatever_the_order() -> None:
    edge, corner, outer = (112.01, 37.005), (112.01, 37.01), (112.0, 37.0)
    for shapes, ids in (((WEST, EAST), [5, 9]), ((EAST, WEST), [9, 5])):
        found = placed([edge, corner, outer], units(*shapes, ids=ids))
        assert found.unit_ids == [5, 5, 5]
    assert placed([edge], units(WEST, EAST, ids=[9, 5])).unit_ids == [5]


def test_the_smallest_unit_goes_first_so_grids_go_before_their_community() -> None:
    whole = shapely.union_all([WEST, EAST])
    found = placed([(112.005, 37.005), (112.01, 37.005)], units(whole, WEST, EAST, ids=[1, 2, 3]))
    assert found.unit_ids == [2, 2]


def test_holes_and_parts_count() -> None:
    ringed = WEST.difference(shapely.box(112.004, 37.004, 112.006, 37.006))
    both = shapely.MultiPolygon([ringed, EAST])
    found = placed([(112.005, 37.005), (112.004, 37.005), (112.015, 37.005)], units(both))
    assert found.unit_ids == [None, 11, 11]


def test_units_without_a_boundary_are_passed_over() -> None:
    assert placed([(112.005, 37.005)], units(None, WEST)).unit_ids == [12]
    assert placed([(112.005, 37.005)], units(None)).unit_ids == [None]
    assert placed([(112.005, 37.005)], units()).outside == 1


def test_no_points_and_infinite_ones() -> None:
    assert placed([], units(WEST)).unit_ids == []
    assert placed([(np.inf, 37), (112.005, -np.inf)], units(WEST)).missing == 2


@given(seed=st.integers(0, 1000))
def test_every_point_is_where_shapely_says_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mesh = jagged_mesh(rng, 3, points=3)
    points = rng.uniform(*np.reshape(shapely.total_bounds(mesh), (2, 2)), (40, 2))
    found = placed(points.tolist(), units(*mesh))
    for point, unit_id in zip(points, found.unit_ids, strict=True):
        holding = [11 + i for i, s in enumerate(mesh) if s.intersects(shapely.Point(point))]
        assert unit_id in holding or (unit_id is None and not holding)
    assert found.outside == found.unit_ids.count(None)


def test_five_on_the_middle_of_a_unit_are_a_pile_four_are_not() -> None:
    middle, near = (112.005, 37.005), (112.005, 37.005 + 25 / DEGREE)
    assert placed([middle] * 5, units(WEST)).piles == {middle: 5}
    assert placed([middle] * 4, units(WEST)).piles == {}
    assert placed([near] * 5, units(WEST)).piled == 5


def test_five_elsewhere_are_none_but_twenty_are() -> None:
    elsewhere = (112.002, 37.005)
    assert placed([elsewhere] * 19, units(WEST)).piles == {}
    assert placed([elsewhere] * 20, units(WEST)).piles == {elsewhere: 20}


def test_piles_are_placed_too_and_told_highest_first() -> None:
    high, low, lone = (112.015, 37.005), (112.005, 37.005), (112.001, 37.001)
    found = placed([low] * 6 + [high] * 9 + [lone], units(WEST, EAST))
    assert list(found.piles.items()) == [(high, 9), (low, 6)]
    assert found.unit_ids == [11] * 6 + [12] * 9 + [11]
    assert found.piled == 15


def test_coordinates_equal_to_a_tenth_of_a_metre_are_one_spot() -> None:
    points = [(112.002 + n * 1e-8, 37.005) for n in range(20)]
    found = placed(points, units(WEST))
    assert found.piles == {(112.002, 37.005): 20}
    assert on_pile(*np.array(points).T, found.piles).all()
    assert not on_pile(np.array([112.003]), np.array([37.005]), found.piles).any()


def test_piles_are_found_without_any_unit() -> None:
    assert find_piles(np.full(20, 112.0), np.full(20, 37.0), []) == {(112.0, 37.0): 20}
    assert find_piles(np.array([]), np.array([]), [WEST]) == {}


def test_a_hundred_thousand_points_fall_into_three_hundred_units_by_their_area() -> None:
    rng = np.random.default_rng(2)
    mesh = jagged_mesh(rng, 18)[:300]
    frame = units(*mesh)
    west, south, east, north = shapely.total_bounds(mesh)
    lon, lat = rng.uniform(west, east, 100_000), rng.uniform(south, north, 100_000)
    found = place(lon, lat, frame)
    assert found.outside < 20_000
    sizes = pd.Series(found.unit_ids).dropna().value_counts()
    areas = pd.Series(shapely.area(mesh), index=frame["id"])
    assert (sizes / areas).corr(areas) == pytest.approx(0, abs=0.4)  # none gets more than its share
