"""Which system a file is in: told from the numbers where they tell, else not claimed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from data.importing.coordinates import SYSTEMS, from_wgs84
from data.importing.suggesting import suggest_system
from tests.data.importing.drawn_shapes import jagged_mesh

MESH = jagged_mesh(np.random.default_rng(11), 6)
TOWN = shapely.union_all(MESH)
CASES = np.random.default_rng(4).uniform(*np.reshape(TOWN.bounds, (2, 2)), (500, 2))
CASES = CASES[shapely.contains_xy(TOWN, CASES)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("points", [CASES, shapely.get_coordinates(MESH)], ids=["cases", "edges"])
def test_the_system_that_brings_the_points_home_is_proposed(
    system: str, points: np.ndarray
) -> None:
    proposed = suggest_system(*from_wgs84(*points.T, system), TOWN)
    assert (proposed.system, proposed.sure, proposed.turned) == (system, True, False)


def test_the_outline_itself_counts_as_within() -> None:
    outline = shapely.get_coordinates(TOWN.exterior)
    proposed = suggest_system(*from_wgs84(*outline.T, "wgs84"), TOWN)
    assert (proposed.system, proposed.sure) == ("wgs84", True)
    assert "WGS84 / CGCS2000 100%" in proposed.why


@pytest.mark.parametrize("system", SYSTEMS)
def test_exchanged_columns_are_said_and_seen_through(system: str) -> None:
    x, y = from_wgs84(*CASES.T, system)
    proposed = suggest_system(y, x, TOWN)
    assert (proposed.system, proposed.turned) == (system, True)
    assert proposed.why.startswith("经度和纬度像是写反了")


def test_the_reason_gives_the_shares() -> None:
    why = suggest_system(*from_wgs84(*CASES.T, "gcj02"), TOWN).why
    assert "GCJ-02（高德、腾讯） 100%" in why


def test_without_known_units_nothing_is_claimed_but_mercator_is_known_by_its_size() -> None:
    proposed = suggest_system(*from_wgs84(*CASES.T, "bd09"), None)
    assert (proposed.system, proposed.sure) == ("wgs84", False)
    assert "请按数据来源选" in proposed.why
    assert suggest_system(*CASES.T, shapely.Polygon()).sure is False
    assert suggest_system(*from_wgs84(*CASES.T, "mercator"), None).sure is True


def test_points_that_fit_every_system_settle_nothing() -> None:
    centre = np.array(TOWN.centroid.coords[0])
    wide = TOWN.buffer(0.5)
    proposed = suggest_system(centre[:1], centre[1:], wide)
    assert (proposed.system, proposed.sure) == ("wgs84", False)
    assert "相差太小" in proposed.why


def test_metres_of_another_projection_are_recognised_as_such() -> None:
    x, y = np.full(9, 502_345.6), np.full(9, 4_190_123.4)
    proposed = suggest_system(x, y, TOWN)
    assert proposed.sure is False
    assert "高斯-克吕格" in proposed.why


def test_missing_coordinates_are_passed_over() -> None:
    x, y = from_wgs84(*CASES.T, "gcj02")
    x[::3] = np.nan
    assert suggest_system(x, y, TOWN).system == "gcj02"
    assert suggest_system(np.array([np.nan]), np.array([np.nan]), TOWN).why == "没有可用的坐标"
    assert suggest_system(np.array([]), np.array([]), None).sure is False


def test_a_hundred_thousand_points_are_sampled() -> None:
    points = np.tile(CASES, (300, 1))
    assert len(points) > 100_000
    assert suggest_system(*from_wgs84(*points.T, "bd09"), TOWN).system == "bd09"
