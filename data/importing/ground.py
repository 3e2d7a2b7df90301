"""Metres on the ground for shapes in degrees: areas, widths and a flat plane to work in.

Good to half a percent within a street or a city, which is what the thresholds need.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

Array = np.ndarray[Any, Any]
DEGREE = 111_195.0  # metres of one degree of latitude


def square_metres(geometry: shapely.Geometry) -> float:
    """The area of a shape in degrees."""
    if geometry.is_empty:
        return 0.0
    _, south, _, north = geometry.bounds
    return float(geometry.area * DEGREE**2 * np.cos(np.radians((south + north) / 2)))


def mean_width(polygon: shapely.Polygon) -> float:
    """About how wide a long thin polygon is, in metres: twice its area by its outline."""
    flat = to_ground([polygon])[0]
    return float(2 * flat.area / flat.length) if flat.length else 0.0


def middle_latitude(shapes: list[Any]) -> float:
    """The latitude half-way between the southern and the northern end of the shapes."""
    if not shapes:
        return 0.0
    _, south, _, north = shapely.total_bounds(shapes)
    return float((south + north) / 2)


def to_ground(shapes: list[Any], latitude: float | None = None) -> list[Any]:
    """The shapes with metres for degrees, east shrunk as it is at ``latitude`` (their middle)."""
    return _scaled(shapes, _scale(shapes, latitude))


def to_degrees(shapes: list[Any], latitude: float) -> list[Any]:
    """The way back of :func:`to_ground`."""
    return _scaled(shapes, 1 / _scale(shapes, latitude))


def _scale(shapes: list[Any], latitude: float | None) -> Array:
    middle = middle_latitude(shapes) if latitude is None else latitude
    return np.array([DEGREE * np.cos(np.radians(middle)), DEGREE])


def _scaled(shapes: list[Any], scale: Array) -> list[Any]:
    if not shapes:
        return []
    return list(shapely.transform(np.array(shapes, dtype=object), lambda places: places * scale))
