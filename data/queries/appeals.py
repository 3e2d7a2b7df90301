"""Appeals as a whole: funnel, time in each state, ageing, categories.

Single appeals (the light list, a timeline, what a form offers) are in
:mod:`data.queries.appeal_files`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, extract, func, or_, select

from data.imported import IMPORTING
from data.method import State, Workflow
from data.queries.counting import (
    counted_appeal,
    happened,
    in_period,
    is_red,
    judged,
    open_at,
    received_in_period,
    rejected_in_period,
    relevant_appeals,
)
from data.queries.frames import frame_of
from data.queries.gaps import untimed
from data.schema import appeal, appeal_event, unit
from data.scope import Scope, below
from data.withdrawal import WITHDRAWN

NO_STAY = ("extend", *IMPORTING)  # events that begin and end no stay in a state
AGES = (
    ("1天以内", 0, 1),
    ("1至3天", 1, 3),
    ("3至7天", 3, 7),
    ("7至15天", 7, 15),
    ("15至30天", 15, 30),
    ("30天以上", 30, None),
)


def _of_unit(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(appeal.join(unit, unit.c.id == appeal.c.unit_id))


def fetch_appeal_funnel(connection: Connection, scope: Scope, workflow: Workflow) -> pd.DataFrame:
    """How far the appeals received in the period have come by now, state by state.

    Columns: position (index in the workflow), state, name, reached (appeals),
    step_rate (of the state before) and overall_rate (of all received), 0–1 or NaN.
    Rejected states are left out (see ``fetch_counts_apart``); a rejected appeal
    counts in the states it had reached.
    """
    statement = _of_unit(appeal.c.furthest, func.count()).where(cohort(scope, workflow))
    rows = connection.execute(statement.group_by(appeal.c.furthest)).all()
    steps = steps_of(workflow)
    reached = [sum(n for furthest, n in rows if furthest >= position) for position, _ in steps]
    funnel = pd.DataFrame(
        {
            "position": [position for position, _ in steps],
            "state": [state.key for _, state in steps],
            "name": [state.name for _, state in steps],
            "reached": reached,
        }
    )
    counts = funnel["reached"].astype(float)
    before = counts.shift(fill_value=counts.iloc[0]).where(lambda n: n > 0)
    return funnel.assign(step_rate=counts / before, overall_rate=counts / before.iloc[0])


def cohort(scope: Scope, workflow: Workflow) -> ColumnElement[bool]:
    """Appeals that a workflow's funnel follows: received in the period, of the units below."""
    walks = appeal.c.workflow_key == workflow.key
    return and_(below(scope.path), walks, received_in_period(scope))


def steps_of(workflow: Workflow) -> list[tuple[int, State]]:
    """The states that are steps of the funnel, each with its index in the workflow."""
    return [(i, s) for i, s in enumerate(workflow.states) if s.type != "rejected"]


def fetch_state_durations(connection: Connection, scope: Scope, workflow: Workflow) -> pd.DataFrame:
    """How long appeals stay in each state: stays that ended in the period, in clock hours.

    Columns: state, name, visits (stays), median_hours, p90_hours (NaN without a stay),
    now_in_state (appeals that are in it now, of those not closed before the period).
    """
    stays = fetch_stays(connection, scope, workflow)
    hours = stays.groupby("state")["hours"]
    standing = _of_unit(appeal.c.state, func.count().label("appeals"))
    standing = standing.where(below(scope.path), appeal.c.workflow_key == workflow.key)
    standing = standing.where(relevant_appeals(scope)).group_by(appeal.c.state)
    now_in = {row.state: row.appeals for row in connection.execute(standing)}
    states = [state for _, state in steps_of(workflow)]
    durations = pd.DataFrame({"state": [s.key for s in states], "name": [s.name for s in states]})
    keys = durations["state"]
    return durations.assign(
        visits=keys.map(hours.size()).fillna(0).astype("int64"),
        median_hours=keys.map(hours.median()).astype(float),
        p90_hours=keys.map(hours.quantile(0.9)).astype(float),
        now_in_state=[now_in.get(key, 0) for key in keys],
    )


def moved_since(scope: Scope, workflow: Workflow) -> ColumnElement[bool]:
    """Appeals that may have left a state in the period: their last move is no earlier."""
    walks = and_(below(scope.path), appeal.c.workflow_key == workflow.key)
    moved = appeal.c.state_since >= scope.start
    return and_(walks, moved, counted_appeal(), happened(appeal.c.received_at, scope))


def fetch_stays(connection: Connection, scope: Scope, workflow: Workflow) -> pd.DataFrame:
    """Stays in a state that ended in the period.  An extension does not end a stay.

    Only between steps taken here: an import says little of when a case went from state to state.

    Columns: appeal_id, state, entered and left (seconds since 1970), hours.
    """
    statement = (
        _of_unit(
            appeal_event.c.appeal_id,
            appeal_event.c.state,
            extract("epoch", appeal_event.c.happened_at).label("second"),
        )
        .join(appeal_event, appeal_event.c.appeal_id == appeal.c.id)
        .where(moved_since(scope, workflow), appeal_event.c.kind.not_in(NO_STAY))
        .order_by(appeal_event.c.appeal_id, appeal_event.c.happened_at, appeal_event.c.id)
    )
    rows = connection.execute(statement).all()
    ids, states, seconds = zip(*rows, strict=True) if rows else ((), (), ())
    moments, cases = np.array(seconds, dtype=float), np.array(ids, dtype="int64")
    entered, left = moments[:-1], moments[1:]
    last = scope.until.timestamp()
    ended = (cases[1:] == cases[:-1]) & (left >= scope.start.timestamp()) & (left <= last)
    stays = {"appeal_id": cases[:-1], "state": np.array(states, dtype=object)[:-1]}
    stays |= {"entered": entered, "left": left, "hours": (left - entered) / 3600}
    return pd.DataFrame({name: column[ended] for name, column in stays.items()})


def fetch_counts_apart(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Cases to know of beside the rates: key, name, appeals.

    returned, extended, redone: of the appeals that on-time closure is judged over
    (they are in the rate, too); rejected in the period (they are in no rate);
    withdrawn in the period as registered by mistake (they are in no figure); untimed:
    imported without a closing time (they are in no rate that asks for it).
    """
    over = judged(scope)
    mistaken = and_(appeal.c.state_type == WITHDRAWN, in_period(appeal.c.closed_at, scope))
    counts = {
        "returned": ("退过单", and_(over, appeal.c.returns > 0)),
        "extended": ("延过期", and_(over, appeal.c.extensions > 0)),
        "redone": ("重办过", and_(over, appeal.c.redos > 0)),
        "rejected": ("不予受理", rejected_in_period(scope)),
        "withdrawn": ("误登撤回", mistaken),
        "untimed": ("没有办结时间", untimed(received_in_period(scope), is_red(scope))),
    }
    totals = [func.count().filter(condition) for _, condition in counts.values()]
    seen = or_(relevant_appeals(scope), mistaken)
    statement = _of_unit(*totals).where(below(scope.path), seen)
    return pd.DataFrame(
        {
            "key": list(counts),
            "name": [name for name, _ in counts.values()],
            "appeals": list(connection.execute(statement).one()),
        }
    )


def fetch_ageing(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Appeals open at the scope's moment by days since they were received: bucket, open."""
    totals = [func.count().filter(_aged(scope, low, high)) for _, low, high in AGES]
    statement = _of_unit(*totals).where(below(scope.path), open_at(scope))
    counts = list(connection.execute(statement).one())
    return pd.DataFrame({"bucket": [label for label, _, _ in AGES], "open": counts})


def _aged(scope: Scope, low: int, high: int | None) -> ColumnElement[bool]:
    received, moment = appeal.c.received_at, scope.until
    young = received <= moment - timedelta(days=low)
    return young if high is None else and_(young, received > moment - timedelta(days=high))


def fetch_categories(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Appeals received in the period by category, most frequent first.

    Columns: category_key, appeals, share and cumulative_share (0–1).
    """
    statement = _of_unit(appeal.c.category_key, func.count().label("appeals"))
    statement = statement.where(below(scope.path), received_in_period(scope))
    statement = statement.group_by(appeal.c.category_key)
    counts = frame_of(connection, statement.order_by(func.count().desc(), appeal.c.category_key))
    appeals = counts["appeals"].astype("int64")
    share = appeals / max(int(appeals.sum()), 1)
    return counts.assign(appeals=appeals, share=share, cumulative_share=share.cumsum())
