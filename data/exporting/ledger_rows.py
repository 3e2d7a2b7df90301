"""The rows of the kinds that come out of ledgers: what counts, without what was taken back."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, select

from data.exporting.rows import UNIT, YES_NO, fetched, methods_of, worded
from data.importing.kinds.members import BASE, BASE_NAME
from data.schema import member, person, points_entry, service_record, team, unit, visit, volunteer
from data.scope import below

APPROVED = "approved"
FREE_VISIT = "普通走访"  # as the import calls a visit that no rule asks for


def points_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Approved entries of the points ledger that stand."""
    e = points_entry.c
    found = (
        select(member.c.code.label("member"), e.rule_key, e.rule_name, e.happened_on, e.points)
        .add_columns(e.note)
        .join(member, member.c.id == e.member_id)
        .join(unit, unit.c.id == e.unit_id)
        .where(below(path), e.status == APPROVED)
        .order_by(e.happened_on, member.c.code, e.rule_key, e.points, e.note, e.id)
    )
    rows = fetched(connection, _standing(found, points_entry))
    named = zip(rows["rule_key"], rows["rule_name"], strict=True)
    names = [BASE_NAME if key == BASE else name for key, name in named]
    rows["rule"] = pd.Series(names, dtype=object)
    return rows


def volunteer_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Volunteers, those who have left too."""
    v = volunteer.c
    found = (
        select(v.code, person.c.name, *UNIT, team.c.name.label("team"), v.joined_on, v.left_on)
        .add_columns(v.in_public_ranking)
        .join(unit, unit.c.id == v.unit_id)
        .join(person, person.c.id == v.person_id)
        .join(team, team.c.id == v.team_id)
        .where(below(path))
        .order_by(unit.c.path, v.code)
    )
    return worded(fetched(connection, found), {"in_public_ranking": YES_NO})


def service_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Approved service records that stand."""
    r = service_record.c
    found = (
        select(volunteer.c.code.label("volunteer"), r.activity, r.started_at, r.minutes, *UNIT)
        .add_columns(r.certified_by, r.note)
        .join(volunteer, volunteer.c.id == r.volunteer_id)
        .join(unit, unit.c.id == r.unit_id)
        .where(below(path), r.status == APPROVED)
        .order_by(r.started_at, volunteer.c.code, r.activity, r.minutes, r.id)
    )
    return fetched(connection, _standing(found, service_record))


def visit_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Visits that stand; who was visited is nowhere in the database."""
    v = visit.c
    found = (
        select(v.visited_at, *UNIT, v.rule_key.label("rule"), v.finding)
        .join(unit, unit.c.id == v.unit_id)
        .where(below(path))
        .order_by(v.visited_at, unit.c.path, v.rule_key, v.finding, v.id)
    )
    rules = {one.key: one.name for method in methods_of(connection) for one in method.must_visit}
    words = {"rule": {None: FREE_VISIT} | rules}
    return worded(fetched(connection, _standing(found, visit)), words)


def _standing(found: Select[Any], table: Table) -> Select[Any]:
    """Without counter-entries and what they took back."""
    undo = table.alias("undo")
    counted = table.c.reverses_id.is_(None) & undo.c.id.is_(None)
    return found.outerjoin(undo, undo.c.reverses_id == table.c.id).where(counted)
