"""What just happened: the ticker's latest events, and what takes the whole wall over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from components.filters import View
from components.loaders import load, load_adopted
from components.markup import brief, escape, moment, number, span
from components.wall import texts as t
from components.wall.appeal_scene import place_of
from data.method import Method
from data.periods import local_date
from data.queries.wall import (
    fetch_last_appeal_id,
    fetch_latest_events,
    fetch_received_after,
    fetch_turned_red,
)
from data.settings import zone

EVENTS = 16
ALERTS = 6  # more at once are counted, not shown one after another
LINE, UNIT, LARGE = 20, 16, 30  # characters: a title and a unit in the ticker, a title in full size
LOOKS_BACK = timedelta(minutes=10)  # what turned red longer ago is no news any more


def ticker(view: View) -> list[str]:
    """The latest events as HTML, the latest first; people masked, residents not at all."""
    events = load(fetch_latest_events, view.scope, EVENTS)
    return [_event(row, view.scope.now) for row in events.itertuples(index=False)]


def _event(row: Any, now: datetime) -> str:
    local, today = row.at.astimezone(zone()), local_date(now, zone())
    clock = f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        clock = t.EVENT_YESTERDAY.format(clock)
    elif local.date() != today:
        clock = moment(row.at, now)
    return f"<time>{clock}</time> {escape(brief(row.unit_name, UNIT))} {escape(_said(row))}"


def _said(row: Any) -> str:
    if row.kind == "visit":
        return t.EVENT_VISIT
    if row.kind == "service":
        hours = number(row.minutes / 60, 1)
        who = row.name or brief(row.team_name, UNIT)
        return t.EVENT_SERVICE.format(who, brief(row.activity, UNIT), hours)
    title = brief(row.title, LINE)
    try:
        workflow = load_adopted(int(row.method_id)).workflow(row.workflow_key)
        state = workflow.state(row.state)
    except KeyError:
        return t.EVENT_STATE.format("", title)
    if state.key == workflow.states[0].key:
        return t.EVENT_RECEIVED.format(title)
    said = t.EVENT_STATE.format(state.name, title)
    if not row.closes or state.type != "closed":
        return said
    return f"{said} {t.EVENT_CLOSED_ON_TIME if row.on_time else t.EVENT_CLOSED_LATE}"


def alerts(view: View, method: Method, since: datetime, last: int) -> tuple[list[Any], int]:
    """What takes the wall over since a board that was judged at ``since``, and how many more.

    Appeals that were in time then and are red now, and those of an urgent class that were
    registered after the appeal ``last``.  Each: id (unique of its kind) and html.
    """
    since = max(since, view.scope.now - LOOKS_BACK)
    red = load(fetch_turned_red, view.scope, since, ALERTS + 1)
    urgent = tuple(category.key for category in method.categories if category.urgent)
    new = load(fetch_received_after, view.scope, last, urgent, ALERTS + 1)
    found = [_alert("red", case) for case in red.itertuples(index=False)]
    found += [_alert("urgent", case) for case in new.itertuples(index=False)]
    return found[:ALERTS], max(len(found) - ALERTS, 0)


def last_appeal() -> int:
    """The appeal registered last, from which the next board looks for new ones."""
    return load(fetch_last_appeal_id)


def _alert(kind: str, case: Any) -> dict[str, str]:
    place = place_of(case)
    red = kind == "red"
    word, title = (
        (t.ALERT_RED, t.ALERT_RED_TITLE) if red else (t.ALERT_URGENT, t.ALERT_URGENT_TITLE)
    )
    facts = (
        *(case.unit_name, place["category"], moment(case.due_at.to_pydatetime()), place["state"]),
        *(place[name].partition("：")[2] for name in ("post", "handler")),
    )
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{escape(fact)}</dd></div>"
        for name, fact in zip(t.ALERT_FACTS, facts, strict=True)
        if fact
    )
    size = "long" if len(case.title) > LARGE else ""
    html = (
        f'<div class="alert alert-{kind}"><p class="alert-head"><i>{word}</i>{title}</p>'
        f'<h2 class="{size}">{escape(case.title)}</h2>'
        f'<p class="alert-when">{_when(case.late_hours)}</p>'
        f"<dl>{listed}</dl></div>"
    )
    return {"id": f"{kind}{case.id}", "html": html}


def _when(late_hours: float) -> str:
    if pd.isna(late_hours) or late_hours < 0:
        return t.ALERT_LEFT.format(span(late_hours))
    if late_hours * 60 < 1:
        return t.ALERT_JUST_OVERDUE
    return t.ALERT_OVERDUE.format(span(late_hours))
