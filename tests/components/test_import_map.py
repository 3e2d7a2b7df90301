"""The import preview: new over present, troubles with shapes and words, nothing unescaped."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import shapely

from components import import_map as module
from components.import_map import COLOURS, MOST_DOTS, NOTHING, SIGNS, WORDS, import_map
from components.palette import CARD, contrast

SIDE = 0.01


def frame(*squares: tuple[str, float], north: float = 37.0) -> pd.DataFrame:
    """Squares by name and western edge."""
    boxes = [shapely.box(west, north, west + SIDE, north + SIDE) for _, west in squares]
    return pd.DataFrame(
        {"name": [name for name, _ in squares], "boundary": [shapely.to_geojson(b) for b in boxes]}
    )


def points(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["lon", "lat", "kind", "count", "text"])


def drawing(html: str) -> ElementTree.Element:
    """The picture; that it parses shows that nothing broke out of it."""
    found = re.search(r"<svg viewBox=.*?</svg>(?=<figcaption)", html, re.S)
    assert found
    return ElementTree.fromstring(found[0])


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html.split("<figcaption")[1])


NEW, OLD = frame(("河东", 112.0), ("河西", 112.01)), frame(("旧网格", 112.0))


def test_new_shapes_lie_over_present_ones_and_differ_by_their_line() -> None:
    html = import_map(NEW, OLD)
    paths = [p for p in drawing(html).iter("path") if p.get("class")]
    assert [p.get("class") for p in paths] == ["present", "new", "new"]
    assert [bool(p.get("stroke-dasharray")) for p in paths] == [True, False, False]
    assert [p.find("title").text for p in paths] == [
        "已有边界：旧网格",
        "新边界：河东",
        "新边界：河西",
    ]
    assert "新边界 2 个（实线）" in words(html)
    assert "已有边界 1 个（虚线）" in words(html)


def test_the_same_place_is_drawn_in_the_same_spot() -> None:
    present, new, _ = (p.get("d") for p in drawing(import_map(NEW, OLD)).iter("path"))
    assert present == new


def test_troubles_are_told_apart_by_shape_and_word_without_any_colour() -> None:
    marks = points(
        (112.002, 37.005, "refused", 1, "坐标不是数字"),
        (112.008, 37.005, "unplaced", 7, "测试路 1 号"),
        (112.015, 37.005, "pile", 23, ""),
    )
    html = import_map(NEW, None, marks)
    groups = {g.get("class"): g for g in drawing(html).iter("g")}
    assert {kind: g.find("text").text for kind, g in groups.items()} == {
        "refused": "未通过",
        "unplaced": "未归入 7",
        "pile": "堆叠 23",
    }
    assert {kind: g.find("path").get("d") for kind, g in groups.items()} == SIGNS
    assert len(set(SIGNS.values())) == len(set(WORDS.values()) - {"已归入"}) == 3
    assert groups["refused"].find("title").text == "未通过：边界或坐标没有通过；坐标不是数字"
    for said in ("未通过 1：", "未归入 7：不在任何单位之内", "堆叠 23：许多件在同一个坐标"):
        assert said in words(html)


def test_signs_stand_out_from_the_white_inside_them() -> None:
    assert all(contrast(COLOURS[kind], CARD) > 2.5 for kind in SIGNS)


def test_signs_that_would_cover_each_other_become_one_with_their_sum() -> None:
    near = [(112.005 + n * 1e-6, 37.005, "unplaced", 1, f"第{n}件") for n in range(8)]
    far = [(112.018, 37.008, "unplaced", 1, "")]
    groups = list(drawing(import_map(NEW, None, points(*near, *far))).iter("g"))
    assert [g.find("text").text for g in groups] == ["未归入 8", "未归入"]
    assert groups[0].find("title").text.endswith("第0件；第1件；第2件；第3件；第4件；……")


def test_kinds_in_one_place_stay_apart_and_the_worst_lies_on_top() -> None:
    spot = (112.005, 37.005)
    marks = points((*spot, "refused", 1, ""), (*spot, "pile", 5, ""), (*spot, "unplaced", 2, ""))
    found = [g.get("class") for g in drawing(import_map(NEW, None, marks)).iter("g")]
    assert found == ["pile", "unplaced", "refused"]


def test_placed_points_are_dots_and_thinned_but_counted_in_full() -> None:
    many = points(*[(112.0 + n * 1e-6, 37.005, "placed", 1, "") for n in range(10_000)])
    html = import_map(NEW, None, many)
    (dots,) = [p for p in drawing(html).iter("path") if p.get("class") == "placed"]
    assert MOST_DOTS / 2 < dots.get("d").count("M") <= MOST_DOTS
    assert "已归入 10,000" in words(html)


def test_counts_and_reasons_may_be_left_out() -> None:
    bare = points((112.005, 37.005, "refused", 1, ""))[["lon", "lat", "kind"]]
    assert "未通过 1：" in words(import_map(NEW, None, bare))


def test_what_cannot_be_drawn_is_counted_in_words() -> None:
    marks = points(
        (float("nan"), 37.0, "unplaced", 3, ""),
        (112.005, float("inf"), "refused", 1, ""),
        (0.0, 0.0, "unplaced", 2, ""),
        (112.005, 37.005, "placed", 1, ""),
    )
    html = import_map(NEW, None, marks)
    assert "另有 4 个没有坐标，没有画在图上" in words(html)
    assert "另有 2 个点离得太远，没有画在图上" in words(html)
    assert "未归入 5" in words(html)
    assert not list(drawing(html).iter("g"))


def test_boundaries_far_from_the_present_ones_are_pointed_out() -> None:
    far = import_map(frame(("河东", 113.0)), OLD)
    assert "新边界离已有边界约 110 公里，请核对坐标系" in words(far)
    assert "公里" not in words(import_map(NEW, OLD))


def test_many_shapes_are_not_named_on_the_map_few_are() -> None:
    assert [t.text for t in drawing(import_map(NEW)).iter("text")] == ["河东", "河西"]
    many = frame(*[(f"网格{n}", 112 + n * SIDE) for n in range(26)])
    assert list(drawing(import_map(many)).iter("text")) == []


def test_holes_and_parts_are_drawn() -> None:
    ring = shapely.box(112, 37, 112.01, 37.01).difference(
        shapely.box(112.004, 37.004, 112.006, 37.006)
    )
    both = shapely.MultiPolygon([ring, shapely.box(112.02, 37, 112.03, 37.01)])
    html = import_map(pd.DataFrame({"name": ["甲"], "boundary": [shapely.to_geojson(both)]}))
    (path,) = [p for p in drawing(html).iter("path") if p.get("class") == "new"]
    assert path.get("d").count("M") == 3
    assert path.get("fill-rule") == "evenodd"


def test_shapes_without_a_boundary_are_left_out() -> None:
    gap = pd.concat([NEW, pd.DataFrame({"name": ["无边界"], "boundary": [None]})])
    assert "新边界 2 个" in words(import_map(gap))


@pytest.mark.parametrize("present", [None, OLD.iloc[:0]])
def test_nothing_to_draw_is_said(present: pd.DataFrame | None) -> None:
    lost = points((float("nan"), 1.0, "unplaced", 1, ""))
    assert NOTHING in import_map(NEW.iloc[:0], present)
    assert NOTHING in import_map(NEW.iloc[:0], present, lost)


@pytest.mark.parametrize("spots", [[(112.0, 37.0)], [(112.0, 37.0), (112.0, 37.2)]])
def test_points_alone_make_a_drawing_however_they_lie(spots: list[tuple[float, float]]) -> None:
    marks = points(*[(*spot, "unplaced", 1, "") for spot in spots])
    picture = drawing(import_map(NEW.iloc[:0], None, marks))
    height = float(picture.get("viewBox").split()[3])
    assert 299 < height < 901
    assert len(list(picture.iter("g"))) == len(spots)


def test_names_and_reasons_cannot_become_markup() -> None:
    evil = '"><script>alert(1)</script>'
    html = import_map(
        NEW.assign(name=evil), OLD.assign(name=evil), points((112.005, 37.005, "refused", 1, evil))
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5  # three outlines, one name, one reason
    assert drawing(html) is not None


def test_a_missing_name_is_said() -> None:
    html = import_map(NEW.assign(name=[None, ""]))
    assert html.count("（无名称）") == 4


def test_the_same_values_give_the_same_picture_and_nothing_is_fetched() -> None:
    marks = points((112.005, 37.005, "unplaced", 3, "某路"))
    assert import_map(NEW, OLD, marks) == import_map(NEW, OLD, marks)
    assert not re.search(r"(src|href|url)\s*[=(]|http", import_map(NEW, OLD, marks))


def test_the_builder_knows_no_data_and_no_streamlit() -> None:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    named = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    named |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert {name.split(".")[0] for name in named} & {"data", "streamlit", "sqlalchemy"} == set()
