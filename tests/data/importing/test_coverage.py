"""Lighter copies for drawing: edges that are shared stay shared, and nothing gets lost."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importing.coverage import drawn_copies, edges_match
from data.importing.ground import square_metres
from tests.data.importing.drawn_shapes import SCALE, SOUTH, WEST, jagged_mesh


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres."""
    flat = shapely.box(west, south, east, north)
    return shapely.transform(flat, lambda p: (np.array([WEST, SOUTH]) + p / SCALE).round(7))


def shared(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    """The edge two shapes have in common, vertex by vertex."""
    return shapely.normalize(shapely.line_merge(one.boundary.intersection(other.boundary)))


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), across=st.integers(2, 4), tolerance=st.floats(1, 40))
def test_neighbours_keep_one_and_the_same_edge(seed: int, across: int, tolerance: float) -> None:
    mesh = jagged_mesh(np.random.default_rng(seed), across)
    assert edges_match(mesh)
    copies = drawn_copies(mesh, tolerance)
    assert edges_match(copies)
    assert all(copy.is_valid for copy in copies)
    whole, drawn = (sum(map(square_metres, shapes)) for shapes in (mesh, copies))
    assert drawn == pytest.approx(whole, rel=0.05)
    for (a, x), (b, y) in combinations(zip(mesh, copies, strict=True), 2):
        common = a.boundary.intersection(b.boundary)
        assert (common.length > 0) == (x.boundary.intersection(y.boundary).length > 0)
        assert x.intersection(y).area == 0


def test_the_shared_edge_is_the_same_list_of_vertices_on_both_sides() -> None:
    left, right = jagged_mesh(np.random.default_rng(3), 2, points=40)[::2]
    one, other = drawn_copies([left, right], 10)
    edge = shared(one, other)
    vertices = {tuple(p) for p in shapely.get_coordinates(edge).tolist()}
    mine, theirs = ({tuple(p) for p in shapely.get_coordinates(s).tolist()} for s in (one, other))
    assert 2 <= len(vertices) < 42
    assert vertices == mine & theirs


def test_where_two_meet_a_third_the_third_keeps_the_corner() -> None:
    # by itself the left one would become a square, and leave the others' corner alone
    side = [(100, 0), (101, 30), (103, 50), (99, 70), (100, 100)]
    low, high = [*side[:3], (200, 50), (200, 0)], [*side[2:], (200, 100), (200, 50)]
    flat = [shapely.Polygon(ring) for ring in ([(0, 0), *side, (0, 100)], low, high)]
    shapes = [
        shapely.transform(s, lambda p: (np.array([WEST, SOUTH]) + p / SCALE).round(7)) for s in flat
    ]
    copies = drawn_copies(shapes, 20)
    assert edges_match(copies)
    assert [shapely.get_num_coordinates(copy) for copy in copies] == [6, 5, 5]


def test_copies_are_lighter_and_vertices_are_vertices_of_the_original() -> None:
    mesh = jagged_mesh(np.random.default_rng(1), 3, points=60)
    copies = drawn_copies(mesh, 20)
    before, after = (shapely.get_num_coordinates(shapes).sum() for shapes in (mesh, copies))
    assert after < before / 5
    known = {tuple(p) for p in shapely.get_coordinates(mesh).tolist()}
    assert {tuple(p) for p in shapely.get_coordinates(copies).tolist()} <= known


def test_tolerance_is_in_metres() -> None:
    tooth = shapely.Polygon(
        [(0, 0), (100, 0), (100, 100), (55, 100), (50, 110), (45, 100), (0, 100)]
    )
    shape = shapely.transform(tooth, lambda p: np.array([WEST, SOUTH]) + p / SCALE)
    fine, coarse = (drawn_copies([shape], tolerance)[0] for tolerance in (5, 15))
    assert shapely.get_num_coordinates(fine) == 8  # the tooth has 50 m², more than 5 m × 5 m
    assert shapely.get_num_coordinates(coarse) == 5


def test_holes_and_parts_stay() -> None:
    ringed = box(0, 0, 300, 300).difference(box(100, 100, 200, 200))
    both = shapely.MultiPolygon([ringed, box(400, 0, 500, 100)])
    inner = box(100, 100, 200, 200)
    copy, filling = drawn_copies([both, inner], 20)
    assert [len(part.interiors) for part in copy.geoms] == [1, 0]
    assert copy.geoms[0].interiors[0].equals(filling.exterior)


def test_a_layer_with_overlaps_and_gaps_still_gives_sound_copies_and_keeps_what_is_shared() -> None:
    mesh = jagged_mesh(np.random.default_rng(7), 3)
    mesh[8] = shapely.transform(mesh[8], lambda p: p - np.array([20, 0]) / SCALE)
    assert not edges_match(mesh)
    copies = drawn_copies(mesh, 15)
    assert all(copy.is_valid and copy.geom_type == "Polygon" for copy in copies)
    for shape, copy in zip(mesh, copies, strict=True):
        assert square_metres(copy) == pytest.approx(square_metres(shape), rel=0.1)
    assert edges_match(copies[:5])  # as far from the moved one as their neighbours are
    assert shared(copies[0], copies[1]).length > 0


@settings(max_examples=40)
@given(
    boxes=st.lists(
        st.tuples(st.floats(0, 300), st.floats(0, 300), st.floats(5, 300), st.floats(5, 300)),
        min_size=1,
        max_size=8,
    ),
    tolerance=st.floats(1, 200),
)
def test_whatever_lies_over_whatever_every_shape_has_a_sound_copy(
    boxes: list[tuple[float, float, float, float]], tolerance: float
) -> None:
    shapes = [box(x, y, x + wide, y + high) for x, y, wide, high in boxes]
    copies = drawn_copies(shapes, tolerance)
    assert len(copies) == len(shapes)
    for shape, copy in zip(shapes, copies, strict=True):
        assert copy.is_valid
        assert square_metres(copy) > 0.45 * square_metres(shape)


def test_nothing_gives_nothing() -> None:
    assert drawn_copies([], 10) == []
    assert edges_match([])
