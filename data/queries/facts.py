"""Facts by unit: the additive columns that every figure is made of."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select

from data.metrics import FACTS
from data.queries.counting import FAMILIES, Family, view_of
from data.queries.frames import frame_of
from data.schema import unit
from data.scope import Scope, below


def fetch_unit_facts(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Each unit's own facts, not those of the units below it (see ``roll_up``).

    Index ``unit_id``: every unit below ``scope.path``; columns ``data.metrics.FACTS``:
    counts, ``*_minutes`` in minutes, ``member_points`` in points; 0 where there is none.
    """
    view = view_of(connection, scope)
    ids = connection.scalars(select(unit.c.id).where(below(scope.path)).order_by(unit.c.path)).all()
    index = pd.Index(ids, name="unit_id", dtype="int64")
    families = [_family_facts(connection, build(view), scope.path) for build in FAMILIES]
    facts = pd.concat([family.reindex(index) for family in families], axis=1)
    whole = [name for name in FACTS if name != "member_points"]
    return facts[list(FACTS)].astype(float).fillna(0).astype(dict.fromkeys(whole, "int64"))


def _family_facts(connection: Connection, family: Family, path: str) -> pd.DataFrame:
    totals = [fact.total.label(name) for name, fact in family.facts.items()]
    statement = select(family.unit_id.label("unit_id"), *totals).select_from(family.source)
    statement = statement.where(below(path), family.relevant).group_by(family.unit_id)
    return frame_of(connection, statement).set_index("unit_id")


def roll_up(facts: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Each unit's facts together with those of everything below it; same shape as ``facts``.

    ``units`` is the frame of ``fetch_units``; ancestors that ``facts`` leaves out stay out.
    """
    known = set(facts.index)
    paths = units.loc[units["id"].isin(known), ["id", "path"]]
    pairs = [
        (int(ancestor), unit_id)
        for unit_id, path in paths.itertuples(index=False)
        for ancestor in path.strip("/").split("/")
        if int(ancestor) in known
    ]
    spread = facts.loc[[own for _, own in pairs]]
    spread.index = pd.Index([ancestor for ancestor, _ in pairs], name="unit_id", dtype="int64")
    return spread.groupby(level=0).sum().reindex(facts.index)
