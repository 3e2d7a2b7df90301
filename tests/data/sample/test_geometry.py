"""The town covers its outline exactly: no gap, no overlap, shared vertices identical."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon

from data.sample.geometry import Ring, cut_ring, merge_rings, points_inside, split_ring, to_geojson
from data.sample.town import Town, draw_town

SEEDS = (1, 2, 3, 2026)


def _town(seed: int) -> Town:
    return draw_town(np.random.default_rng(seed), cells=62, communities=4, enclaves=6)


def _sides(rings: list[Ring]) -> Counter[tuple[tuple[float, float], ...]]:
    """How many rings run along each side, whichever way round."""
    return Counter(
        tuple(sorted(side))
        for ring in rings
        for side in zip(ring, ring[1:] + ring[:1], strict=True)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_and_enclaves_cover_the_outline_without_gap_or_overlap(seed: int) -> None:
    town = _town(seed)
    shapes = [Polygon(ring) for ring in town.cells + town.enclaves]
    outline = merge_rings(town.cells + town.enclaves)

    assert all(shape.is_valid for shape in shapes)
    assert outline.geom_type == "Polygon"
    assert len(outline.interiors) == 0
    assert sum(shape.area for shape in shapes) == pytest.approx(outline.area, rel=1e-9)
    assert shapely.unary_union(shapes).area == pytest.approx(outline.area, rel=1e-9)
    overlap = max(a.intersection(b).area for a, b in combinations(shapes, 2))
    assert overlap < 1e-9 * outline.area


@pytest.mark.parametrize("seed", SEEDS)
def test_a_side_belongs_to_two_neighbours_or_to_the_outline(seed: int) -> None:
    town = _town(seed)
    rings = town.cells + town.enclaves
    corners = [tuple(corner) for corner in merge_rings(rings).exterior.coords[:-1]]
    outline = _sides([corners])

    once = {side for side, count in _sides(rings).items() if count == 1}

    assert max(_sides(rings).values()) == 2
    assert once == set(outline)


@pytest.mark.parametrize("seed", SEEDS)
def test_communities_are_contiguous_and_of_like_size(seed: int) -> None:
    town = _town(seed)
    numbers = Counter(town.community_of)

    assert sorted(numbers) == [0, 1, 2, 3]
    assert min(numbers.values()) >= 62 / 4 * 0.6
    for community in numbers:
        cells = [r for r, c in zip(town.cells, town.community_of, strict=True) if c == community]
        enclaves = zip(town.enclaves, town.enclave_community, strict=True)
        shape = merge_rings(cells + [ring for ring, c in enclaves if c == community])
        assert shape.geom_type == "Polygon"


def test_the_town_is_about_five_kilometres_across_at_an_inland_place() -> None:
    west, south, east, north = merge_rings(_town(2026).cells).bounds

    assert 112.3 < west < 112.40 < east < 112.5
    assert 37.8 < south < 37.85 < north < 37.9
    assert 4 < (east - west) * 88 < 7
    assert 4 < (north - south) * 111 < 7


@pytest.mark.parametrize("seed", SEEDS)
def test_rings_are_small_and_rounded_and_not_squares(seed: int) -> None:
    town = _town(seed)
    for ring in town.cells:
        assert 5 <= len(ring) <= 20
        assert all(round(value, 6) == value for point in ring for value in point)


def test_the_same_seed_draws_the_same_town_and_another_seed_another() -> None:
    assert _town(5) == _town(5)
    assert _town(5) != _town(6)


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_the_pieces_of_a_ring_cover_it_and_add_no_vertex_to_its_edge(parts: int) -> None:
    for ring in _town(2).cells[:20]:
        pieces = split_ring(np.random.default_rng(3), ring, parts)
        shapes = [Polygon(piece) for piece in pieces]
        whole = Polygon(ring)

        assert len(pieces) == parts
        assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-9)
        assert shapely.unary_union(shapes).symmetric_difference(whole).area < 1e-9 * whole.area
        edge = [
            p for piece in pieces for p in piece if whole.exterior.distance(shapely.Point(p)) == 0
        ]
        assert set(edge) <= set(ring)


def test_a_cut_takes_about_the_share_asked_for() -> None:
    shares = []
    for ring in _town(4).cells:
        small, rest = cut_ring(np.random.default_rng(1), ring, 0.25)
        assert Polygon(small).area + Polygon(rest).area == pytest.approx(Polygon(ring).area)
        shares.append(Polygon(small).area / Polygon(ring).area)
    assert 0.15 < float(np.median(shares)) < 0.35


def test_points_lie_inside_their_ring() -> None:
    ring = _town(1).cells[0]
    points = points_inside(np.random.default_rng(0), ring, 50)

    assert len(points) == 50
    assert shapely.contains_xy(Polygon(ring), points).all()


def test_geojson_keeps_the_coordinates_as_they_are() -> None:
    ring = [(112.4, 37.85), (112.41, 37.85), (112.405, 37.861234)]

    text = to_geojson(Polygon(ring))

    assert text == (
        '{"type":"Polygon","coordinates":'
        "[[[112.4,37.85],[112.41,37.85],[112.405,37.861234],[112.4,37.85]]]}"
    )
