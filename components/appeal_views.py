"""The appeal page's parts that are more than one chart: rates, categories, one case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import charts, identity
from components import texts as t
from components.chart_view import show_chart
from components.filters import View
from components.loaders import build_once, load, load_adopted, load_totals
from components.markup import escape, moment, span
from components.offers import exact, offer_table
from components.problems import show_empty
from components.tables import light_badge, table_html
from data.imported import CLOSING, SINCE
from data.method import Method, Workflow
from data.metrics import METRICS, Measure, format_value, measure
from data.privacy import mask_handler
from data.queries.appeal_files import (
    fetch_appeal_choices,
    fetch_appeal_id,
    fetch_appeal_timeline,
)
from data.queries.appeals import fetch_categories, fetch_counts_apart
from data.queries.origins import Origin, fetch_origin
from data.scope import Scope
from data.workflow import light_of

RATES = ("on_time_rate", "response_rate", "resolution_rate", "satisfaction_rate")


def rates(view: View, method: Method) -> None:
    """The honest rates with numerator, denominator, target, and the cases told apart."""
    st.html(build_once(_rates, view, method))
    offer_table(lambda: _taken_rates(view, method))


def _rates(view: View, method: Method) -> str:
    totals = load_totals(view.scope).loc[view.unit_id]
    rows = []
    for key in RATES:
        metric, target = METRICS[key], method.targets.get(key)
        found = measure(metric, totals)
        text = found.text + "".join(f"（{said}）" for said in _said(found))
        rows.append(
            (metric.name, text, found.numerator, found.denominator, format_value(metric, target))
        )
    table = table_html(pd.DataFrame(rows, columns=list(t.APPEAL_RATE_COLUMNS)))
    apart = load(fetch_counts_apart, view.scope).set_index("key")["appeals"]
    words = t.APPEAL_APART.format(**apart.to_dict())
    words += t.APPEAL_UNTIMED.format(apart["untimed"]) if apart["untimed"] else ""
    return f'{table}<p class="section-note">{words}</p>'


def _taken_rates(view: View, method: Method) -> pd.DataFrame:
    """The same table for a file, in per cent; what is to be known beside a rate comes last."""
    totals = load_totals(view.scope).loc[view.unit_id]
    rows = []
    for metric in (METRICS[key] for key in RATES):
        found = measure(metric, totals)
        parts = found.numerator, found.denominator, method.targets.get(metric.key)
        rows.append((metric.name, exact(found), *parts, "；".join(_said(found))))
    return pd.DataFrame(rows, columns=list(t.APPEAL_RATE_TAKEN))


def _said(found: Measure) -> list[str]:
    """What to know beside a rate: that it rests on little, or on a part of the cases."""
    small = found.small and not (found.value is None and found.note)
    return [said for said in (t.SMALL_SAMPLE if small else "", found.note) if said]


def categories(view: View, method: Method) -> None:
    """The Pareto of categories under the names they have now."""
    frame = load(fetch_categories, view.scope)
    names = {c.key: c.name for c in method.categories}
    frame["name"] = [names.get(key, key) for key in frame["category_key"]]
    show_chart(charts.pareto_chart, frame, key="appeals_categories")


def timeline(prefix: str, view: View) -> None:
    """One appeal from first to last: pick it by code or title, then read its events."""
    words = build_once(_choices, view.scope)
    if not words:
        show_empty(t.NO_DATA_HERE)
        return
    code = st.selectbox(
        t.APPEAL_PICK,
        list(words),
        format_func=lambda code: words.get(code, code),
        key=f"{prefix}_timeline_pick",
        label_visibility="collapsed",
        accept_new_options=True,
    )
    appeal_id = load(fetch_appeal_id, view.path, code)
    if appeal_id is None:
        show_empty(t.APPEAL_UNKNOWN.format(code))
        return
    # a finding is somebody's home: for those who work there, on no display
    case, _events = load(fetch_appeal_timeline, appeal_id)
    told = identity.me() is not None and identity.may("fetch_named_rows", case["unit_path"])
    st.html(build_once(_case, appeal_id, view.scope.now, told))
    offer_table(lambda: taken_steps(appeal_id))


def _case(appeal_id: int, now: datetime, findings: bool) -> str:
    """The case's heading, the visit it came of, and its events, oldest first."""
    case, events = load(fetch_appeal_timeline, appeal_id)
    adopted = load_adopted(case["method_id"])
    workflow = adopted.workflow(case["workflow_key"])
    light = light_of(case["state_type"], case["yellow_at"], case["due_at"], now)
    return (
        f"<p><b>{escape(case['title'])}</b> {light_badge(light)}<br>"
        f'<span class="section-note">{escape(case["code"])} · {escape(case["unit_name"])} · '
        f"{escape(adopted.category(case['category_key']).name)} · {escape(case['channel'])} · "
        f"{t.EVENT_LIMIT.format(moment(case['due_at']))}</span></p>"
        f"{_origin(load(fetch_origin, appeal_id), findings)}"
        f'<ol class="steps">{"".join(_step(e, workflow) for e in _with_time(events))}</ol>'
    )


def _origin(origin: Origin | None, findings: bool) -> str:
    """The visit that a case came of, with what was found where that may be seen."""
    if origin is None:
        return ""
    who = (t.ORIGIN_VISITOR.format(origin.visitor),) if origin.visitor else ()
    undone = (t.ORIGIN_UNDONE,) if origin.undone else ()
    told = " · ".join((moment(origin.visited_at), *who, *undone))
    finding = f"<br>{escape(origin.finding)}" if findings and origin.finding else ""
    return f'<p class="origin"><b>{t.ORIGIN}</b>　{escape(told)}{finding}</p>'


def _choices(scope: Scope) -> dict[str, str]:
    choices = load(fetch_appeal_choices, scope)
    return dict(zip(choices["code"], choices["code"] + "　" + choices["title"], strict=True))


def _with_time(events: pd.DataFrame) -> list[dict[str, Any]]:
    """Events as dicts, each with the hours since the one before (None for the first)."""
    gaps = pd.to_datetime(events["happened_at"], utc=True).diff() / pd.Timedelta(hours=1)
    rows = events.to_dict("records")
    return [
        row | {"hours": None if pd.isna(gap) else gap} for row, gap in zip(rows, gaps, strict=True)
    ]


def taken_steps(appeal_id: int) -> pd.DataFrame:
    """The same events for a file, one a row: what, when, hours since the one before, notes."""
    case, events = load(fetch_appeal_timeline, appeal_id)
    workflow = load_adopted(case["method_id"]).workflow(case["workflow_key"])
    rows = []
    for event in _with_time(events):
        untimed, hours = _untimed(event), event["hours"]
        notes = [t.EVENT_UNTIMED.format(moment(event["happened_at"]))] if untimed else []
        known = None if untimed else event["happened_at"]
        took = None if untimed or hours is None else round(hours, 1)
        rows.append((_name(event, workflow), known, took, "；".join(notes + _notes(event))))
    return pd.DataFrame(rows, columns=list(t.EVENTS_TAKEN))


def _step(event: dict[str, Any], workflow: Workflow) -> str:
    hours = event["hours"]
    at = moment(event["happened_at"])
    took = "" if hours is None else t.EVENT_TOOK.format(span(hours))
    if _untimed(event):
        at, took = t.EVENT_UNTIMED.format(at), ""
    return (
        f"<li><b>{escape(_name(event, workflow))}</b><small>{escape(at)}　{took}</small>"
        f"<p>{escape('；'.join(_notes(event)))}</p></li>"
    )


def _name(event: dict[str, Any], workflow: Workflow) -> str:
    return f"{t.EVENT_KINDS[event['kind']]} {workflow.state(event['state']).name}"


def _untimed(event: dict[str, Any]) -> bool:
    return bool(pd.notna(event["untimed"]) and int(event["untimed"]) & (CLOSING | SINCE))


def _notes(event: dict[str, Any]) -> list[str]:
    notes = [event["reply"]] if pd.notna(event["reply"]) and event["reply"] else []
    if pd.notna(event["handler"]) and event["handler"]:
        notes.append(t.EVENT_HANDLER.format(mask_handler(event["handler"])))
    if event["resolved"] in (0, 1):
        notes.append(t.EVENT_RESOLVED[int(event["resolved"])])
    if pd.notna(event["rating"]):
        notes.append(t.EVENT_RATING.format(int(event["rating"])))
    return notes
