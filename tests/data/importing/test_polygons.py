"""One boundary: what is repaired and said, what is refused and why, and that areas are kept."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing.coordinates import from_wgs84
from data.importing.ground import square_metres
from data.importing.polygons import read_polygon
from tests.data.importing.drawn_shapes import multi, polygon, ring, square

BOW_TIE = ring((0, 0), (100, 100), (100, 0), (0, 100))


def read(geometry: Any, system: str = "wgs84") -> tuple[Any, list[str]]:
    shape, said = read_polygon(geometry, system)
    assert shape.is_valid
    assert shape.equals(shapely.orient_polygons(shape))
    return shape, said


def area(geometry: Any) -> float:
    return square_metres(read(geometry)[0])


def refusal(geometry: Any, system: str = "wgs84") -> str:
    with pytest.raises(RuleError) as refused:
        read_polygon(geometry, system)
    return refused.value.message


def test_a_sound_polygon_with_a_hole_is_left_as_it_is() -> None:
    shape, said = read(polygon(square(0, 0), square(40, 40, 20, clockwise=True)))
    assert said == []
    assert square_metres(shape) == pytest.approx(100 * 100 - 20 * 20, rel=1e-4)
    assert len(shape.interiors) == 1


def test_parts_and_their_holes_stay_apart() -> None:
    ringed = [square(0, 0), square(40, 40, 20, clockwise=True)]
    shape, said = read(multi(ringed, [square(300, 0)]))
    assert said == []
    assert [len(part.interiors) for part in shape.geoms] == [1, 0]
    assert square_metres(shape) == pytest.approx(9_600 + 10_000, rel=1e-4)


def test_vertices_are_kept_to_a_centimetre() -> None:
    places = square(0, 0)
    shape, _ = read(polygon(places))
    found = {tuple(place) for place in shapely.get_coordinates(shape).tolist()}
    assert found == {(round(x, 7), round(y, 7)) for x, y in places}


@pytest.mark.parametrize(
    "geometry",
    [
        polygon(square(0, 0, clockwise=True), square(40, 40, 20, clockwise=True)),
        polygon(square(0, 0), square(40, 40, 20)),
        polygon(square(0, 0, clockwise=True), square(40, 40, 20)),
    ],
)
def test_rings_that_run_the_wrong_way_are_turned_and_keep_their_meaning(geometry: Any) -> None:
    shape, said = read(geometry)
    assert said == ["改正了环的方向（外环逆时针，内环顺时针）"]
    assert square_metres(shape) == pytest.approx(9_600, rel=1e-4)
    assert shape.exterior.is_ccw


def test_heights_are_dropped_and_open_rings_closed() -> None:
    lifted = [[x, y, 780.0] for x, y in square(0, 0)]
    assert read(polygon(lifted))[1] == ["去掉了高程（第三个数）"]
    assert not read(polygon(lifted))[0].has_z
    open_ring = ring((0, 0), (100, 0), (100, 100), (0, 100), closed=False)
    shape, said = read(polygon(open_ring))
    assert said == ["补上了环的最后一点，使首尾相接"]
    assert square_metres(shape) == pytest.approx(10_000, rel=1e-4)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": square(0, 0)},
        {"type": "Polygon", "coordinates": [[square(0, 0)]]},
        {"type": "MultiPolygon", "coordinates": [square(0, 0)]},
    ],
)
def test_brackets_too_few_or_too_many_are_counted(geometry: Any) -> None:
    shape, said = read(geometry)
    assert said == [f"坐标的层数与 {geometry['type']} 不符，已按实际层数读取"]
    assert square_metres(shape) == pytest.approx(10_000, rel=1e-4)


def test_a_second_outer_ring_written_as_a_hole_becomes_a_part() -> None:
    shape, said = read(polygon(square(0, 0), square(300, 0)))
    assert said == ["内环在外环之外，已修复（面积变化 不到 0.01%）"]
    assert len(shape.geoms) == 2
    assert square_metres(shape) == pytest.approx(20_000, rel=1e-4)


def test_a_hole_written_as_a_part_becomes_a_hole_again() -> None:
    shape, said = read(multi([square(0, 0)], [square(40, 40, 20, clockwise=True)]))
    assert said == ["一块套在另一块里，已修复（面积变化 不到 0.01%）"]
    assert square_metres(shape) == pytest.approx(9_600, rel=1e-4)


def test_an_island_in_a_hole_becomes_a_part() -> None:
    rings = [square(0, 0), square(20, 20, 60, clockwise=True), square(40, 40, 20)]
    shape, said = read(polygon(*rings))
    assert said == ["内环套着内环，已修复（面积变化 不到 0.01%）"]
    assert square_metres(shape) == pytest.approx(10_000 - 3_600 + 400, rel=1e-4)


def test_parts_that_share_an_edge_become_one() -> None:
    shape, said = read(multi([square(0, 0)], [square(100, 0)]))
    assert len(said) == 1
    assert shape.geom_type == "Polygon"
    assert square_metres(shape) == pytest.approx(20_000, rel=1e-4)


def test_a_small_loop_at_a_crossing_is_repaired_and_its_share_said() -> None:
    twisted = ring((0, 0), (100, 0), (100, 100), (1, 100), (3, 102), (1, 102), (3, 100), (0, 98))
    shape, said = read(polygon(twisted))
    assert said[0] == "边界与自己相交，已修复（面积变化 0.02%）"
    assert square_metres(shape) == pytest.approx(10_000, rel=0.01)


def test_a_spike_without_width_goes() -> None:
    shape, said = read(
        polygon(ring((0, 0), (100, 0), (100, 100), (100, 180), (100, 100), (0, 100)))
    )
    assert len(said) == 1
    assert square_metres(shape) == pytest.approx(10_000, rel=1e-4)
    assert shape.bounds[3] < 37.8 + 101 / 111_195


def test_a_spike_thin_as_a_needle_goes_and_is_counted() -> None:
    shape, said = read(
        polygon(ring((0, 0), (100, 0), (100, 100), (99.8, 190), (99.6, 100), (0, 100)))
    )
    assert said[0].startswith("去掉 1 处尖刺（夹角不到 1 度，面积变化 0.")
    assert square_metres(shape) == pytest.approx(10_000, rel=0.002)


def test_a_pointed_corner_that_means_something_stays() -> None:
    pointed = polygon(ring((0, 0), (100, 0), (0, 10)))
    shape, said = read(pointed)
    assert said == []
    assert square_metres(shape) == pytest.approx(500, rel=1e-3)


def test_crumbs_and_pinholes_go_and_are_counted() -> None:
    crumb, strip = [square(300, 0, 0.5)], [ring((0, 101), (100, 101), (100, 101.04), (0, 101.04))]
    pinhole = square(50, 50, 0.3, clockwise=True)
    shape, (said,) = read(multi([square(0, 0), pinhole], crumb, strip))
    found = re.fullmatch(r"去掉 2 块碎屑、填上 1 个小孔（共 (.+) 平方米，不足 1%）", said)
    assert found
    assert float(found[1]) == pytest.approx(0.25 + 4 + 0.09, abs=0.6)  # to a centimetre
    assert shape.geom_type == "Polygon"
    assert square_metres(shape) == pytest.approx(10_000, rel=1e-4)


def test_crumbs_that_come_to_more_than_a_hundredth_stay() -> None:
    shape, said = read(multi([square(0, 0, 8)], [square(20, 0, 0.95)]))
    assert said == []
    assert len(shape.geoms) == 2


def test_a_hole_of_too_few_points_goes() -> None:
    shape, said = read(polygon(square(0, 0), ring((1, 1), (5, 5))))
    assert said == ["去掉了不足三个点的内环"]
    assert not shape.interiors


def test_latitude_before_longitude_is_noticed() -> None:
    turned = [[y, x] for x, y in square(0, 0)]
    shape, said = read(polygon(turned))
    assert "坐标写成了先纬度后经度，已对调" in said
    assert shape.equals(read(polygon(square(0, 0)))[0])


@pytest.mark.parametrize("system", ["gcj02", "bd09", "mercator"])
def test_other_systems_come_out_in_wgs84_turned_or_not(system: str) -> None:
    x, y = from_wgs84(*np.array(square(0, 0)).T, system)
    expected = read(polygon(square(0, 0)))[0]
    for columns in ([x, y], [y, x]):
        shape, said = read(polygon(np.column_stack(columns).tolist()), system)
        assert shape.equals_exact(expected, 2e-7, normalize=True)
        assert ("坐标写成了先纬度后经度，已对调" in said) == (columns[0] is y)


def test_the_areas_of_a_collection_are_taken() -> None:
    collection = {
        "type": "GeometryCollection",
        "geometries": [polygon(square(0, 0)), {"type": "Point", "coordinates": [112.4, 37.8]}],
    }
    shape, said = read(collection)
    assert said == ["从几何集合里取出了面，其余的点和线没有用"]
    assert square_metres(shape) == pytest.approx(10_000, rel=1e-4)


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (polygon(BOW_TIE), "边界与自己相交，自动修复说不清哪边在界内"),
        (multi([square(0, 0)], [square(40, 40, 20)]), "一块套在另一块里，自动修复会使面积变化 4%"),
        (multi([square(0, 0)], [square(80, 0)]), "自动修复会使面积变化 10%"),
        (polygon(square(0, 0), square(80, 20, 40)), "自动修复会使面积变化"),
        (polygon(square(0, 0) + square(0, 0)[1:]), "自动修复会使面积变化 50%"),
        (None, "没有边界"),
        ([], "没有边界"),
        ({}, "几何类型“None”"),
        ({"type": "Circle"}, "几何类型“Circle”"),
        ({"type": "Point", "coordinates": [112.4, 37.8]}, "是点（Point），不是面"),
        ({"type": "MultiPoint", "coordinates": [[112.4, 37.8]]}, "是点（MultiPoint），不是面"),
        ({"type": "LineString", "coordinates": square(0, 0)}, "是线（LineString），不是面"),
        ({"type": "MultiLineString", "coordinates": [square(0, 0)]}, "是线（MultiLineString）"),
        ({"type": "GeometryCollection", "geometries": []}, "没有面"),
        ({"type": "GeometryCollection"}, "没有面"),
        ({"type": ["Polygon"]}, "几何类型"),
        ({"type": "Polygon"}, "坐标的写法不对"),
        (multi([square(0, 0)], 7), "坐标的写法不对"),
        ({"type": "Polygon", "coordinates": []}, "坐标的写法不对"),
        ({"type": "Polygon", "coordinates": [112.4, 37.8]}, "坐标的写法不对"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "坐标的写法不对"),
        (polygon([[112.4, 37.8], [112.5], [112.5, 37.9]]), "不是成对数字"),
        (polygon([[112.4, 37.8], None, [112.5, 37.9]]), "不是成对数字"),
        (polygon([[112.4, 37.8], ["东", "北"], [112.5, 37.9]]), "不是成对数字"),
        (polygon([[112.4, 37.8], {"x": 1}, [112.5, 37.9]]), "不是成对数字"),
        (polygon([[112.4, 37.8], [10**400, 1], [112.5, 37.9]]), "不是成对数字"),
        (polygon(square(0, 0), 7), "不是成对数字"),
        (polygon([[112.4, 37.8], [112.5, 37.8]]), "外环不足三个不同的点"),
        (polygon(ring((0, 0), (1, 1), (2, 2))), "面积不足 1 平方米"),
        (polygon(square(0, 0, 0.5)), "面积不足 1 平方米"),
        (polygon([*square(0, 0)[:3], [0, 0], square(0, 0)[0]]), "(0, 0)"),
        (polygon([[500_000 + x, 4_190_000 + y] for x, y in [(0, 0), (9, 0), (9, 9)]]), "投影坐标"),
    ],
)
def test_what_has_no_safe_reading_is_refused_with_the_reason(geometry: Any, words: str) -> None:
    assert words in refusal(geometry)


def test_errors_that_cancel_out_in_the_area_do_not_pass_for_none() -> None:
    # 1,000 m² counted twice, and a bow-tie of 500 and 2,000 m² that the rings state as 1,500
    bow_tie = ring((300, 0), (350, 0), (275, 60), (375, 60))
    parts = multi([square(0, 0)], [square(90, 0)], [bow_tie])
    assert "不到 1% 才修" in refusal(parts)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_coordinates_that_are_no_numbers_are_named_by_ring_and_point(wrong: float) -> None:
    hole = square(40, 40, 20)
    hole[2] = [112.4, wrong]
    assert "第 2 个环第 3 个点" in refusal(polygon(square(0, 0), hole))
    assert "NaN" in json.dumps(float("nan"))  # which is how they get into a file


def test_a_system_that_the_numbers_cannot_be_of_is_refused() -> None:
    assert "改选坐标系" in refusal(polygon(square(0, 0)), "mercator")
    far = [[3e7, 4e6], [3e7 + 9, 4e6], [3e7, 4e6 + 9]]
    assert "范围" in refusal(polygon(far), "mercator")


def test_each_refusal_says_what_to_do() -> None:
    for geometry in (polygon(BOW_TIE), None, {"type": "Point"}, polygon(square(0, 0), 7)):
        assert "请" in refusal(geometry)


def test_two_triangles_on_one_edge_become_one_shape() -> None:
    """make_valid leaves them side by side, which is no sound shape."""
    places = [(-1, 0), (0, -202), (1, 0), (0, 0), (0, 1), (2, 0)]
    shape, repairs = read_polygon(polygon(ring(*places)), "wgs84")
    assert (shape.geom_type, shape.is_valid) == ("Polygon", True)
    assert square_metres(shape) == pytest.approx(202 + 1, rel=0.01)
    assert any("已修复" in said for said in repairs)


corner = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


@given(places=st.lists(corner, min_size=3, max_size=9, unique=True))
def test_whatever_the_ring_the_shape_is_sound_and_its_area_kept_or_it_is_refused(
    places: list[tuple[float, float]],
) -> None:
    x, y = np.array(places).T
    stated = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    try:
        shape, _ = read_polygon(polygon(ring(*places)), "wgs84")
    except RuleError:
        return
    assert shape.is_valid
    outline = np.hypot(x - np.roll(x, 1), y - np.roll(y, 1)).sum()
    # three repairs at most, and vertices are kept to a centimetre
    assert square_metres(shape) == pytest.approx(stated, rel=0.03, abs=2 + 0.02 * outline)


@given(
    sides=st.integers(3, 40),
    radius=st.floats(20, 500),
    turn=st.floats(0, 6.28),
    hole=st.booleans(),
    back=st.booleans(),
)
def test_regular_shapes_come_through_with_their_area(
    sides: int, radius: float, turn: float, *, hole: bool, back: bool
) -> None:
    angles = turn + np.arange(sides) * 2 * np.pi / sides
    circle = np.column_stack([np.cos(angles), np.sin(angles)])[:: -1 if back else 1]
    rings = [ring(*(circle * radius))] + [ring(*(circle * radius * 0.4))] * hole
    expected = sides / 2 * radius**2 * np.sin(2 * np.pi / sides) * (1 - 0.16 * hole)
    assert area(polygon(*rings)) == pytest.approx(expected, rel=2e-3)
