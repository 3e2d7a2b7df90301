"""GeoJSON, TopoJSON and JSON records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing import structured, topojson
from data.importing.structured import read_structured

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}


def feature(geometry: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read(held: Any) -> structured.Structured:
    return read_structured("网格", json.dumps(held, ensure_ascii=False))


class TestGeoJson:
    def test_features_become_rows_and_geometries_stay_as_they_are(self) -> None:
        features = [feature(编号="001", 户数=3), feature(None, 编号="002", 标签=["a"], 名=" 甲 ")]
        found = read({"type": "FeatureCollection", "features": features})
        (table,) = found.tables
        assert found.kind == "geojson"
        assert table.header == ["编号", "户数", "标签", "名"]
        assert table.rows == [["001", 3, None, None], ["002", None, '["a"]', "甲"]]
        assert table.geometries == [SQUARE, None]
        assert table.numbers == [1, 2]

    def test_ids_are_a_column(self) -> None:
        found = read({"type": "FeatureCollection", "features": [feature(名="甲") | {"id": 7}]})
        assert (found.tables[0].header, found.tables[0].rows) == (["名", "id"], [["甲", 7]])

    def test_the_named_system_is_told(self) -> None:
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
        found = read({"type": "FeatureCollection", "crs": crs, "features": [feature(名="甲")]})
        assert found.crs == "urn:ogc:def:crs:EPSG::4490"

    def test_one_feature_or_one_geometry_alone(self) -> None:
        assert read(feature(名="甲")).tables[0].rows == [["甲"]]
        assert read(SQUARE).tables[0].geometries == [SQUARE]

    @pytest.mark.parametrize(
        "odd", [7, None, {}, {"type": "Polygon"}, feature("x"), feature() | {"properties": [1]}]
    )
    def test_what_is_no_feature_is_marked_and_the_rest_loads(self, odd: Any) -> None:
        found = read({"type": "FeatureCollection", "features": [odd, feature(名="甲")]})
        (table,) = found.tables
        assert "不是完整的要素" in table.broken[0]
        assert (table.rows[1], table.geometries) == (["甲"], [None, SQUARE])

    def test_a_collection_without_features_is_refused(self) -> None:
        with pytest.raises(RuleError, match="要素列表"):
            read({"type": "FeatureCollection"})


TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [100, 30]},
    "objects": {
        "grids": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "A", "properties": {"名": "甲"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "properties": {"名": "乙"}, "arcs": [[[2, -1]]]},
                {"type": "Point", "coordinates": [2, 4]},
                {"type": None, "properties": {"名": "丙"}},
                {"type": "Polygon", "properties": {"名": "丁"}, "arcs": [[9]]},
            ],
        },
        "line": {"type": "LineString", "arcs": [0]},
    },
    # the shared edge (2,0)→(2,2); the rest of the left square; the rest of the right one
    "arcs": [
        [[2, 0], [0, 2]],
        [[2, 2], [-2, 0], [0, -2], [2, 0]],
        [[2, 0], [2, 0], [0, 2], [-2, 0]],
    ],
}  # fmt: skip


class TestTopoJson:
    def test_arcs_are_put_together_exactly(self) -> None:
        found = read(TOPOLOGY)
        grids, line = found.tables
        assert (found.kind, grids.name, line.name) == ("topojson", "grids", "line")
        assert grids.geometries is not None
        left, right, point, none, _ = grids.geometries
        ring = [[101.0, 30.0], [101.0, 30.5], [100.0, 30.5], [100.0, 30.0], [101.0, 30.0]]
        assert left == {"type": "Polygon", "coordinates": [ring]}
        ring = [[101.0, 30.0], [102.0, 30.0], [102.0, 30.5], [101.0, 30.5], [101.0, 30.0]]
        assert right == {"type": "MultiPolygon", "coordinates": [[ring]]}
        assert point == {"type": "Point", "coordinates": [101.0, 31.0]}
        assert none is None
        assert line.geometries == [
            {"type": "LineString", "coordinates": [[101.0, 30.0], [101.0, 30.5]]}
        ]

    def test_properties_and_ids_are_columns_and_a_missing_arc_is_marked(self) -> None:
        grids = read(TOPOLOGY).tables[0]
        assert grids.header == ["名", "id"]
        assert grids.rows[0] == ["甲", "A"]
        assert set(grids.broken) == {4}

    def test_without_a_transform_points_stand_as_they_are(self) -> None:
        held = {
            "type": "Topology",
            "objects": {"a": {"type": "Polygon", "arcs": [[0]]}},
            "arcs": [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.2], [0.1, 0.2]]],
        }
        assert read(held).tables[0].geometries == [
            {"type": "Polygon", "coordinates": [held["arcs"][0]]}  # type: ignore[index]
        ]

    def test_a_topology_that_repeats_one_arc_endlessly_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(topojson, "MOST_POINTS", 100)
        arcs = [[[n, n] for n in range(20)]]
        objects = {"a": {"type": "MultiLineString", "arcs": [[0]] * 6}}
        with pytest.raises(RuleError, match="先简化边界"):
            read({"type": "Topology", "objects": objects, "arcs": arcs})

    @pytest.mark.parametrize(
        "change", [{"arcs": 7}, {"arcs": [[["x", 1]]]}, {"transform": {}}, {"objects": {}}]
    )
    def test_damage_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(RuleError, match="请重新导出"):
            read(TOPOLOGY | change)


class TestRecords:
    def test_records_become_rows(self) -> None:
        found = read([{"编号": "001", "户数": 3}, {"编号": "002", "好": True}])
        (table,) = found.tables
        assert (found.kind, table.header) == ("json", ["编号", "户数", "好"])
        assert table.rows == [["001", 3, None], ["002", None, True]]

    def test_the_one_list_within_an_object(self) -> None:
        assert read({"total": 1, "RECORDS": [{"a": 1}]}).tables[0].rows == [[1]]

    def test_what_is_no_record_is_marked(self) -> None:
        table = read([{"a": 1}, 7]).tables[0]
        assert table.rows == [[1], [None]]
        assert "不是一条记录" in table.broken[1]

    @pytest.mark.parametrize("held", [7, "x", [], [1, 2], {}, {"a": 1}, {"a": [{}], "b": [{}]}])
    def test_another_shape_is_refused(self, held: Any) -> None:
        with pytest.raises(RuleError, match="一条条记录"):
            read(held)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"a": 1},\n {"b" 2}]', "第 2 行第 7 个字处写错"),
        ("[" * 100_000, "嵌套得过深"),
        ('[{"a": NaN}]', "读不了的数"),
        (f'[{{"a": {"9" * 5000}}}]', "读不了的数"),
    ],
)
def test_damaged_json_is_refused(text: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        read_structured("a", text)


def test_an_infinite_number_is_no_value() -> None:
    assert read_structured("a", '[{"a": 1e999, "b": 2}]').tables[0].rows == [[None, 2]]


def test_a_text_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structured, "LARGEST_JSON", 5)
    with pytest.raises(RuleError, match="最多 0 MB"):
        read_structured("a", '[{"a": 1}]')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["type", "features", "geometry", "properties", "arcs", "objects", "transform",
             "scale", "translate", "id", "coordinates", "geometries"]
        ),
        inner | st.sampled_from(["Feature", "FeatureCollection", "Topology", "Polygon", "Point"]),
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(held: Any) -> None:
    try:
        found = read_structured("a", json.dumps(held))
    except RuleError:
        return
    for table in found.tables:
        assert all(len(row) == len(table.header) for row in table.rows)


STEPS = st.tuples(st.integers(-99, 99), st.integers(-99, 99))


@given(st.lists(st.lists(STEPS, min_size=2, max_size=5), max_size=5))
def test_quantised_arcs_decode_to_their_points(lines: list[list[tuple[int, int]]]) -> None:
    def steps(line: list[tuple[int, int]]) -> list[tuple[int, int]]:
        before = [(0, 0), *line]
        return [(x - a, y - b) for (x, y), (a, b) in zip(line, before, strict=False)]

    held = {
        "type": "Topology",
        "transform": {"scale": [1e-4, 1e-4], "translate": [116, 39]},
        "objects": {"a": {"type": "MultiLineString", "arcs": [[n] for n in range(len(lines))]}},
        "arcs": [steps(line) for line in lines],
    }
    (found,) = read(held).tables[0].geometries or []
    expected = [[[x * 1e-4 + 116, y * 1e-4 + 39] for x, y in line] for line in lines]
    assert found is not None
    assert found["coordinates"] == expected
