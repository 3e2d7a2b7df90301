"""What one account entered on a day: its state, and how it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, exists, func, select

from data import schema
from data.entry_forms import FORMS
from data.imported import SURFACE
from data.periods import midnight
from data.privacy import mask_name
from data.queries.labels import Labels, fetch_labels
from data.queries.origins import fetch_codes_of_visits
from data.reporting import period_name
from data.schema import decision, member, person, unit, volunteer
from data.settings import zone
from data.withdrawal import WITHDRAWN
from data.workflow import KIND_NAMES

COLUMNS = ["kind", "kind_name", "id", "unit_name", "text", "recorded_at", "state", "state_name"]
COLUMNS += ["reason", "undo", "why_not", "appeals", "who", "account_id"]
STATES = {
    "recorded": "已记录",
    "pending": "待审",
    "approved": "通过",
    "returned": "退回",
    WITHDRAWN: "已撤回",
}
PARTS = {"self": "党员自评", "democratic": "民主测评", "organisation": "组织点评"}
GONE = "已经撤回"
LONGEST = 30  # characters of a longer text that are shown

Mine = Callable[[Table], ColumnElement[bool]]
Entry = dict[str, Any]


def fetch_my_entries(connection: Connection, account_id: int, day: date) -> pd.DataFrame:
    """What an account recorded on a local day, the latest first; names are masked.

    Columns: kind (key of FORMS), kind_name, id (of the row), unit_name, text, recorded_at
    (UTC), state (key of STATES), state_name, reason (why it was returned), undo (name of the
    write that takes it back, "" for none), why_not (why there is none), appeals (codes of
    those that came of a visit), who and account_id (of the recorder).  Counter-entries are
    told as the state of what they took back.
    """
    start, end = midnight(day, zone()), midnight(day + timedelta(days=1), zone())

    def mine(table: Table) -> ColumnElement[bool]:
        recorded = table.c.recorded_at
        by_me = (table.c.recorded_by_account == account_id) & (table.c.surface != SURFACE)
        return by_me & (recorded >= start) & (recorded < end)

    return entries_of(connection, list(_FETCHERS), mine, fetch_labels(connection))


def entries_of(
    connection: Connection, kinds: list[str], mine: Mine, labels: Labels
) -> pd.DataFrame:
    """Entries of some kinds (keys of FORMS) whose rows ``mine`` picks, the latest first.

    Columns as :func:`fetch_my_entries`.
    """
    rows = [row for kind in kinds for row in _FETCHERS[kind](connection, mine, labels)]
    entries = pd.DataFrame([_complete(row) for row in rows], columns=COLUMNS)
    return entries.sort_values(["recorded_at", "id"], ascending=False, ignore_index=True)


def _complete(row: Entry) -> Entry:
    given = {"reason": "", "undo": "", "why_not": "", "appeals": ""} | row
    if given["state"] == WITHDRAWN:
        given |= {"undo": "", "why_not": GONE}
    names = {"kind_name": FORMS[row["kind"]], "state_name": STATES[given["state"]]}
    return given | names


def _plain(kind: str, row: Any, text: str, undo: str) -> Entry:
    """An entry that counts at once, and is gone where ``row.undone``."""
    state = WITHDRAWN if row.undone else "recorded"
    return _base(kind, row, text) | {"state": state, "undo": undo}


def _base(kind: str, row: Any, text: str) -> Entry:
    given = {"id": row.id, "unit_name": row.unit_name, "recorded_at": row.recorded_at}
    given |= {"who": row.recorded_by, "account_id": row.recorded_by_account}
    return given | {"kind": kind, "text": text}


def _person(name: str | None, code: str | None) -> str:
    return f"{mask_name(name or '')}（{code}）"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _recorded(table: Table) -> tuple[ColumnElement[Any], ...]:
    return table.c.recorded_at, table.c.recorded_by, table.c.recorded_by_account


def _rows(table: Table, mine: Mine, *columns: ColumnElement[Any], at: Any = None) -> Select[Any]:
    """Rows of a ledger but its counter-entries, and whether each was taken back."""
    undo = table.alias("undo")
    undone = exists().where(undo.c.reverses_id == table.c.id).label("undone")
    wanted = select(table.c.id, *_recorded(table), unit.c.name.label("unit_name"), undone)
    return (
        wanted.add_columns(*columns)
        .join(unit, unit.c.id == (table.c.unit_id if at is None else at))
        .where(mine(table), table.c.reverses_id.is_(None))
    )


def _appeals(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    a = schema.appeal
    for row in connection.execute(
        select(a, unit.c.name.label("unit_name"))
        .join(unit, unit.c.id == a.c.unit_id)
        .where(mine(a))
    ):
        state = WITHDRAWN if row.state_type == WITHDRAWN else "recorded"
        entry = _base("appeal", row, f"{row.code} {_short(row.title)}") | {"state": state}
        moved = row.furthest or row.returns or row.extensions or row.redos or row.closed_at
        if moved:
            yield entry | {"why_not": "已经开始办理，请按流程办理"}
        else:
            yield entry | {"undo": "withdraw_appeal"}


def _steps(connection: Connection, mine: Mine, labels: Labels) -> Iterator[Entry]:
    event, case = schema.appeal_event, schema.appeal
    for row in connection.execute(
        select(event.c.id, *_recorded(event), event.c.kind.label("step"), event.c.state)
        .add_columns(case.c.code, case.c.title, case.c.workflow_key, unit.c.name.label("unit_name"))
        .join(case, case.c.id == event.c.appeal_id)
        .join(unit, unit.c.id == case.c.unit_id)
        .where(mine(event), later_step(event))
    ):
        state = labels.states.get((row.workflow_key, row.state), row.state)
        text = f"{row.code} {_short(row.title)}：{KIND_NAMES[row.step]}，{state}"
        why = "办理记录不能撤回，请按流程退单或重办"
        yield _base("step", row, text) | {"state": "recorded", "why_not": why}


def later_step(event: FromClause) -> ColumnElement[bool]:
    """A step of an appeal's course, but not its registration, which comes with the appeal."""
    earlier = schema.appeal_event.alias("earlier")
    before = exists().where(earlier.c.appeal_id == event.c.appeal_id, earlier.c.id < event.c.id)
    return event.c.kind.in_(KIND_NAMES) & before


def _visits(connection: Connection, mine: Mine, labels: Labels) -> Iterator[Entry]:
    v = schema.visit
    rows = connection.execute(_rows(v, mine, v.c.rule_key, v.c.finding)).all()
    codes = fetch_codes_of_visits(connection, [row.id for row in rows])
    for row in rows:
        what = labels.visits.get(row.rule_key, "普通走访")
        finding = f"：{_short(row.finding)}" if row.finding else ""
        entry = _plain("visit", row, f"{what}{finding}", "reverse_visit")
        yield entry | {"appeals": "、".join(codes.get(row.id, []))}


def _judged(
    connection: Connection, mine: Mine, table: Table, people: Table, *columns: ColumnElement[Any]
) -> Iterator[Any]:
    """Points or hours with whom they concern and why they were returned."""
    about = (decision.c.subject == table.name) & (decision.c.subject_id == table.c.id)
    statement = (
        _rows(table, mine, table.c.status, table.c.needs_approval, *columns)
        .add_columns(people.c.code, person.c.name.label("who"), decision.c.reason)
        .join(people, people.c.id == table.c[f"{people.name}_id"])
        .join(person, person.c.id == people.c.person_id)
        .outerjoin(decision, about)
    )
    yield from connection.execute(statement)


def _waiting(kind: str, row: Any, text: str, reverse: str) -> Entry:
    state = "approved" if row.needs_approval else "recorded"
    state = row.status if row.status != "approved" else state
    entry = _base(kind, row, f"{text} {_person(row.who, row.code)}")
    entry |= {"state": WITHDRAWN if row.undone else state}
    if row.status == "returned":
        why = "已退回，不计入；改正后请重新登记"
        return entry | {"reason": row.reason or "", "why_not": why}
    return entry | {"undo": "withdraw_entries" if row.status == "pending" else reverse}


def _points(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    p = schema.points_entry
    for row in _judged(connection, mine, p, member, p.c.rule_name, p.c.points):
        yield _waiting("points", row, f"{row.rule_name} {row.points:+g}分", "reverse_points")


def _services(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    s = schema.service_record
    for row in _judged(connection, mine, s, volunteer, s.c.activity, s.c.minutes):
        yield _waiting("service", row, f"{row.activity} {row.minutes}分钟", "reverse_service")


def _parts(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    p = schema.checkup_part
    rows = _rows(p, mine, p.c.quarter, p.c.part, member.c.code, person.c.name)
    rows = rows.join(member, member.c.id == p.c.member_id)
    for row in connection.execute(rows.join(person, person.c.id == member.c.person_id)):
        # the score is between the member and the branch: it is not shown in a list
        text = f"{period_name(row.quarter)} {PARTS[row.part]} {_person(row.name, row.code)}"
        yield _plain("checkup", row, text, "reverse_checkup_part")


def _signins(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    s, event = schema.activity_signin, schema.activity
    code = func.coalesce(member.c.code, volunteer.c.code).label("code")
    rows = _rows(s, mine, event.c.title, code, person.c.name, at=event.c.unit_id)
    # the activity before the unit that it was held in
    joined = rows.select_from(s.join(event, event.c.id == s.c.activity_id))
    joined = joined.outerjoin(member, member.c.id == s.c.member_id)
    joined = joined.outerjoin(volunteer, volunteer.c.id == s.c.volunteer_id)
    whose = func.coalesce(member.c.person_id, volunteer.c.person_id)
    for row in connection.execute(joined.outerjoin(person, person.c.id == whose)):
        text = f"{_short(row.title)} {_person(row.name, row.code)}"
        yield _plain("signin", row, text, "reverse_signin")


def _reports(connection: Connection, mine: Mine, _labels: Labels) -> Iterator[Entry]:
    r = schema.indicator_report
    columns = (r.c.indicator_name, r.c.measure, r.c.period, r.c.value)
    for row in connection.execute(_rows(r, mine, *columns)):
        text = f"{period_name(row.period)} {row.indicator_name} {row.value:g}{row.measure}"
        yield _plain("indicator", row, text, "reverse_indicator")


_FETCHERS: dict[str, Callable[[Connection, Mine, Labels], Iterator[Entry]]] = {
    "appeal": _appeals,
    "step": _steps,
    "visit": _visits,
    "points": _points,
    "service": _services,
    "checkup": _parts,
    "signin": _signins,
    "indicator": _reports,
}
