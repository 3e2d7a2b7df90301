"""JSON files: GeoJSON, TopoJSON and lists of records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data.importing.geojson import Feature, features_of
from data.importing.grids import clean_rows
from data.importing.headers import names_of
from data.importing.limits import LARGEST_JSON, check_size, refuse
from data.importing.tables import Cell, RawTable
from data.importing.topojson import layers_of

GEOMETRIES = frozenset(
    (
        "Point", "MultiPoint", "LineString", "MultiLineString",
        "Polygon", "MultiPolygon", "GeometryCollection",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Structured:
    """What a JSON file is, its tables, and the coordinate system that it names."""

    kind: str
    tables: list[RawTable]
    crs: str | None = None


def read_structured(name: str, text: str) -> Structured:
    """The tables of a JSON text; RuleError where it is damaged or of another shape."""
    held = _parse(text)
    kind = held.get("type") if isinstance(held, dict) else None
    if kind in ("FeatureCollection", "Feature", *GEOMETRIES):
        features, crs = features_of(held)
        return Structured("geojson", [_layer(name, features)], crs)
    if kind == "Topology":
        layers = layers_of(held)
        return Structured("topojson", [_layer(n or name, fs) for n, fs in layers.items()])
    return Structured("json", [_records(name, held)])


def _parse(text: str) -> Any:
    if len(text) > LARGEST_JSON:
        raise refuse(f"JSON 文件最多 {LARGEST_JSON // 2**20} MB，请分成几个文件，或改用 CSV 导入")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise refuse("JSON 文件层层嵌套得过深，请检查文件是否正确") from error
    except json.JSONDecodeError as error:
        raise refuse(
            f"JSON 文件在第 {error.lineno} 行第 {error.colno} 个字处写错或没有传完，"
            "请重新导出后再导入"
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise refuse(f"JSON 文件里有读不了的数：{error}，请改正后再导入") from error


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _layer(name: str, features: list[Feature]) -> RawTable:
    """Features as a table: their properties are its columns, the id is one more."""
    records = [
        feature.properties | ({"id": feature.id} if feature.id is not None else {})
        for feature in features
    ]
    header, rows = _columns(records)
    return RawTable(
        name,
        header,
        rows,
        list(range(1, len(rows) + 1)),
        geometries=[feature.geometry for feature in features],
        broken={n: feature.broken for n, feature in enumerate(features) if feature.broken},
    )


def _records(name: str, held: Any) -> RawTable:
    """A list of objects, alone or as the one list within an object."""
    if isinstance(held, dict):
        lists = [v for v in held.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        held = lists[0] if len(lists) == 1 else None
    if not isinstance(held, list) or not any(isinstance(one, dict) for one in held):
        raise refuse(
            "JSON 文件须是 GeoJSON、TopoJSON，或由一条条记录组成的列表，"
            "如 [{“姓名”: “…”}, …]，请按这样导出后再导入"
        )
    header, rows = _columns([one if isinstance(one, dict) else {} for one in held])
    broken = {
        n: "不是一条记录，须写成 {…}" for n, one in enumerate(held) if not isinstance(one, dict)
    }
    return RawTable(name, header, rows, list(range(1, len(rows) + 1)), broken=broken)


def _columns(records: list[dict[str, Any]]) -> tuple[list[str], list[list[Cell]]]:
    """The union of the keys in the order of their first appearance, and a row each."""
    keys = list(dict.fromkeys(_keys(records)))
    check_size(len(records), len(keys), "文件")
    rows = [[_cell(record.get(key)) for key in keys] for record in records]
    return names_of([list(keys)], 0) if keys else [], clean_rows(rows)


def _keys(records: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (key for record in records for key in record)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, int, float)):
        return value
    return json.dumps(value, ensure_ascii=False)
