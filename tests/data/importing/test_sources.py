"""Reading a file from end to end: format, encoding, notes."""

from __future__ import annotations

import json

import pytest

from data.errors import RuleError
from data.importing.sources import read_source

LINES = "幸福街道网格名册,,\n,,\n编号,名称,户数\n001,第一网格,3\n合计,,3\n"


def test_an_ugly_csv() -> None:
    source = read_source("网格.csv", LINES.replace("\n", "\r\n").encode("gb18030"))
    (table,) = source.tables
    assert (source.kind, source.encoding, source.notes) == ("csv", "gb18030", [])
    assert (table.name, table.header) == ("网格", ["编号", "名称", "户数"])
    assert (table.rows, table.numbers) == ([["001", "第一网格", "3"]], [4])
    assert table.notes == ["第 5 行是合计行，没有读", "第 1 行是不成表格的文字，没有读"]


def test_a_tsv_in_utf_16_as_excel_saves_it() -> None:
    source = read_source("a.txt", "编号\t名称\n001\t甲\n".encode("utf-16"))
    assert (source.encoding, source.tables[0].rows) == ("utf-16-le", [["001", "甲"]])


def test_what_was_mended_is_said_of_the_file() -> None:
    source = read_source("a.csv", LINES.encode().decode("latin-1").encode())
    assert source.tables[0].header == ["编号", "名称", "户数"]
    assert "Latin-1" in source.notes[0]


def test_geojson_in_a_json_file() -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    geometry = {"type": "Point", "coordinates": [116.123456789012, 39.9]}
    feature = {"type": "Feature", "properties": {"名": "甲"}, "geometry": geometry}
    held = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    source = read_source("grids.json", json.dumps(held).encode())
    assert (source.kind, source.crs, source.tables[0].name) == ("geojson", "EPSG:4326", "grids")
    assert source.tables[0].geometries == [geometry]


@pytest.mark.parametrize(
    "content",
    [b"1,2\n3,4\n", "编号,名称\n".encode(), b'{"type": "FeatureCollection", "features": []}'],
)
def test_a_file_without_a_table_is_refused(content: bytes) -> None:
    name = "a.json" if content.startswith(b"{") else "a.csv"
    with pytest.raises(RuleError, match="没有找到表格") as refused:
        read_source(name, content)
    assert refused.value.field == "文件"
