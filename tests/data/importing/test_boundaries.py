"""A layer of boundaries: one unit a shape, the sound ones load, and every trouble is named."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from data.errors import RuleError
from data.importing.boundaries import Feature, Finding, read_boundaries
from data.importing.ground import square_metres
from tests.data.importing.drawn_shapes import feature, jagged_mesh, multi, polygon, ring, square

BOW_TIE = polygon(ring((0, 0), (100, 100), (100, 0), (0, 100)))


def read(*features: Feature, codes: str = "") -> tuple[list, list[str], list[str], list[str]]:
    """Shapes, and findings as sentences; ``codes``: one letter a feature, "-" for none."""
    letters = {f.index: code.strip("-") for f, code in zip(features, codes, strict=False)}
    same = (lambda f: letters[f.index]) if codes else None
    found = read_boundaries(features, system="wgs84", same=same)
    return (
        found.shapes,
        *(
            [str(finding) for finding in kind]
            for kind in (found.repaired, found.refused, found.notes)
        ),
    )


def test_the_sound_load_while_the_unsound_are_refused_by_index_and_name() -> None:
    point = {"type": "Point", "coordinates": [112.4, 37.8]}
    shapes, repaired, refused, notes = read(
        feature(1, polygon(square(0, 0))),
        feature(2, BOW_TIE, "蝴蝶结网格"),
        feature(3, point, "中心点"),
        Feature(4, "", None),
        feature(5, polygon(square(100, 0))),
    )
    assert [(s.index, s.name, s.merged) for s in shapes] == [(1, "网格1", ()), (5, "网格5", ())]
    assert [said.split("：")[0] for said in refused] == [
        "第 2 个要素（蝴蝶结网格）",
        "第 3 个要素（中心点）",
        "第 4 个要素",
    ]
    assert (repaired, notes) == ([], [])


def test_repairs_are_listed_by_index_and_name() -> None:
    _, repaired, refused, _ = read(
        feature(1, polygon(square(0, 0, clockwise=True)), "滨河网格"),
        feature(2, polygon(square(100, 0))),
    )
    assert repaired == ["第 1 个要素（滨河网格）：改正了环的方向（外环逆时针，内环顺时针）"]
    assert refused == []


def test_rows_of_one_code_become_one_unit() -> None:
    shapes, repaired, _, _ = read(
        feature(1, polygon(square(0, 0)), "河东"),
        feature(2, polygon(square(200, 0)), "河西"),
        feature(3, polygon(square(0, 300)), "河东"),
        codes="ABA",
    )
    assert [(s.index, s.name, s.merged) for s in shapes] == [(1, "河东", (1, 3)), (2, "河西", ())]
    assert square_metres(shapes[0].geometry) == pytest.approx(20_000, rel=1e-4)
    assert repaired == ["第 1 个要素（河东）：第 1、3 个要素编码相同，合成一个单位"]


def test_the_name_is_never_the_key() -> None:
    shapes, _, _, notes = read(
        feature(1, polygon(square(0, 0)), "幸福网格"),
        feature(2, polygon(square(100, 0)), "幸福网格"),
        feature(3, polygon(square(200, 0)), "和平网格"),
        codes="--C",
    )
    assert [s.index for s in shapes] == [1, 2, 3]
    assert notes == [
        "第 1 个要素（幸福网格）：与第 2 个要素同名，只按编码区分",
        "第 2 个要素（幸福网格）：与第 1 个要素同名，只按编码区分",
    ]


def test_one_code_under_two_names_is_one_unit_and_said() -> None:
    shapes, _, _, notes = read(
        feature(1, polygon(square(0, 0)), "甲"),
        feature(2, polygon(square(300, 0)), "乙"),
        codes="AA",
    )
    assert len(shapes) == 1
    assert notes == ["第 1 个要素（甲）：编码相同而名称不同（甲、乙），按编码当作一个单位"]


def test_the_name_may_stand_on_a_later_row() -> None:
    shapes, *_, notes = read(
        Feature(1, "", polygon(square(0, 0))), feature(2, polygon(square(300, 0)), "甲"), codes="AA"
    )
    assert shapes[0].name == "甲"
    assert notes == []


def test_a_missing_name_is_told() -> None:
    *_, notes = read(Feature(1, "", polygon(square(0, 0))))
    assert notes == ["第 1 个要素：没有名称，请确认编码所指的单位"]


def test_two_versions_of_one_unit_are_not_put_together() -> None:
    shapes, _, refused, _ = read(
        feature(1, polygon(square(0, 0))),
        feature(2, polygon(square(50, 0))),
        feature(3, polygon(square(400, 0))),
        codes="AAB",
    )
    assert [s.index for s in shapes] == [3]
    assert len(refused) == 2
    assert all("第 1、2 个要素编码相同，却互相重叠 25%" in said for said in refused)


def test_the_very_same_row_twice_counts_once() -> None:
    shapes, repaired, refused, notes = read(
        feature(1, polygon(square(0, 0)), "甲"),
        feature(2, polygon(square(0, 0, clockwise=True)[::-1]), "甲"),
        codes="AA",
    )
    assert [(s.index, s.merged) for s in shapes] == [(1, ())]
    assert repaired == ["第 2 个要素（甲）：与第 1 个要素编码、范围都相同，只取一个"]
    assert (refused, notes) == ([], [])


def test_a_unit_is_refused_whole_where_one_of_its_rows_is() -> None:
    shapes, _, refused, _ = read(
        feature(1, polygon(square(300, 0)), "甲"), feature(2, BOW_TIE, "甲"), codes="AA"
    )
    assert shapes == []
    assert refused[0] == "第 1 个要素（甲）：同一单位的第 2 个要素没有通过，请一起改好"
    assert refused[1].startswith("第 2 个要素（甲）：边界与自己相交")


def test_overlaps_are_measured_and_nothing_is_changed() -> None:
    shapes, repaired, refused, notes = read(
        feature(1, polygon(square(0, 0)), "甲"), feature(2, polygon(square(90, 0)), "乙")
    )
    assert [round(square_metres(s.geometry)) for s in shapes] == [10_000, 10_000]
    assert (repaired, refused) == ([], [])
    assert notes == [
        "第 1 个要素（甲）：与第 2 个要素（乙）重叠 1,001 平方米（小的一方的 10.0%），"
        "照原样导入，请核对",
        "整个图层：相邻边界没有处处对齐：没有对齐的地方，图上简化后的两条边会略有出入",
    ]


def test_the_same_area_under_two_codes_is_told() -> None:
    *_, notes = read(
        feature(1, polygon(square(0, 0)), "甲"), feature(2, polygon(square(0, 0)), "乙"), codes="AB"
    )
    assert "第 1 个要素（甲）：与第 2 个要素（乙）的范围几乎相同，请确认是不是重复" in notes


def test_grids_within_their_community_are_levels_not_overlaps() -> None:
    *_, notes = read(
        feature(
            1, polygon(ring((0, 0), (100, 0), (200, 0), (200, 100), (100, 100), (0, 100))), "社区"
        ),
        feature(2, polygon(square(0, 0)), "东"),
        feature(3, polygon(square(100, 0)), "西"),
    )
    assert notes == [
        "第 1 个要素（社区）：范围里套着第 2 个要素（东）等 2 个单位：若是上下级则无误，否则请核对"
    ]


def test_a_gap_between_neighbours_is_measured_and_a_lake_of_ones_own_is_not_a_gap() -> None:
    left = ring((0, 0), (100, 0), (100, 30), (90, 50), (100, 70), (100, 100), (0, 100))
    lake = square(20, 20, 20, clockwise=True)
    right = polygon(ring((100, 0), (200, 0), (200, 100), (100, 100), (100, 70), (100, 30)))
    *_, notes = read(feature(1, polygon(left, lake), "甲"), feature(2, right, "乙"))
    assert notes == [
        "第 1 个要素（甲）：与第 2 个要素（乙）之间有 200 平方米的空隙，"
        "落在里面的诉求归不到单位，请核对"
    ]


def test_edges_that_nearly_meet_are_told_with_their_length() -> None:
    *_, notes = read(
        feature(1, polygon(square(0, 0)), "甲"), feature(2, polygon(square(100.5, 0)), "乙")
    )
    assert "米边界与相邻单位没有对齐（错开不到 2 米）" in notes[0]
    assert notes[-1].startswith("整个图层：")


def test_a_layer_that_fits_gives_no_note() -> None:
    mesh = jagged_mesh(np.random.default_rng(5), 4)
    features = [feature(i, shapely.geometry.mapping(shape)) for i, shape in enumerate(mesh, 1)]
    shapes, repaired, refused, notes = read(*features)
    assert (repaired, refused, notes) == ([], [], [])
    assert [s.geometry.equals(cell) for s, cell in zip(shapes, mesh, strict=True)] == [True] * 16


def test_a_place_abroad_is_told() -> None:
    abroad = [[2.3, 48.8], [2.4, 48.8], [2.4, 48.9]]
    *_, notes = read(feature(1, polygon(abroad), "巴黎"))
    assert notes == ["第 1 个要素（巴黎）：不在中国的经纬度范围内，请核对坐标系"]


def test_parts_and_holes_survive_the_joining_of_rows() -> None:
    ringed = multi([square(0, 0), square(40, 40, 20, clockwise=True)], [square(200, 0)])
    shapes, *_ = read(
        feature(1, ringed, "甲"), feature(2, polygon(square(0, 300)), "甲"), codes="AA"
    )
    assert [len(part.interiors) for part in shapes[0].geometry.geoms] in ([1, 0, 0], [0, 1, 0])
    assert square_metres(shapes[0].geometry) == pytest.approx(29_600, rel=1e-4)


def test_an_empty_layer_and_an_unknown_system() -> None:
    assert read() == ([], [], [], [])
    with pytest.raises(RuleError, match="北京54"):
        read_boundaries([], system="北京54", same=None)


def test_a_finding_of_the_layer_names_no_feature() -> None:
    assert str(Finding(0, "整个图层", "说明")) == "整个图层：说明"
