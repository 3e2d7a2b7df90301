"""The unit tree with boundaries, and the buildings in it, for the levels of any method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator

from data.method import Level, Method
from data.pinyin import initials
from data.sample.geometry import (
    Ring,
    label_point,
    merge_rings,
    points_inside,
    split_ring,
    to_geojson,
)
from data.sample.names import (
    STREET,
    community_fronts,
    estate_names,
    place_name,
    special_names,
)
from data.sample.sizes import Sizes
from data.sample.town import draw_town

Row = dict[str, Any]

HOUSEHOLDS = (160, 256)  # of an ordinary grid
RESIDENTS_PER_HOUSEHOLD = (1.85, 2.3)


@dataclass
class Spot:
    """A unit where facts happen: a grid, or one of the units below it."""

    unit_id: int
    grid: int  # index into Street.grids
    lineage: tuple[int, ...]  # own id first, then the units above
    ring: Ring | None


@dataclass
class Grid:
    """A grid with its outline and what the facts need to know about it."""

    unit_id: int
    name: str
    special: bool
    ring: Ring | None
    spots: list[int] = field(default_factory=list)  # own spot first, then those below


@dataclass
class Street:
    """All units of the sample, as rows, and the grids and spots among them."""

    units: list[Row] = field(default_factory=list)
    buildings: list[Row] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def add(self, parent: Row | None, **values: Any) -> Row:
        """Append a unit below ``parent`` with its id, path, sort and search initials."""
        number = len(self.units) + 1
        path = f"{parent['path']}{number}/" if parent else f"/{number}/"
        blank = dict.fromkeys(("households", "residents", "boundary", "centre_lat", "centre_lon"))
        row = blank | {
            "id": number,
            "parent_id": parent["id"] if parent else None,
            "kind": "ordinary",
            "path": path,
            "initials": initials(values["name"]),
        }
        row |= values
        self.units.append(row)
        return row

    def lineage(self, row: Row) -> tuple[int, ...]:
        """Ids of a unit and everything above it, own id first."""
        return tuple(int(part) for part in row["path"].strip("/").split("/"))[::-1]


@dataclass(frozen=True)
class _Lot:
    """The land of one grid to be."""

    community: int
    special: bool
    ring: Ring | None


def lay_out_street(rng: Generator, method: Method, sizes: Sizes) -> Street:
    """Units of every level of ``method`` with boundaries, household numbers and buildings."""
    street = Street()
    depth = [level.key for level in method.levels].index(method.grid_level)
    lots = _survey(rng, sizes if depth else Sizes(communities=1, grids=1, special_grids=0))
    tops = _upper_units(street, method, lots, depth)
    _grids(rng, street, method, lots, tops, depth)
    _lower_units(rng, street, method, depth)
    _buildings(rng, street, sizes.buildings)
    return street


def _survey(rng: Generator, sizes: Sizes) -> list[_Lot]:
    """Lots grouped by community, north to south; the last special one is not surveyed yet."""
    drawn = max(0, sizes.special_grids - 1)
    town = draw_town(
        rng, cells=sizes.grids, communities=sizes.communities, enclaves=min(drawn, sizes.grids)
    )
    lots = [_Lot(c, False, r) for c, r in zip(town.community_of, town.cells, strict=True)]
    lots += [_Lot(c, True, r) for c, r in zip(town.enclave_community, town.enclaves, strict=True)]
    if sizes.special_grids:
        lots.append(_Lot(max(town.community_of), True, None))
    return sorted(lots, key=lambda lot: (lot.community, lot.special, *_position(lot.ring)))


def _position(ring: Ring | None) -> tuple[float, float]:
    """Reading order on a map: bands from north to south, west to east within one."""
    if ring is None:
        return 1e9, 0.0
    lon, lat = np.mean(ring, axis=0)
    return -round(float(lat) / 0.007), float(lon)


def _shape(rings: list[Ring]) -> Row:
    if not rings:
        return {}
    shape = merge_rings(rings)
    lon, lat = label_point(shape)
    return {"boundary": to_geojson(shape), "centre_lon": lon, "centre_lat": lat}


def _upper_units(street: Street, method: Method, lots: list[_Lot], depth: int) -> list[Row]:
    """Units above the grids; returns the parent of each lot's grid by community number."""
    parent: Row | None = None
    everything = _shape([lot.ring for lot in lots if lot.ring])
    for number, level in enumerate(method.levels[: max(1, depth - 1)] if depth else []):
        name = place_name(STREET + "中" * number, level.name)
        code = "DJP" + "-0" * number
        parent = street.add(parent, level=level.key, code=code, name=name, sort=1, **everything)
    if depth < 2:
        return [parent] * (1 + max(lot.community for lot in lots)) if parent else []
    level = method.levels[depth - 1]
    rows = []
    for number, front in enumerate(community_fronts(1 + max(lot.community for lot in lots))):
        shape = _shape([lot.ring for lot in lots if lot.ring and lot.community == number])
        name, code = place_name(front, level.name), f"DJP-{number + 1:02d}"
        rows.append(
            street.add(parent, level=level.key, code=code, name=name, sort=number + 1, **shape)
        )
    return rows


def _grids(
    rng: Generator, street: Street, method: Method, lots: list[_Lot], tops: list[Row], depth: int
) -> None:
    level = method.levels[depth]
    estates = iter(estate_names(rng, sum(not lot.special for lot in lots)))
    specials = iter(special_names(sum(lot.special for lot in lots)))
    seen: dict[int, int] = {}
    for lot in lots:
        seen[lot.community] = sort = seen.get(lot.community, 0) + 1
        front = "".join(next(specials)) if lot.special else next(estates)
        row = street.add(
            tops[lot.community] if tops else None,
            level=level.key,
            kind="special" if lot.special else "ordinary",
            code=f"DJP-{lot.community + 1:02d}-{sort:02d}",
            name=front + level.name,
            sort=sort,
            **_shape([lot.ring] if lot.ring else []),
        )
        grid = Grid(row["id"], front, lot.special, lot.ring)
        street.grids.append(grid)
        _add_spot(street, len(street.grids) - 1, row, lot.ring)


def _add_spot(street: Street, grid: int, row: Row, ring: Ring | None) -> None:
    street.grids[grid].spots.append(len(street.spots))
    street.spots.append(Spot(row["id"], grid, street.lineage(row), ring))


def _lower_units(rng: Generator, street: Street, method: Method, depth: int) -> None:
    """Two to four units below each ordinary grid, and two below each of those if need be.

    One or two units of the first level below the grids have no boundary yet.
    """
    ordinary = [index for index, grid in enumerate(street.grids) if not grid.special]
    unsurveyed = {ordinary[len(ordinary) // 3], ordinary[-1 - len(ordinary) // 4]}
    for step, level in enumerate(method.levels[depth + 1 :]):
        for index in ordinary:
            numbers = iter(range(1, 1000))
            own = street.grids[index].spots
            length = len(street.spots[own[-1]].lineage)
            for spot in [s for s in own if len(street.spots[s].lineage) == length]:
                parts = 2 if step else int(rng.choice([2, 3, 4], p=[0.22, 0.46, 0.32]))
                pieces = _pieces(rng, street.spots[spot].ring, parts)
                if step == 0 and index in unsurveyed:
                    pieces.append(None)
                _divide(street, index, street.spots[spot], level, pieces, numbers)


def _pieces(rng: Generator, ring: Ring | None, parts: int) -> list[Ring | None]:
    pieces: list[Ring | None] = [*split_ring(rng, ring, parts)] if ring else [None] * parts
    return sorted(pieces, key=_position)


def _divide(
    street: Street,
    index: int,
    spot: Spot,
    level: Level,
    pieces: list[Ring | None],
    numbers: Iterator[int],
) -> None:
    parent = street.units[spot.unit_id - 1]
    for sort, ring in enumerate(pieces, start=1):
        row = street.add(
            parent,
            level=level.key,
            code=f"{parent['code']}-{sort}",
            name=f"{street.grids[index].name}{next(numbers)}号{level.name}",
            sort=sort,
            **_shape([ring] if ring else []),
        )
        _add_spot(street, index, row, ring)


def _buildings(rng: Generator, street: Street, count: int) -> None:
    """``count`` buildings in the lowest units of the ordinary grids, households in each."""
    grids = [grid for grid in street.grids if not grid.special]
    share = rng.dirichlet(np.full(len(grids), 9.0))
    numbers = np.maximum(1, np.floor(share * count)).astype(int)
    while numbers.sum() != count:  # hand out or take back what rounding left over
        step = 1 if numbers.sum() < count else -1
        numbers[int(rng.integers(len(grids))) if step > 0 else int(numbers.argmax())] += step
    for grid, number in zip(grids, numbers.tolist(), strict=True):
        households = int(rng.integers(*HOUSEHOLDS))
        parts = rng.multinomial(households, rng.dirichlet(np.full(number, 12.0)))
        deepest = max(len(street.spots[s].lineage) for s in grid.spots)
        low = [street.spots[s] for s in grid.spots if len(street.spots[s].lineage) == deepest]
        for turn, part in enumerate(parts.tolist()):
            _building(rng, street, low[turn % len(low)], f"{grid.name}{turn + 1}号楼", part)


def _building(rng: Generator, street: Street, spot: Spot, name: str, households: int) -> None:
    lon, lat = points_inside(rng, spot.ring, 1)[0] if spot.ring else (None, None)
    number = len(street.buildings) + 1
    street.buildings.append(
        {
            "id": number,
            "unit_id": spot.unit_id,
            "code": f"L{number:04d}",
            "name": name,
            "households": households,
            "lat": lat,
            "lon": lon,
        }
    )
    per_household = rng.uniform(*RESIDENTS_PER_HOUSEHOLD)
    for unit_id in spot.lineage:
        row = street.units[unit_id - 1]
        row["households"] = (row["households"] or 0) + households
        row["residents"] = (row["residents"] or 0) + round(households * per_household)
