"""What waits for somebody's approval."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Table, select

from data.queries.frames import frame_of, masked
from data.schema import member, person, points_entry, service_record, unit, volunteer
from data.scope import below

COLUMNS = ["subject", "id", "unit_name", "who", "what", "amount", "recorded_at", "recorded_by"]


def fetch_pending(connection: Connection, path: str) -> pd.DataFrame:
    """Points and service hours below a unit that wait for approval, the oldest first.

    Columns: subject (points_entry or service_record), id, unit_name, who (masked),
    what, amount (text with its unit), recorded_at (UTC), recorded_by.
    """
    points = _pending(connection, path, points_entry, member)
    services = _pending(connection, path, service_record, volunteer)
    points["amount"] = [f"{n:+g}分" for n in points["amount"]]
    services["amount"] = [f"{n:g}分钟" for n in services["amount"]]
    parts = [frame for frame in (points, services) if len(frame)] or [points]
    pending = pd.concat(parts, ignore_index=True).sort_values("recorded_at", kind="stable")
    return pending.assign(who=masked(pending["who"]))[COLUMNS].reset_index(drop=True)


def _pending(connection: Connection, path: str, entries: Table, people: Table) -> pd.DataFrame:
    what, amount = ("rule_name", "points") if entries is points_entry else ("activity", "minutes")
    statement = (
        select(entries.c.id, unit.c.name.label("unit_name"), person.c.name.label("who"))
        .add_columns(entries.c[what].label("what"), entries.c[amount].label("amount"))
        .add_columns(entries.c.recorded_at, entries.c.recorded_by)
        .join(people, people.c.id == entries.c[f"{people.name}_id"])
        .join(person, person.c.id == people.c.person_id)
        .join(unit, unit.c.id == entries.c.unit_id)
        .where(below(path), entries.c.status == "pending")
        .order_by(entries.c.recorded_at, entries.c.id)
    )
    return frame_of(connection, statement).assign(subject=entries.name)
