"""Appeals on the wall: funnel, bottleneck, ageing, and who is late with what."""

from __future__ import annotations

from typing import Any

import pandas as pd

from components.filters import View
from components.loaders import load, load_adopted, load_totals
from components.markup import escape, span
from components.wall import parts
from components.wall import texts as t
from components.wall.parts import Row
from data.method import Method, Workflow
from data.periods import PERIODS
from data.privacy import mask_handler
from data.queries.appeal_files import fetch_light_list
from data.queries.appeals import (
    fetch_ageing,
    fetch_appeal_funnel,
    fetch_categories,
    fetch_counts_apart,
    fetch_state_durations,
)
from data.queries.wall import fetch_red_cases

FIGURES = (
    *("received_appeals", "closed_appeals", "open_appeals"),
    *("on_time_rate", "response_rate", "satisfaction_rate"),
)
CASES = 60  # worst first; the panel says how many there are
CATEGORIES = 8


def build(view: View, method: Method, turn: int) -> str:
    """The whole scene; the workflow in it changes by turns."""
    workflow = workflow_of(view, method, turn)
    return parts.scene(
        "appeals",
        parts.tiles(view, method, FIGURES),
        _flow(view, workflow),
        _bottleneck(view, workflow),
        ageing_box(view),
        _categories(view, method),
        red_box(view, method),
    )


def workflow_of(view: View, method: Method, turn: int) -> Workflow:
    """The workflow of a turn, out of those that had cases in the period."""
    used = [w for w in method.workflows if _received(view, w)] or method.workflows[:1]
    return used[turn % len(used)]


def _received(view: View, workflow: Workflow) -> int:
    steps = load(fetch_appeal_funnel, view.scope, workflow)
    return int(steps["reached"].max()) if len(steps) else 0


def _flow(view: View, workflow: Workflow) -> str:
    steps = load(fetch_appeal_funnel, view.scope, workflow)
    note = t.FUNNEL_NOTE.format(PERIODS[view.period], workflow.name, _received(view, workflow))
    return parts.box("flow", t.FUNNEL, parts.funnel(steps), note=note)


def _bottleneck(view: View, workflow: Workflow) -> str:
    """Time in each state that is not settled yet; the slowest one is the bottleneck."""
    stays = load(fetch_state_durations, view.scope, workflow)
    unsettled = [s.key for s in workflow.states if s.type in ("open", "waiting")]
    stays = stays[stays["state"].isin(unsettled)]
    known = stays[stays["median_hours"].notna()]
    slowest = known.loc[known["median_hours"].idxmax(), "name"] if len(known) else ""
    lines = [
        (row.name, 0.0 if pd.isna(row.median_hours) else row.median_hours, _stay(row, slowest))
        for row in stays.itertuples(index=False)
    ]
    note = t.BOTTLENECK_NOTE.format(slowest) if slowest else ""
    return parts.box("bottleneck", t.BOTTLENECK, parts.bars(lines, slowest), note=note)


def _stay(row: Any, slowest: str) -> str:
    took = "—" if pd.isna(row.median_hours) else span(row.median_hours)
    mark = f"<mark>{t.BOTTLENECK_MARK}</mark>" if row.name == slowest else ""
    return f"{mark}{took}<small>现有 {row.now_in_state}</small>"


def ageing_box(view: View) -> str:
    """Open cases by the days since they were received."""
    ages = load(fetch_ageing, view.scope)
    lines = [(row.bucket, float(row.open), f"{row.open:,}") for row in ages.itertuples(index=False)]
    body = parts.bars(lines) if ages["open"].sum() else parts.empty(t.NO_LIGHTS)
    return parts.box("ageing", t.AGEING, body, note=t.N.format(int(ages["open"].sum())))


def _categories(view: View, method: Method) -> str:
    found = load(fetch_categories, view.scope)
    names = {c.key: c.name for c in method.categories}
    total = int(found["appeals"].sum())
    lines = [
        (names.get(row.category_key, row.category_key), float(row.appeals), f"{row.appeals:,}")
        for row in found.head(CATEGORIES).itertuples(index=False)
    ]
    apart = load(fetch_counts_apart, view.scope).set_index("key")["appeals"].to_dict()
    aside = f'<p class="aside">{t.APART.format(**apart)}</p>'
    return parts.box("categories", t.CATEGORIES, parts.bars(lines) + aside, note=t.N.format(total))


def lights_box(view: View) -> str:
    """Red and yellow cases, the most overdue first."""
    totals = load_totals(view.scope).loc[view.unit_id]
    red, yellow = int(totals["red_appeals"]), int(totals["yellow_appeals"])
    cases = load(fetch_light_list, view.scope, CASES)
    lines = [
        Row(
            lead=parts.light(case.light),
            text=case.title,
            small=case.unit_name,
            end=escape(parts.lateness(case.late_hours)),
            tone=case.light,
        )
        for case in cases.itertuples(index=False)
    ]
    body = parts.rows(lines, turns=True) if lines else parts.empty(t.NO_LIGHTS)
    return parts.box("lights", t.LIGHTS, body, note=t.LIGHTS_NOTE.format(red, yellow))


def red_box(view: View, method: Method) -> str:
    """The overdue cases: what, where, since when, and which post has to move."""
    cases = load(fetch_red_cases, view.scope, CASES)
    red = int(load_totals(view.scope).loc[view.unit_id, "red_appeals"])
    lines = [
        Row(
            lead=parts.light("red"),
            text=case.title,
            small=case.unit_name,
            more=responsible(case),
            end=escape(parts.lateness(case.late_hours)),
            tone="red",
        )
        for case in cases.itertuples(index=False)
    ]
    body = parts.rows(lines, "cases", turns=True) if lines else parts.empty(t.NO_RED)
    return parts.box("red_list", t.RED_LIST, body, note=t.RED_LIST_NOTE.format(red))


def responsible(case: Any) -> str:
    """The state a case stands in, the post that has to move it, and the masked handler."""
    said = place_of(case)
    return " · ".join(filter(None, (said["state"], said["post"], said["handler"])))


def place_of(case: Any) -> dict[str, str]:
    """Names of a case's state, its responsible post, its handler (masked) and category.

    By the method it was received under; what that no longer names is left out.
    """
    method = load_adopted(case.method_id)
    try:
        state = method.workflow(case.workflow_key).state(case.state)
        category = method.category(case.category_key).name
    except KeyError:
        return {"state": "", "post": "", "handler": "", "category": ""}
    posts = {post.key: post.name for post in method.posts}
    post = posts.get(state.post or "", "")
    handler = mask_handler(case.handler) if isinstance(case.handler, str) else ""
    return {
        "state": state.name,
        "post": t.RESPONSIBLE.format(post) if post else "",
        "handler": t.HANDLER.format(handler) if handler else "",
        "category": category,
    }
