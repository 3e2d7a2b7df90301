"""From a visit to the appeals that came of it, and from an appeal back to its visit.

A visit is sealed, so one that was written down before its appeal is named by the appeal's
registration (appeal_event.visit_id); one written down afterwards names the appeal itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select, union

from data.privacy import mask_name
from data.schema import appeal, appeal_event, person, visit


@dataclass(frozen=True)
class Origin:
    """A visit (visited_at in UTC): what was found, by whom (masked), whether it was taken back."""

    id: int
    visited_at: datetime
    finding: str
    visitor: str
    undone: bool


def fetch_visit(connection: Connection, visit_id: int) -> Origin | None:
    """One visit; None where there is none, or where it is a counter-entry."""
    return _first(connection, visit.c.id == visit_id)


def fetch_origin(connection: Connection, appeal_id: int) -> Origin | None:
    """The visit that an appeal came of; None where it did not come of one."""
    event = appeal_event.c
    named = select(event.visit_id).where(event.appeal_id == appeal_id, event.visit_id.is_not(None))
    naming = select(visit.c.id).where(visit.c.appeal_id == appeal_id)
    return _first(connection, visit.c.id.in_(union(named, naming)))


def fetch_codes_of_visits(connection: Connection, visit_ids: list[int]) -> dict[int, list[str]]:
    """Codes of the appeals that came of each visit; visits without one are left out."""
    event = appeal_event.c
    of_event = select(event.visit_id, appeal.c.code).join(appeal, appeal.c.id == event.appeal_id)
    of_visit = select(visit.c.id, appeal.c.code).join(appeal, appeal.c.id == visit.c.appeal_id)
    both = union(
        of_event.where(event.visit_id.in_(visit_ids)), of_visit.where(visit.c.id.in_(visit_ids))
    )
    found: dict[int, list[str]] = {}
    for visit_id, code in connection.execute(both.order_by("code")):
        found.setdefault(visit_id, []).append(code)
    return found


def _first(connection: Connection, which: ColumnElement[bool]) -> Origin | None:
    undo = visit.alias("undo")
    undone = exists().where(undo.c.reverses_id == visit.c.id)
    columns = (visit.c.id, visit.c.visited_at, visit.c.finding, person.c.name)
    rows = select(*columns, undone.label("undone")).select_from(visit)
    rows = rows.outerjoin(person, person.c.id == visit.c.person_id)
    rows = rows.where(which, visit.c.reverses_id.is_(None)).order_by(visit.c.id).limit(1)
    row = connection.execute(rows).first()
    if row is None:
        return None
    return Origin(row.id, row.visited_at, row.finding, mask_name(row.name or ""), bool(row.undone))
