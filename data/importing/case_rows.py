"""Imported cases as rows: found again by their numbers, written in bulk, taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, String, bindparam, cast, func, select, update

from data.case import Event, Head
from data.errors import RuleError
from data.heads import EVENT_COLUMNS, head_values, recompute_heads
from data.imported import IMPORTING, SURFACE, UNIMPORT, taken_out
from data.importing.bulk import insert_many
from data.importing.case_table import CaseRows, CaseTable
from data.importing.cases import Rules
from data.importing.facts import PART, in_parts
from data.importing.standing import Since
from data.importing.undoing import FIELD, Undoing
from data.importing.writing import Writing
from data.schema import appeal, appeal_event
from data.withdrawal import WITHDRAWN

LONGEST_CODE = 30  # what is left of it when an undone import gives the number free again

FACTS: tuple[str, ...] = ("code", "unit_id", "lat", "lon", "title", "content", "channel")
FACTS += ("received_at", "category_key", "workflow_key", "method_id")
RULED: dict[str, Callable[[Rules], Any]] = {
    "category_key": lambda rules: rules.category.key,
    "workflow_key": lambda rules: rules.workflow.key,
    "method_id": lambda rules: rules.method_id,
}

_event_facts = attrgetter(*EVENT_COLUMNS)


@dataclass(frozen=True)
class NewCases:
    """Cases that are not there yet, by column.

    ``facts`` become columns of appeal and ``events`` of appeal_event; ``owners`` says for
    each event which of the cases it is of, and ``last`` whether it is that one's last, with
    which ``said`` (handler, reply) goes.
    """

    positions: list[int]
    facts: dict[str, Any]
    events: dict[str, Any]
    owners: Any
    last: Any
    said: list[tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case that an import brought along and that the file tells more of."""

    position: int
    appeal_id: int
    last_event: int
    events: list[Event]
    head: Head
    handler: str | None
    reply: str


@dataclass(frozen=True)
class Cases:
    """What a plan leaves for writing."""

    new: NewCases
    moved: list[MovedCase]
    there: frozenset[int]  # ids of the appeals that rows of the file were found to be


def new_cases(rows: CaseRows, table: CaseTable, there: Collection[int]) -> NewCases:
    """The cases at other positions than those ``there``, with what follows from their times."""
    fresh = table.known & ~np.isin(rows.positions, list(there))
    mine = fresh[table.owners]
    chosen = np.flatnonzero(fresh)
    ruled = rows.ruled[chosen]
    facts = {name: _listed(column[chosen]) for name, column in table.heads.items()}
    facts["received_at"] = rows.moments[0][chosen]
    for name, of in RULED.items():
        facts[name] = _listed(np.array([of(one) for one in rows.rules], object)[ruled])
    events = {name: _listed(column[mine]) for name, column in table.events.items()}
    owners = (np.cumsum(fresh) - 1)[table.owners[mine]]
    return NewCases(rows.positions[chosen].tolist(), facts, events, owners, table.last[mine], [])


def _listed(column: Any) -> Any:
    """Moments stay as they are, everything else goes into lists."""
    return column if column.dtype.kind == "M" else column.tolist()


def fetch_cases(connection: Connection, codes: Sequence[str]) -> dict[str, Row[Any]]:
    """The appeals with these codes, by code."""

    def query(part: list[str]) -> Select[Any]:
        return select(appeal).where(appeal.c.code.in_(part))

    stored = connection.scalar(select(func.count()).select_from(appeal)) or 0
    if stored < len(codes):  # asking for each is dearer than looking through all
        codes = sorted(set(connection.scalars(select(appeal.c.code))).intersection(codes))
    return {row.code: row for row in in_parts(connection, codes, query)}


def cases_touched(connection: Connection, plan: Any, since: Since) -> bool:
    """Whether a case of the file has come or has been worked on since it was planned."""
    work: Cases = plan.work
    came = {row.code for row in since.newer(connection, appeal, appeal.c.code)}
    moved = {
        row.appeal_id for row in since.newer(connection, appeal_event, appeal_event.c.appeal_id)
    }
    return not (came.isdisjoint(work.new.facts["code"]) and moved.isdisjoint(work.there))


def fetch_carried_on(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of the appeals about which something was done here, beside importing them."""

    def query(part: list[int]) -> Select[Any]:
        event = appeal_event.c
        mine = select(event.appeal_id).where(event.appeal_id.in_(part)).distinct()
        return mine.where(event.kind.not_in(IMPORTING))

    return {row.appeal_id for row in in_parts(connection, ids, query)}


def fetch_last_events(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """The id of each appeal's last event."""

    def query(part: list[int]) -> Select[Any]:
        event = appeal_event.c
        last = select(event.appeal_id, func.max(event.id).label("last"))
        return last.where(event.appeal_id.in_(part)).group_by(event.appeal_id)

    return {row.appeal_id: row.last for row in in_parts(connection, ids, query)}


def write_cases(connection: Connection, cases: Cases, writing: Writing) -> None:
    """Add the new cases and their histories, then what is new of those that were there."""
    signed = writing.signed | {"surface": SURFACE}
    if cases.new.positions:
        _add_new(connection, cases.new, writing, signed)
    writing.tick(0.9)
    _move(connection, cases.moved, writing, signed)


def _add_new(
    connection: Connection, new: NewCases, writing: Writing, signed: dict[str, Any]
) -> None:
    ids = writing.insert(appeal, new.positions, new.facts, signed | {"request_id": None})
    writing.tick(0.4)
    size = len(new.owners)
    handlers, replies = np.full(size, None, object), np.full(size, "", object)
    handlers[new.last] = [handler for handler, _ in new.said]
    replies[new.last] = [reply for _, reply in new.said]
    said = {"handler": handlers.tolist(), "reply": replies.tolist()}
    owners = {"appeal_id": np.array(ids)[new.owners].tolist()}
    insert_many(connection, appeal_event, owners | said | new.events, signed)


def _columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, Sequence[Any]]:
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _add_events(
    connection: Connection,
    histories: Iterable[tuple[int, list[Event], str | None, str]],
    signed: dict[str, Any],
) -> None:
    """Each case's events in their order, one case after another."""
    rows = [
        (
            appeal_id,
            *((handler, reply) if event is events[-1] else (None, "")),
            *_event_facts(event),
        )
        for appeal_id, events, handler, reply in histories
        for event in events
    ]
    if rows:
        names = ("appeal_id", "handler", "reply", *EVENT_COLUMNS)
        insert_many(connection, appeal_event, _columns(names, rows), signed)


def _move(
    connection: Connection, cases: list[MovedCase], writing: Writing, signed: dict[str, Any]
) -> None:
    if not cases:
        return
    told = ((c.appeal_id, c.events, c.handler, c.reply) for c in cases)
    _add_events(connection, told, signed)
    _set_heads(connection, {case.appeal_id: case.head for case in cases})
    for case in cases:
        last = {"last_event": case.last_event}
        writing.changed(appeal, case.position, case.appeal_id, last, {})


def _set_heads(connection: Connection, heads: dict[int, Head]) -> None:
    if not heads:
        return
    rows = [{"row_id": i} | head_values(head) for i, head in heads.items()]
    names = [name for name in rows[0] if name != "row_id"]
    change = update(appeal).where(appeal.c.id == bindparam("row_id"))
    connection.execute(change.values({name: bindparam(name) for name in names}), rows)


def undo_cases(connection: Connection, undoing: Undoing) -> None:
    """Every case that came counts no more and gives its number free; what moved moves back."""
    undoing.need_free(appeal, but=(appeal_event.name,))
    event = appeal_event.c
    done_here = select(func.count(event.appeal_id.distinct())).where(
        event.appeal_id.in_(undoing.ids(appeal, None)), event.kind.not_in(IMPORTING)
    )
    if carried_on := connection.scalar(done_here):
        raise RuleError(
            f"不能撤销这次导入：之后已办理过其中 {carried_on} 件诉求，请先核对这些诉求", FIELD
        )
    moved = {row.row_id: row.before["last_event"] for row in undoing.rows(appeal, "changed")}
    _move_back(connection, moved, undoing)
    _take_out(connection, undoing)


def _take_out(connection: Connection, undoing: Undoing) -> None:
    """Rows of a year may be many: told and changed together, not one by one."""
    a = appeal.c
    mine = a.id.in_(undoing.ids(appeal)) & (a.state_type != WITHDRAWN)
    rows = connection.execute(select(a.id, a.state, a.state_since).where(mine).order_by(a.id)).all()
    if not rows:
        return
    ids, states, since = zip(*rows, strict=True)
    told = {"kind": UNIMPORT, "happened_at": undoing.at, "reply": undoing.note, "surface": SURFACE}
    columns = {"appeal_id": ids, "state": states}
    insert_many(connection, appeal_event, columns, undoing.signed | told)
    code = func.substr(a.code, 1, LONGEST_CODE) + "~" + cast(a.id, String)
    changes = taken_out(max(since), undoing.at) | {"code": code}
    connection.execute(update(appeal).where(mine).values(changes))


def _move_back(connection: Connection, moved: dict[int, int], undoing: Undoing) -> None:
    """Tell the case again as it was told before: an import into the first state begins anew."""
    earlier = _events_up_to(connection, moved)
    signed = undoing.signed | {"surface": SURFACE}
    _add_events(connection, ((i, events, None, "") for i, events in earlier.items()), signed)
    ids = list(moved)
    for start in range(0, len(ids), PART):
        part = appeal.c.id.in_(ids[start : start + PART])
        found = {row.id: head for row, head in recompute_heads(connection, part)}
        _set_heads(connection, {i: head for i, head in found.items() if isinstance(head, Head)})


def _events_up_to(connection: Connection, moved: dict[int, int]) -> dict[int, list[Event]]:
    """Each appeal's events up to the one given."""

    def query(part: list[int]) -> Select[Any]:
        e = appeal_event.c
        columns = (e[name] for name in EVENT_COLUMNS)
        mine = select(e.appeal_id, e.id, *columns).where(e.appeal_id.in_(part))
        return mine.order_by(e.appeal_id, e.id)

    rows = in_parts(connection, sorted(moved), query)
    return {
        appeal_id: [Event(*tuple(row)[2:]) for row in group if row.id <= moved[appeal_id]]
        for appeal_id, group in groupby(rows, key=attrgetter("appeal_id"))
    }
