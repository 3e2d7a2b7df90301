"""Rows that tell of scores stand for a unit with enough people, or for the unit above it."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select

from data.privacy import crowded
from data.queries.frames import frame_of
from data.schema import unit
from data.scope import below


def fetch_places(connection: Connection, path: str) -> pd.DataFrame:
    """The units at and below ``path``, in the order of their paths: id, path, name."""
    statement = select(unit.c.id, unit.c.path, unit.c.name).where(below(path))
    return frame_of(connection, statement.order_by(unit.c.path))


def listed_under(paths: pd.Series, root: str) -> pd.Series:
    """For the unit path of each person, the path of the unit they are listed under."""
    people = {str(path): int(n) for path, n in paths.value_counts().items()}
    return paths.map(crowded(people, root)).astype(object)


def place_names(paths: pd.Series, places: pd.DataFrame) -> list[str]:
    """The names of the units with these paths, out of ``fetch_places``."""
    names = dict(zip(places["path"], places["name"], strict=True))
    return [names.get(path, "") for path in paths]
