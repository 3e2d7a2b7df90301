"""A file's features into boundaries of units: one shape a unit, sound, in WGS84.

What can be repaired safely is repaired and listed (see data.importing.polygons for what
is safe); what cannot is refused by index and name while the rest loads.  Overlaps, gaps
and names are told and left alone.  The name of a unit is never its key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from data.errors import RuleError
from data.importing.coordinates import check_system, in_china
from data.importing.coverage import called, layer_notes
from data.importing.polygons import SAFE, Area, read_polygon


@dataclass(frozen=True)
class Feature:
    """A feature as it stands in the file; ``index`` counts from 1."""

    index: int
    name: str
    geometry: dict[str, Any] | None


@dataclass(frozen=True)
class Shape:
    """A boundary, a valid Polygon or MultiPolygon in WGS84 (lon, lat; seven decimals).

    ``index`` and ``name`` are of its first feature; ``merged`` lists the indexes of all
    features put together, and is empty where there was one.
    """

    index: int
    name: str
    geometry: Area
    merged: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something to be told about a feature; index 0 is the layer as a whole."""

    index: int
    name: str
    what: str

    def __str__(self) -> str:
        return f"{called(self) if self.index else self.name}：{self.what}"


@dataclass(frozen=True)
class Boundaries:
    """What a layer gave: shapes, what was repaired and refused, and what is only told."""

    shapes: list[Shape] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


@dataclass
class _Layer:
    """What has been found so far."""

    shapes: list[Shape] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def repair(self, feature: Feature, what: str) -> None:
        self.repaired.append(Finding(feature.index, feature.name, what))

    def refuse(self, feature: Feature, what: str) -> None:
        self.refused.append(Finding(feature.index, feature.name, what))

    def note(self, feature: Feature, what: str) -> None:
        self.notes.append(Finding(feature.index, feature.name, what))


def read_boundaries(
    features: Iterable[Feature],
    *,
    system: str,
    same: Callable[[Feature], str] | None = None,
) -> Boundaries:
    """The boundaries of a layer; ``same`` gives the code by which rows are one unit.

    Rows of one code are put together if they overlap by less than 1 %; a row without
    a code stands alone.  RuleError(坐标系) only for an unknown ``system``: everything
    wrong with a feature is a finding.
    """
    check_system(system)
    layer, features = _Layer(), list(features)
    read = {i: _read(layer, feature, system) for i, feature in enumerate(features)}
    for group in _groups(features, same):
        _join(layer, [features[i] for i in group], [read[i] for i in group])
    layer.shapes.sort(key=lambda shape: shape.index)
    _note_names(layer, features)
    _note_places(layer)
    layer.notes += [Finding(*note) for note in layer_notes(layer.shapes)]
    return Boundaries(layer.shapes, _sorted(layer.repaired), _sorted(layer.refused), layer.notes)


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.index)


def _read(layer: _Layer, feature: Feature, system: str) -> Area | None:
    try:
        shape, repairs = read_polygon(feature.geometry, system)
    except RuleError as refusal:
        layer.refuse(feature, refusal.message)
        return None
    for repair in repairs:
        layer.repair(feature, repair)
    return shape


def _groups(features: list[Feature], same: Callable[[Feature], str] | None) -> list[list[int]]:
    """Positions of the features of each unit, in the order of the file."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for position, feature in enumerate(features):
        code = same(feature).strip() if same else ""
        groups[code, 0 if code else feature.index].append(position)
    return list(groups.values())


def _join(layer: _Layer, features: list[Feature], shapes: list[Area | None]) -> None:
    """One shape of the features of a unit; all are refused where they do not fit together."""
    found = {f.index: s for f, s in zip(features, shapes, strict=True) if s is not None}
    missing = [f.index for f in features if f.index not in found]
    if missing:
        for feature in features:
            if feature.index in found:
                layer.refuse(feature, f"同一单位的第 {_list(missing)} 个要素没有通过，请一起改好")
        return
    for feature, twin in _twins(features, found):
        del found[feature.index]
        layer.repair(feature, f"与第 {twin.index} 个要素编码、范围都相同，只取一个")
    if len(found) == 1:
        _add(layer, features, tuple(found), *found.values())
        return
    joined = shapely.union_all(list(found.values()))
    overlap = 1 - joined.area / sum(shape.area for shape in found.values())
    if overlap >= SAFE:
        for feature in features:
            layer.refuse(feature, _not_parts(features, overlap))
        return
    _add(layer, features, tuple(found), joined)


def _add(layer: _Layer, features: list[Feature], merged: tuple[int, ...], shape: Area) -> None:
    first = features[0]
    name = next((f.name for f in features if f.name), "")
    if len({f.name for f in features if f.name}) > 1:
        names = "、".join(dict.fromkeys(f.name for f in features if f.name))
        layer.note(first, f"编码相同而名称不同（{names}），按编码当作一个单位")
    if len(merged) > 1:
        layer.repair(first, f"第 {_list(merged)} 个要素编码相同，合成一个单位")
    layer.shapes.append(Shape(first.index, name, shape, merged if len(merged) > 1 else ()))


def _twins(features: list[Feature], shapes: dict[int, Area]) -> list[tuple[Feature, Feature]]:
    """Features whose shape an earlier one has already, each with that one."""
    seen: dict[bytes, Feature] = {}
    twins = []
    for feature in features:
        key = shapely.to_wkb(shapely.normalize(shapes[feature.index]))
        if key in seen:
            twins.append((feature, seen[key]))
        seen.setdefault(key, feature)
    return twins


def _not_parts(features: list[Feature], overlap: float) -> str:
    return (
        f"第 {_list(f.index for f in features)} 个要素编码相同，却互相重叠 {overlap:.0%}，"
        "不像一个单位分成的几块（重叠不到 1% 才合并），请核对编码或删去旧的范围"
    )


def _list(indexes: Iterable[int]) -> str:
    return "、".join(map(str, indexes))


def _note_names(layer: _Layer, features: Sequence[Feature]) -> None:
    """Missing names, and names that several units bear."""
    kept = {shape.index: shape for shape in layer.shapes}
    times = Counter(shape.name for shape in layer.shapes if shape.name)
    for feature in (f for f in features if f.index in kept):
        name = kept[feature.index].name
        if not name:
            layer.note(feature, "没有名称，请确认编码所指的单位")
        elif times[name] > 1:
            twins = [i for i, s in kept.items() if s.name == name and i != feature.index]
            layer.note(feature, f"与第 {_list(twins)} 个要素同名，只按编码区分")


def _note_places(layer: _Layer) -> None:
    for shape in layer.shapes:
        west, south, east, north = shape.geometry.bounds
        if not in_china((west + east) / 2, (south + north) / 2):
            said = "不在中国的经纬度范围内，请核对坐标系"
            layer.notes.append(Finding(shape.index, shape.name, said))
