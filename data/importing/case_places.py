"""Which unit a case belongs to: by code or name, else by the boundary that holds its point."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from data.importing.coordinates import SYSTEMS, to_wgs84
from data.importing.kind import Reading, Values
from data.importing.placing import Placed, on_pile, place
from data.importing.plan import Plan
from data.importing.rings import swapped
from data.schema import unit

Array = np.ndarray[Any, Any]
Said = tuple[str | None, str | None, int | None]  # code, name, the unit that holds the point

NOWHERE = "没有写网格，也没有坐标，请填写单位编码或经纬度"
OUTSIDE = "没有写网格，坐标不在任何网格的边界内，请核对坐标，或填写单位编码"
MOST_NAMED = 5


@dataclass(frozen=True)
class Sites:
    """By row: the unit's id (None: refused) and the point in WGS84 (None: not known)."""

    unit_ids: list[int | None]
    lats: list[float | None]
    lons: list[float | None]


def sites_of_rows(connection: Connection, values: Values, reading: Reading, plan: Plan) -> Sites:
    """Place every row that is not refused yet; those that have no place are refused.

    How they were placed, those without a place and those piled up are told in the notes.
    """
    lon, lat = _points(values, reading, plan)
    placed = place(lon, lat, _leaves(connection))
    how: Counter[str] = Counter()
    unit_ids: list[int | None] = [None] * len(values.numbers)
    known: dict[Said, tuple[int | str, str]] = {}
    said = zip(values.of("unit_code"), values.of("unit_name"), placed.unit_ids, strict=True)
    for position, one in enumerate(said):
        if plan.states[position] == "refused":
            continue
        if one not in known:
            known[one] = _unit_of(reading, plan, one)
        found, by = known[one]
        if isinstance(found, str):
            lost = NOWHERE if np.isnan(lon[position]) else OUTSIDE
            plan.refuse(position, found or lost)
            how["unplaced"] += not found
        else:
            unit_ids[position] = found
            how[by] += 1
    _tell(plan, how, placed, on_pile(lon, lat, placed.piles), unit_ids)
    return Sites(unit_ids, _known(lat), _known(lon))


def _known(degrees: Array) -> list[float | None]:
    found = degrees.astype(object)
    found[np.isnan(degrees)] = None
    return list(found.tolist())


def _unit_of(reading: Reading, plan: Plan, said: Said) -> tuple[int | str, str]:
    """The id of the unit and how it was found, or why there is none ("": it lies nowhere)."""
    code, name, by_point = said
    reason = ""
    if code or name:
        found = reading.units.find(code, name)
        if found.unit is not None:
            return found.unit.id, "code" if code else "name"
        if found.outside:
            plan.outside.add(found.outside)
            return found.reason, ""
        reason = found.reason
    if by_point is None:
        return reason, ""
    one = reading.units.by_id[by_point]
    if not reading.units.reached(one):
        plan.outside.add(one.path)
        return f"坐标在 {one.name} 内，不在您的范围内，请去掉这一行", ""
    return one.id, "instead" if reason else "point"


def _points(values: Values, reading: Reading, plan: Plan) -> tuple[Array, Array]:
    """Longitudes and latitudes in WGS84; nan where there is none that can be."""
    system = reading.mapping.system
    lon, lat = (np.array(values.of(key), dtype=float) for key in ("lon", "lat"))
    given = np.isfinite(lon) & np.isfinite(lat) & ((lon != 0) | (lat != 0))
    lon, lat = np.where(given, lon, np.nan), np.where(given, lat, np.nan)
    turned = np.zeros(len(lon), bool)
    turned[given] = swapped(lon[given], lat[given], system)
    lon, lat = np.where(turned, lat, lon), np.where(turned, lon, lat)
    lon[given], lat[given] = to_wgs84(lon[given], lat[given], system)
    possible = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if turned.any():
        plan.notes.append(f"{turned.sum()} 行的经度和纬度写反了，已对调")
    if (given & ~possible).any():
        plan.notes.append(f"{(given & ~possible).sum()} 行的坐标不是经纬度，没有采用")
    if system != "wgs84" and given.any():
        plan.notes.append(f"坐标已从 {SYSTEMS[system]} 换算成 WGS84")
    return np.where(possible, lon, np.nan), np.where(possible, lat, np.nan)


def _leaves(connection: Connection) -> pd.DataFrame:
    """Units with a boundary, and none below them that has one."""
    columns = (unit.c.id, unit.c.parent_id, unit.c.boundary)
    rows = connection.execute(select(*columns).where(unit.c.boundary.is_not(None))).all()
    above = {row.parent_id for row in rows}
    leaves = [row for row in rows if row.id not in above]
    shapes = shapely.from_geojson([row.boundary for row in leaves], on_invalid="ignore")
    return pd.DataFrame({"id": [row.id for row in leaves], "geometry": shapes}).astype(
        {"geometry": object}
    )


def _tell(
    plan: Plan, how: Counter[str], placed: Placed, piled: Array, unit_ids: list[int | None]
) -> None:
    if how["point"]:
        plan.notes.append(f"{how['point']} 行没有写网格，按坐标归入")
    if how["instead"]:
        plan.notes.append(f"{how['instead']} 行写的网格对不上，按坐标归入")
    if how["unplaced"]:
        plan.notes.append(f"{how['unplaced']} 行归不到任何网格，没有导入")
    taken = np.array([one is not None for one in unit_ids], bool)
    count = int((piled & taken).sum())
    if count:
        most = list(placed.piles.items())[:MOST_NAMED]
        where = "；".join(f"{lon:.6f},{lat:.6f} 有 {size} 行" for (lon, lat), size in most)
        more = f"等 {len(placed.piles)} 处" if len(placed.piles) > len(most) else ""
        plan.notes.append(
            f"{count} 行的坐标与许多别的行完全相同（{where}{more}），"
            "多半是按地名定位到中心点，归入的网格未必可靠"
        )
