"""Facts by unit: the additive columns that every figure is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, select

from data.metrics import FACTS
from data.queries.counting import FAMILIES, Family, view_of
from data.schema import unit
from data.scope import Scope, below


def fetch_unit_facts(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Each unit's own facts, not those of the units below it (see ``roll_up``).

    Index ``unit_id``: every unit below ``scope.path``; columns ``data.metrics.FACTS``:
    counts, ``*_minutes`` in minutes, ``member_points`` in points; 0 where there is none.
    """
    view = view_of(connection, scope)
    ids = connection.scalars(select(unit.c.id).where(below(scope.path)).order_by(unit.c.path)).all()
    place = {unit_id: row for row, unit_id in enumerate(ids)}
    table = np.zeros((len(ids), len(FACTS)))
    for build in FAMILIES:
        family = build(view)
        columns = [FACTS.index(name) for name in family.facts]
        for unit_id, *totals in connection.execute(_totals(family, scope.path)):
            table[place[unit_id], columns] = totals
    facts = pd.DataFrame(table, index=pd.Index(ids, name="unit_id", dtype="int64"), columns=FACTS)
    return facts.astype({name: "int64" for name in FACTS if name != "member_points"})


def _totals(family: Family, path: str) -> Select[*tuple[Any, ...]]:
    totals = [fact.total for fact in family.facts.values()]
    statement = select(family.unit_id, *totals).select_from(family.source)
    return statement.where(below(path), family.relevant).group_by(family.unit_id)


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
