"""The overview's map as data: projection, paths, marks, and nothing unescaped."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
import shapely

from components.quick_map import WIDTH, Plane, quick_map

SQUARES = {"A": (112.0, 37.0), "B": (112.01, 37.0)}
SIDE = 0.01


def square(code: str) -> str:
    west, south = SQUARES[code]
    return shapely.to_geojson(shapely.box(west, south, west + SIDE, south + SIDE))


def shapes(**changes: object) -> pd.DataFrame:
    rows = [
        {
            "code": code,
            "name": f"网格{code}",
            "boundary": square(code),
            "value": 90.0,
            "text": "90%",
        }
        for code in SQUARES
    ]
    rows[0] |= changes
    return pd.DataFrame(rows)


LIGHTS = pd.DataFrame({"code": ["A", "B"], "light": ["red", "red"], "count": [2, 0]})


def test_the_drawing_keeps_the_shape_of_the_ground() -> None:
    drawn = quick_map(shapes(), metric="按时办结率", unit="%")
    # two squares side by side: twice as wide as high, shrunk eastward by cos 37°
    assert drawn["height"] == pytest.approx(WIDTH / 2 / 0.7986, rel=1e-3)
    assert [shape["code"] for shape in drawn["shapes"]] == ["A", "B"]


def test_north_is_up_and_shared_edges_stay_shared() -> None:
    plane = Plane((112.0, 37.0, 112.02, 37.01))
    assert plane.point((112.0, 37.01)) == {"x": 0, "y": 0}
    assert plane.point((112.02, 37.0)) == {"x": WIDTH, "y": plane.height}
    first, second = (
        set(re.findall(r"[\d.]+ [\d.]+", plane.path(json.loads(square(code))))) for code in SQUARES
    )
    assert len(first & second) == 2


def test_holes_and_several_parts_are_all_drawn() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    both = shapely.MultiPolygon([ring, shapely.box(20, 0, 30, 10)])
    plane = Plane(both.bounds)
    assert plane.path(shapely.geometry.mapping(both)).count("M") == 3


def test_only_lights_that_are_on_are_marked() -> None:
    marks = quick_map(shapes(), metric="在办诉求", lights=LIGHTS)["marks"]
    lit = [mark for mark in marks if mark["look"] == "lights"]
    assert [(mark["code"], mark["html"]) for mark in lit] == [("A", '<i class="red">红 2</i>')]


def test_a_unit_without_a_boundary_is_counted_in_the_legend() -> None:
    drawn = quick_map(shapes(boundary=None), metric="走访")
    assert [shape["code"] for shape in drawn["shapes"]] == ["B"]
    assert "另有 1 个单位没有边界" in drawn["corner"]


def test_a_unit_without_a_value_is_drawn_as_such() -> None:
    first = quick_map(shapes(value=None), metric="满意率")["shapes"][0]
    assert (first["look"], first["fill"]) == ("shape nodata", None)


def test_nothing_to_draw_is_said() -> None:
    drawn = quick_map(shapes().assign(boundary=None), metric="走访")
    assert drawn["shapes"] == []
    assert "还没有边界数据" in drawn["corner"]


def test_names_are_escaped() -> None:
    drawn = quick_map(shapes(name="<b onclick=x>甲</b>"), metric="走访", lights=LIGHTS)
    text = json.dumps(drawn, ensure_ascii=False)
    assert "<b onclick" not in text
    assert "&lt;b onclick=x&gt;甲" in text


def test_outlined_units_give_the_names_instead_of_the_shapes() -> None:
    outline = pd.DataFrame({"name": ["东社区"], "boundary": [square("A")]})
    drawn = quick_map(shapes(), metric="走访", outlines=outline)
    assert len(drawn["borders"]) == 1
    assert [mark["html"] for mark in drawn["marks"]] == ["<b>东社区</b>"]
