"""GeoJSON: features with their properties, and geometries just as the file has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.importing.limits import refuse

BROKEN = "不是完整的要素（Feature），请检查这一项"


@dataclass(frozen=True)
class Feature:
    """One feature; ``broken`` says why it cannot be taken, "" where it can."""

    properties: dict[str, Any]
    geometry: dict[str, Any] | None
    id: str | int | float | None = None
    broken: str = ""


def features_of(held: dict[str, Any]) -> tuple[list[Feature], str | None]:
    """The features of a GeoJSON object, and the coordinate system that it names."""
    crs = _crs(held.get("crs"))
    if held["type"] == "Feature":
        return [_feature(held)], crs
    if held["type"] != "FeatureCollection":
        return [Feature({}, held)], crs
    given = held.get("features")
    if not isinstance(given, list):
        raise refuse("GeoJSON 里没有要素列表（features），请重新导出后再导入")
    return [_feature(one) for one in given], crs


def _feature(held: Any) -> Feature:
    if not isinstance(held, dict) or held.get("type") != "Feature":
        return Feature({}, None, broken=BROKEN)
    properties, geometry = held.get("properties"), held.get("geometry")
    if not isinstance(properties or {}, dict) or not isinstance(geometry or {}, dict):
        return Feature({}, None, broken=BROKEN)
    return Feature(properties or {}, geometry, id_of(held))


def id_of(held: dict[str, Any]) -> str | int | float | None:
    """The id of a feature, where it has one."""
    id_ = held.get("id")
    return id_ if isinstance(id_, (str, int, float)) else None


def _crs(held: Any) -> str | None:
    """The name of the old ``crs`` member, as in ``urn:ogc:def:crs:EPSG::4490``."""
    properties = held.get("properties") if isinstance(held, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
