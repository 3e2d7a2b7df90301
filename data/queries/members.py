"""Members: their points of a year, their ledger and their check-ups.  Names are masked.

Those that take a permit give full names under it (see data.queries.personal).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd
from sqlalchemy import Connection, func, select

from data.access import Permit
from data.method import Checkup
from data.queries.counting import approved_points, last_day, present
from data.queries.frames import frame_of, masked, named
from data.schema import checkup, decision, member, person, points_entry, unit
from data.scope import Scope, below
from data.scoring import checkup_grade, checkup_total, warning_line

KINDS = ("base", "duty", "award", "deduction")


@dataclass(frozen=True)
class MemberFile:
    """A member as the pages may show one; ``name`` is masked."""

    id: int
    code: str
    name: str
    unit_id: int
    unit_name: str
    class_key: str
    joined_on: date
    left_on: date | None


def fetch_member_points(connection: Connection, scope: Scope, year: int) -> pd.DataFrame:
    """Approved points of a calendar year, up to the scope's last day, of the members present then.

    Columns: member_id, code, name (masked), unit_id, unit_name, class_key, base, duty,
    award, deduction (zero or below), total; most points first, then by code.
    """
    members = _members(connection, scope)
    earned = _points_by_kind(connection, scope, year)
    points = earned.reindex(members["member_id"]).fillna(0.0).reset_index(drop=True)
    members[list(KINDS)] = points
    members["total"] = points.sum(axis=1)
    order = members.sort_values(["total", "code"], ascending=[False, True])
    return order.reset_index(drop=True)


def _members(connection: Connection, scope: Scope) -> pd.DataFrame:
    statement = (
        select(member.c.id.label("member_id"), member.c.code, person.c.name)
        .add_columns(member.c.unit_id, unit.c.name.label("unit_name"), member.c.class_key)
        .join(person, person.c.id == member.c.person_id)
        .join(unit, unit.c.id == member.c.unit_id)
        .where(below(scope.path), present(member, scope))
    )
    members = frame_of(connection, statement)
    return members.assign(name=masked(members["name"]))


def _points_by_kind(connection: Connection, scope: Scope, year: int) -> pd.DataFrame:
    last = min(date(year, 12, 31), last_day(scope))
    counted = approved_points(date(year, 1, 1), last)
    points, kind = points_entry.c.points, points_entry.c.kind
    totals = [func.sum(points).filter(kind == name).label(name) for name in KINDS]
    statement = (
        select(points_entry.c.member_id, *totals)
        .join(member, member.c.id == points_entry.c.member_id)
        .join(unit, unit.c.id == member.c.unit_id)
        .where(below(scope.path), counted)
        .group_by(points_entry.c.member_id)
    )
    return frame_of(connection, statement).set_index("member_id").astype(float)


def fetch_checkups(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Check-ups held by the scope's last day in units below it: member_id, unit_id, quarter, total.

    ``total`` (0–100) is weighted as the check-up was; one row a member and quarter,
    oldest quarter first.
    """
    parts = (checkup.c.self_score, checkup.c.democratic_score, checkup.c.organisation_score)
    weights = (checkup.c.self_weight, checkup.c.democratic_weight, checkup.c.organisation_weight)
    statement = (
        select(checkup.c.member_id, checkup.c.unit_id, checkup.c.quarter, *parts, *weights)
        .join(unit, unit.c.id == checkup.c.unit_id)
        .where(below(scope.path), checkup.c.checked_on <= last_day(scope))
        .order_by(checkup.c.quarter, checkup.c.member_id)
    )
    held = frame_of(connection, statement)
    scores = zip(*(held.pop(c.name) for c in (*parts, *weights)), strict=True)
    return held.assign(total=[_total(*row) for row in scores])


@lru_cache(maxsize=50_000)
def _total(own: float, democratic: float, organisation: float, *weights: int) -> float:
    named = dict(zip(("self", "democratic", "organisation"), weights, strict=True))
    return checkup_total(own, democratic, organisation, named)


def fetch_checkup_summary(connection: Connection, scope: Scope, scheme: Checkup) -> pd.DataFrame:
    """How many members stood where at each check-up: counts only, nobody is named.

    Columns: quarter, kind (grade or line), key, name, members; every grade and every
    warning line of ``scheme`` for every quarter held, zeros included, best grade first.
    """
    held = fetch_checkups(connection, scope)
    places = [("grade", g.key, g.name) for g in scheme.grades]
    places += [("line", line.key, line.name) for line in scheme.lines]
    totals = held["total"].unique() if len(held) else []
    grades = {total: checkup_grade(scheme, total).key for total in totals}
    lines = {total: getattr(warning_line(scheme, total), "key", None) for total in totals}
    rows = []
    for quarter, group in held.groupby("quarter"):
        counts = {
            "grade": group["total"].map(grades).value_counts(),
            "line": group["total"].map(lines).value_counts(),
        }
        rows += [(quarter, k, key, name, int(counts[k].get(key, 0))) for k, key, name in places]
    return pd.DataFrame(rows, columns=["quarter", "kind", "key", "name", "members"])


def fetch_ledger(connection: Connection, member_id: int) -> pd.DataFrame:
    """A member's whole ledger in the order things happened.

    Columns: id, happened_on (date), kind, rule_key, rule_name, points, status, note,
    reverses_id, reversed_by (ids of the other entry of a reversal), reason (why it was
    returned), recorded_at (UTC), recorded_by, surface, running (approved points of the
    calendar year so far, this entry included).
    """
    entry, undo = points_entry.c, points_entry.alias("undo")
    judged = (decision.c.subject == "points_entry") & (decision.c.subject_id == entry.id)
    statement = (
        select(entry.id, entry.happened_on, entry.kind, entry.rule_key, entry.rule_name)
        .add_columns(entry.points, entry.status, entry.note, entry.reverses_id)
        .add_columns(undo.c.id.label("reversed_by"), decision.c.reason)
        .add_columns(entry.recorded_at, entry.recorded_by, entry.surface)
        .select_from(points_entry)
        .outerjoin(undo, undo.c.reverses_id == entry.id)
        .outerjoin(decision, judged)
        .where(entry.member_id == member_id)
        .order_by(entry.happened_on, entry.id)
    )
    ledger = frame_of(connection, statement)
    ids = {"reverses_id": "Int64", "reversed_by": "Int64"}
    ledger = ledger.astype(ids).assign(reason=ledger["reason"].fillna(""))
    counted = ledger["points"].astype(float).where(ledger["status"] == "approved", 0.0)
    years = pd.Series([day.year for day in ledger["happened_on"]], dtype="int64")
    return ledger.assign(running=counted.groupby(years).cumsum())


def fetch_member(
    connection: Connection, member_id: int, permit: Permit | None = None
) -> MemberFile:
    """One member, masked unless there is a permit; LookupError when there is none."""
    statement = (
        select(member, person.c.name, unit.c.name.label("unit_name"), unit.c.path)
        .join(person, person.c.id == member.c.person_id)
        .join(unit, unit.c.id == member.c.unit_id)
        .where(member.c.id == member_id)
    )
    row = connection.execute(statement).mappings().first()
    if row is None:
        raise LookupError(f"no member with id {member_id}")
    fields = {name: row[name] for name in MemberFile.__dataclass_fields__}
    (name,) = named(pd.Series([row["name"]]), permit, row["path"])
    return MemberFile(**fields | {"name": name})


def fetch_members_of(
    connection: Connection, unit_path: str, permit: Permit | None = None
) -> pd.DataFrame:
    """Members below a unit who have not left, for a form: id, code, name, class_key.

    Names are masked unless there is a permit.
    """
    statement = (
        select(member.c.id, member.c.code, person.c.name, member.c.class_key)
        .join(person, person.c.id == member.c.person_id)
        .join(unit, unit.c.id == member.c.unit_id)
        .where(below(unit_path), member.c.left_on.is_(None))
        .order_by(member.c.code)
    )
    members = frame_of(connection, statement)
    return members.assign(name=named(members["name"], permit, unit_path))
