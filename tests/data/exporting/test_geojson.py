from __future__ import annotations

import json

import pandas as pd

from data.exporting.geojson import to_geojson

SQUARE = {"type": "Polygon", "coordinates": [[[112, 37], [113, 37], [113, 38], [112, 37]]]}


def test_columns_become_properties_and_the_boundary_the_geometry() -> None:
    units = pd.DataFrame(
        {"单位编码": ["007", "8"], "单位名称": ["甲", None], "边界": [json.dumps(SQUARE), None]},
        dtype=object,
    )
    found = json.loads(to_geojson(units))
    assert found["type"] == "FeatureCollection"
    first, second = found["features"]
    assert first == {
        "type": "Feature",
        "properties": {"单位编码": "007", "单位名称": "甲"},
        "geometry": SQUARE,
    }
    assert second["geometry"] is None
    assert second["properties"]["单位名称"] is None


def test_chinese_stays_readable() -> None:
    units = pd.DataFrame({"单位名称": ["滨河网格"], "边界": [None]}, dtype=object)
    assert "滨河网格".encode() in to_geojson(units)
