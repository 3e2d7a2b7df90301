"""Cases that are there already: the same as in the file, moved on since, or not the same case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from data.case import Event, Head
from data.heads import stored_head
from data.imported import UNTIMED
from data.importing.case_rows import MovedCase, fetch_carried_on, fetch_last_events
from data.importing.cases import History
from data.importing.plan import NONE, Change, Plan
from data.method.appeals import Workflow
from data.queries.calendar import fetch_calendar
from data.settings import zone
from data.withdrawal import WITHDRAWN
from data.workflow import ENDED, apply

ANSWERS = {"resolved": "是否解决", "rating": "评价"}
COUNTS = {"returns": "退单次数", "extensions": "延期次数", "redos": "重办次数"}


def moved_cases(
    connection: Connection, plan: Plan, histories: dict[int, History], there: dict[int, Row[Any]]
) -> list[MovedCase]:
    """What the file tells anew of cases that an import brought along; it settles their rows.

    A case on which work has gone on here is left to those who do it.  Handler and reply of
    a moved case are added by the caller.
    """
    differing: dict[int, list[Change]] = {}
    for position, row in there.items():
        history = histories[position]
        if history.received_at != row.received_at:
            at = f"{row.received_at.astimezone(zone()):%Y-%m-%d %H:%M}"
            plan.refuse(position, f"编号 {row.code} 已是 {at} 受理的另一件诉求，请核对编号")
        elif row.state_type != WITHDRAWN and (changes := _changes(row, history)):
            differing[position] = changes
    carried_on = fetch_carried_on(connection, (there[n].id for n in differing))
    mine = {n: changes for n, changes in differing.items() if there[n].id not in carried_on}
    if len(mine) < len(differing):
        count = len(differing) - len(mine)
        plan.notes.append(f"{count} 件诉求导入之后已在系统里办理，进展以系统里的为准，没有更改")
    return _moves(connection, plan, mine, histories, there)


def _moves(
    connection: Connection,
    plan: Plan,
    mine: dict[int, list[Change]],
    histories: dict[int, History],
    there: dict[int, Row[Any]],
) -> list[MovedCase]:
    if not mine:
        return []
    calendar = fetch_calendar(connection)
    last = fetch_last_events(connection, (there[n].id for n in mine))
    moves = []
    for position, changes in mine.items():
        row, history = there[position], histories[position]
        rules = history.rules
        events = [e for e in history.events if e is history.events[-1] or _answers(e, row, history)]
        head = stored_head(row)
        for event in events:
            head = apply(head, event, rules.workflow, rules.category, row.received_at, calendar)
        plan.change(position, changes)
        moves.append(MovedCase(position, row.id, last[row.id], events, head, None, ""))
    return moves


def _answers(event: Event, row: Row[Any], history: History) -> bool:
    """Whether it is the first response, which was not known before."""
    return row.responded_at is None and event.state == history.rules.workflow.responded_at


def _changes(row: Row[Any], history: History) -> list[Change]:
    """What the file says otherwise than is stored; what it leaves out changes nothing."""
    head, last, workflow = history.head, history.events[-1], history.rules.workflow
    if row.workflow_key != workflow.key or row.category_key != history.rules.category.key:
        return []
    before, closed = stored_head(row), _closed(head)
    found = []
    both_ended = before.state_type in ENDED and head.state_type in ENDED
    if head.state != row.state and (closed or not both_ended):
        names = (_name(workflow, row.state), _name(workflow, head.state))
        found.append(Change("环节", *names))
    if closed and closed != _closed(before):
        found.append(Change("办结时间", _closed(before) or NONE, closed))
    for key, label in (ANSWERS | COUNTS).items():
        said, held = getattr(last, key), getattr(before, key)
        if said is not None and said != held:
            found.append(Change(label, NONE if held is None else str(held), str(said)))
    return found


def _closed(head: Head) -> str:
    """The closing time in words; "" where there is none or nobody knows it."""
    if head.closed_at is None or head.state_type == UNTIMED:
        return ""
    return f"{head.closed_at.astimezone(zone()):%Y-%m-%d %H:%M:%S}"


def _name(workflow: Workflow, key: str) -> str:
    return next((state.name for state in workflow.states if state.key == key), key)
