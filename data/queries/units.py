"""The tree of units: the list, boundaries of one level, posts and lights."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select

from data.access import Permit
from data.queries.counting import View, family_of
from data.queries.frames import frame_of, named
from data.queries.revision import standing
from data.schema import person, post, unit
from data.scope import Scope, below

_NUMBERS = {"parent_id": "Int64", "households": "Int64", "residents": "Int64"}


@standing
def fetch_units(connection: Connection) -> pd.DataFrame:
    """Every unit in tree order (a unit, then everything below it, siblings by ``sort``).

    Columns: id, parent_id, level, kind, code, name, initials, path, sort, households,
    residents, centre_lat, centre_lon, has_boundary.
    """
    columns = [c for c in unit.c if c.name != "boundary"]
    statement = select(*columns, unit.c.boundary.is_not(None).label("has_boundary"))
    units = frame_of(connection, statement).astype(_NUMBERS)
    ranks = dict(zip(units["id"], zip(units["sort"], units["id"], strict=True), strict=True))
    paths = (path.strip("/").split("/") for path in units["path"])
    keys = [[ranks[int(part)] for part in path] for path in paths]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    units["has_boundary"] = units["has_boundary"].astype(bool)
    return units.iloc[order].reset_index(drop=True)


@standing
def fetch_posts(connection: Connection, unit_id: int, permit: Permit | None = None) -> pd.DataFrame:
    """Who fills the posts of a unit today: post_key, name (masked without a permit), since."""
    statement = (
        select(post.c.post_key, person.c.name, post.c.since)
        .join(person, person.c.id == post.c.person_id)
        .where(post.c.unit_id == unit_id, post.c.until.is_(None))
        .order_by(post.c.post_key, post.c.since, post.c.id)
    )
    posts = frame_of(connection, statement)
    path = connection.scalar(select(unit.c.path).where(unit.c.id == unit_id)) or ""
    return posts.assign(name=named(posts["name"], permit, path))


def fetch_unit_lights(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Units that themselves have lights on, at the scope's moment: unit_id, red, yellow (cases)."""
    family = family_of("red_appeals", View(scope))
    red, yellow = family.facts["red_appeals"], family.facts["yellow_appeals"]
    statement = (
        select(family.unit_id, red.total.label("red"), yellow.total.label("yellow"))
        .select_from(family.source)
        .where(below(scope.path), red.condition | yellow.condition)
        .group_by(family.unit_id)
    )
    return frame_of(connection, statement)


@standing
def fetch_boundaries_below(connection: Connection, path: str, level: str) -> pd.DataFrame:
    """The units of one level at or below ``path``: id, code, name, boundary (GeoJSON, None)."""
    columns = (unit.c.id, unit.c.code, unit.c.name, unit.c.boundary)
    statement = select(*columns).where(below(path), unit.c.level == level)
    return frame_of(connection, statement.order_by(unit.c.path))
