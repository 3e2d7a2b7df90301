"""Points into units: which boundary holds each case, which hold none, and which pile up.

A geocoder that knows only a street or a community gives every case of it one
coordinate, mostly the middle of a unit.  Such piles are placed like any point but
counted apart, because they say less than they seem to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data.importing.ground import DEGREE

Array = np.ndarray[Any, Any]
Spot = tuple[float, float]

DIGITS = 6  # coordinates equal to a tenth of a metre are one
PILE = 5  # so many cases on one coordinate in the middle of a unit are a pile
PILE_ANYWHERE = 20  # and so many anywhere
MIDDLE_M = 30.0  # how near to a unit's centre counts as its middle


@dataclass(frozen=True)
class Placed:
    """Where points belong: one entry a point in ``unit_ids`` (None: nowhere) and ``how``.

    ``how`` is "point" where a boundary holds the point, else "" (the caller knows "code"
    and "name").  ``piles``: (lon, lat) to six decimals → how many lie there.  ``outside``
    counts points that have coordinates and lie in no unit, ``missing`` those without.
    """

    unit_ids: list[int | None]
    how: list[str]
    piles: dict[Spot, int] = field(default_factory=dict)
    outside: int = 0
    missing: int = 0

    @property
    def piled(self) -> int:
        """How many points lie on piles."""
        return sum(self.piles.values())


def place(lon: Array, lat: Array, units: pd.DataFrame) -> Placed:
    """The unit of each point.  ``units``: id, geometry (shapely, WGS84; None is passed over).

    A boundary holds the points on it.  Where several units hold a point (a shared edge,
    an overlap, a level above), the smallest takes it, and of equal ones the lowest id: the
    order of the units never matters.
    """
    lon, lat = np.array(lon, float, ndmin=1), np.array(lat, float, ndmin=1)
    present = np.isfinite(lon) & np.isfinite(lat)
    usable = units[units["geometry"].notna()]
    ids, shapes = _smallest_last(usable)
    owners = np.full(len(lon), -1)
    owners[present] = _owners(lon[present], lat[present], shapes)
    names: list[int | None] = [*ids, None]  # an owner of -1 is the last: nowhere
    found = owners.tolist()
    return Placed(
        unit_ids=[names[owner] for owner in found],
        how=["point" if owner >= 0 else "" for owner in found],
        piles=find_piles(lon[present], lat[present], shapes),
        outside=int(np.count_nonzero(present & (owners < 0))),
        missing=int(np.count_nonzero(~present)),
    )


def find_piles(lon: Array, lat: Array, shapes: list[Any]) -> dict[Spot, int]:
    """Coordinates that too many points share, the highest pile first.

    Five are too many within 30 m of a unit's centroid or label point, twenty anywhere.
    """
    if not len(lon):
        return {}
    flat = _rounded(lon, lat) @ np.array([1, 1j])  # numpy sorts single numbers fastest
    found, counts = np.unique(flat, return_counts=True)
    found, counts = found[counts >= PILE], counts[counts >= PILE]
    spots = np.column_stack([found.real, found.imag])
    kept = (counts >= PILE_ANYWHERE) | _central(spots, shapes)
    order = np.argsort(-counts[kept], kind="stable")
    places, sizes = spots[kept][order].tolist(), counts[kept][order].tolist()
    return {(x, y): size for (x, y), size in zip(places, sizes, strict=True)}


def on_pile(lon: Array, lat: Array, piles: dict[Spot, int]) -> Array:
    """Which of the points lie on one of the piles."""
    spots = map(tuple, _rounded(np.asarray(lon, float), np.asarray(lat, float)).tolist())
    return np.array([spot in piles for spot in spots], bool)


def _rounded(lon: Array, lat: Array) -> Array:
    return np.round(np.column_stack([lon, lat]), DIGITS) + 0.0  # no minus before a zero


def _smallest_last(units: pd.DataFrame) -> tuple[list[int], list[Any]]:
    """Ids and shapes so that whichever comes later goes before whatever came earlier."""
    # rounded to square centimetres, or the last digits would decide between equals
    areas = np.round(shapely.area(units["geometry"].to_numpy(dtype=object)), 14)
    order = np.lexsort((-units["id"].to_numpy(), -areas))
    sorted_units = units.iloc[order]
    return [int(i) for i in sorted_units["id"]], list(sorted_units["geometry"])


def _owners(lon: Array, lat: Array, shapes: list[Any]) -> Array:
    """The position of each point's shape, -1 for none; later shapes go first.

    The tree holds the points: so each shape, and not each point, is prepared once.
    """
    owners = np.full(len(lon), -1)
    if shapes and len(lon):
        tree = shapely.STRtree(shapely.points(lon, lat))
        shape, point = tree.query(np.array(shapes, dtype=object), predicate="intersects")
        np.maximum.at(owners, point, shape)
    return owners


def _central(spots: Array, shapes: list[Any]) -> Array:
    """Which spots lie in the middle of a shape."""
    if not shapes or not len(spots):
        return np.zeros(len(spots), bool)
    array = np.array(shapes, dtype=object)
    middles = np.concatenate([shapely.centroid(array), shapely.point_on_surface(array)])
    lat0 = np.radians(np.nanmean(shapely.get_y(middles)))
    scale = np.array([np.cos(lat0), 1.0]) * DEGREE
    tree = shapely.STRtree(shapely.points(shapely.get_coordinates(middles) * scale))
    near, _ = tree.query(shapely.points(spots * scale), predicate="dwithin", distance=MIDDLE_M)
    central = np.zeros(len(spots), bool)
    central[near] = True
    return central
