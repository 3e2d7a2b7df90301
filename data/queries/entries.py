"""What forms offer before anything is entered: last choices, similar cases, what is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from data import schema
from data.queries.entry_counts import fetch_entry_count
from data.queries.frames import frame_of, masked
from data.queries.labels import fetch_labels
from data.queries.my_entries import fetch_my_entries
from data.queries.pending import fetch_waiting
from data.schema import (
    activity,
    activity_signin,
    appeal,
    checkup,
    checkup_part,
    indicator_report,
    member,
    person,
    unit,
    volunteer,
)
from data.scope import below

__all__ = [
    "fetch_activities",
    "fetch_checked_members",
    "fetch_checkup_parts",
    "fetch_entry_count",
    "fetch_indicator_reports",
    "fetch_last_people",
    "fetch_last_used",
    "fetch_my_entries",
    "fetch_signins",
    "fetch_similar_appeals",
    "fetch_waiting",
]

SIMILAR = timedelta(days=7)

# what each form takes over from the same person's last entry
LAST_USED: dict[str, tuple[Table, tuple[str, ...]]] = {
    "appeal": (schema.appeal, ("category_key", "channel")),
    "step": (schema.appeal_event, ("handler",)),
    "visit": (schema.visit, ("rule_key",)),
    "points": (schema.points_entry, ("rule_key",)),
    "service": (schema.service_record, ("activity", "minutes", "certified_by")),
    "checkup": (schema.checkup_part, ("part", "quarter")),
    "signin": (schema.activity, ("kind_key",)),
    "indicator": (schema.indicator_report, ("indicator_key", "period")),
}


def fetch_last_used(connection: Connection, account_id: int, form: str) -> dict[str, Any]:
    """What an account chose last in a form: column → value; empty before the first time."""
    table, names = LAST_USED[form]
    mine = select(*(table.c[name] for name in names)).where(
        table.c.recorded_by_account == account_id
    )
    if "reverses_id" in table.c:
        mine = mine.where(table.c.reverses_id.is_(None))
    newest = mine.order_by(table.c.recorded_at.desc(), table.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    return dict(row) if row else {}


def fetch_last_people(connection: Connection, account_id: int, form: str, kind: str) -> list[int]:
    """Ids of the people (``kind`` member or volunteer) that an account last entered together."""
    table = {"signin": activity_signin}.get(form, LAST_USED[form][0])
    if f"{kind}_id" not in table.c:
        return []
    person_id = table.c[f"{kind}_id"]
    mine = (table.c.recorded_by_account == account_id) & table.c.reverses_id.is_(None)
    mine &= person_id.is_not(None)
    newest = select(func.max(table.c.recorded_at)).where(mine).scalar_subquery()
    rows = select(person_id).where(mine, table.c.recorded_at == newest).order_by(table.c.id)
    return list(connection.scalars(rows))


def fetch_similar_appeals(
    connection: Connection, path: str, category_key: str, now: datetime
) -> pd.DataFrame:
    """Open appeals of a grid and category received within 7 days, the latest first.

    Columns: id, code, title, unit_name, state_name, received_at and due_at (UTC).
    """
    statement = (
        select(appeal.c.id, appeal.c.code, appeal.c.title, unit.c.name.label("unit_name"))
        .add_columns(appeal.c.workflow_key, appeal.c.state, appeal.c.received_at, appeal.c.due_at)
        .join(unit, unit.c.id == appeal.c.unit_id)
        .where(below(path), appeal.c.category_key == category_key, appeal.c.closed_at.is_(None))
        .where(appeal.c.received_at.between(now - SIMILAR, now))
        .order_by(appeal.c.received_at.desc(), appeal.c.id.desc())
    )
    found = frame_of(connection, statement)
    names = fetch_labels(connection).states
    states = zip(found.pop("workflow_key"), found.pop("state"), strict=True)
    found.insert(4, "state_name", [names.get(key, key[1]) for key in states])
    return found


def _stands(table: Table) -> tuple[Any, ColumnElement[bool]]:
    """The table beside its counter-entries, and the condition "not taken back"."""
    undo = table.alias("undo")
    stands = table.c.reverses_id.is_(None) & undo.c.id.is_(None)
    return table.outerjoin(undo, undo.c.reverses_id == table.c.id), stands


def fetch_activities(connection: Connection, path: str, since: datetime) -> pd.DataFrame:
    """Activities below a unit that began at ``since`` or later, the latest first.

    Columns: id, title, kind_key, kind_name, place, unit_id, unit_name, started_at (UTC),
    signed_in (people, those taken back left out).
    """
    source, stands = _stands(activity_signin)
    signed_in = (
        select(func.count())
        .select_from(source)
        .where(activity_signin.c.activity_id == activity.c.id, stands)
        .scalar_subquery()
    )
    statement = (
        select(activity.c.id, activity.c.title, activity.c.kind_key, activity.c.kind_name)
        .add_columns(activity.c.place, activity.c.unit_id, unit.c.name.label("unit_name"))
        .add_columns(activity.c.started_at, signed_in.label("signed_in"))
        .join(unit, unit.c.id == activity.c.unit_id)
        .where(below(path), activity.c.started_at >= since)
        .order_by(activity.c.started_at.desc(), activity.c.id.desc())
    )
    return frame_of(connection, statement)


def fetch_signins(connection: Connection, activity_id: int) -> pd.DataFrame:
    """Who signed in at an activity: id, person_kind, person_id, code, name (masked), signed_at."""
    source, stands = _stands(activity_signin)
    s = activity_signin.c
    is_member = s.member_id.is_not(None)
    statement = (
        select(s.id, case((is_member, "member"), else_="volunteer").label("person_kind"))
        .add_columns(func.coalesce(s.member_id, s.volunteer_id).label("person_id"))
        .add_columns(func.coalesce(member.c.code, volunteer.c.code).label("code"))
        .add_columns(person.c.name, s.signed_at)
        .select_from(source)
        .outerjoin(member, member.c.id == s.member_id)
        .outerjoin(volunteer, volunteer.c.id == s.volunteer_id)
        .join(person, person.c.id == func.coalesce(member.c.person_id, volunteer.c.person_id))
        .where(s.activity_id == activity_id, stands)
        .order_by(s.id)
    )
    found = frame_of(connection, statement)
    return found.assign(name=masked(found["name"]))


def fetch_indicator_reports(connection: Connection, path: str, period: str) -> pd.DataFrame:
    """Values reported below a unit for a period; what is not here was not reported (未报).

    Columns: id, unit_id, unit_name, indicator_key, indicator_name, measure, value, note,
    recorded_at (UTC), recorded_by.
    """
    source, stands = _stands(indicator_report)
    r = indicator_report.c
    statement = (
        select(r.id, r.unit_id, unit.c.name.label("unit_name"), r.indicator_key, r.indicator_name)
        .add_columns(r.measure, r.value, r.note, r.recorded_at, r.recorded_by)
        .select_from(source.join(unit, unit.c.id == r.unit_id))
        .where(below(path), r.period == period, stands)
        .order_by(unit.c.path, r.indicator_key)
    )
    return frame_of(connection, statement)


def fetch_checkup_parts(connection: Connection, path: str, quarter: str) -> pd.DataFrame:
    """Which parts of a quarter's check-ups are entered: id, member_id, part (no scores)."""
    source, stands = _stands(checkup_part)
    p = checkup_part.c
    statement = (
        select(p.id, p.member_id, p.part)
        .select_from(source.join(unit, unit.c.id == p.unit_id))
        .where(below(path), p.quarter == quarter, stands)
        .order_by(p.member_id, p.id)
    )
    return frame_of(connection, statement)


def fetch_checked_members(connection: Connection, path: str, quarter: str) -> list[int]:
    """Ids of the members below a unit whose check-up of a quarter is complete."""
    mine = select(checkup.c.member_id).join(unit, unit.c.id == checkup.c.unit_id)
    mine = mine.where(below(path), checkup.c.quarter == quarter).order_by(checkup.c.member_id)
    return list(connection.scalars(mine))
