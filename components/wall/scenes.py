"""The five scenes: what each shows and what each of its parts opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from components.details import Detail, of_listing, of_metric
from components.filters import View
from components.loaders import load
from components.wall import (
    appeal_scene,
    drawn_map,
    map_scene,
    member_scene,
    parts,
    people_parts,
    volunteer_scene,
)
from components.wall import texts as t
from components.wall.views import map_level
from data.method import Method
from data.metrics import METRICS
from data.periods import PERIODS
from data.queries.appeals import fetch_appeal_funnel

OVERVIEW = ("grids", "members", "volunteers", "open_appeals", "on_time_rate", "hours")


@dataclass(frozen=True)
class Scene:
    """A scene as the browser draws it: HTML, and by the key of its place each map in it."""

    html: str
    maps: dict[str, Any] = field(default_factory=dict)


def build(name: str, view: View, method: Method, metric: str, turn: int) -> Scene:
    """One scene; ``metric`` colours the map, ``turn`` counts how often the scene has come."""
    return _BUILDERS[name](view, method, metric, turn)


def _overview(view: View, method: Method, metric: str, turn: int) -> Scene:
    html, maps = _overview_middle(view, method, metric)
    drawn = parts.scene(
        "overview",
        parts.tiles(view, method, OVERVIEW),
        _funnel(view, method),
        appeal_scene.lights_box(view),
        html,
        member_scene.standing_box(view, method),
        people_parts.volunteers_box(view),
        appeal_scene.ageing_box(view),  # only a wide display has room for it
    )
    return Scene(drawn, maps)


def _funnel(view: View, method: Method) -> str:
    workflow = method.workflows[0]
    steps = load(fetch_appeal_funnel, view.scope, workflow)
    count = int(steps["reached"].max()) if len(steps) else 0
    note = t.FUNNEL_NOTE.format(PERIODS[view.period], workflow.name, count)
    return parts.box("funnel", t.FUNNEL, parts.funnel(steps), note=note)


def _overview_middle(view: View, method: Method, metric: str) -> tuple[str, dict[str, Any]]:
    """The map; where there is none, the cases that are overdue."""
    level = map_level(view, method)
    if not level:
        return appeal_scene.red_box(view, method), {}
    payload, legend = drawn_map.drawn(view, metric, level)
    place = '<div class="quick-map" data-map="map"></div>'
    html = parts.box("map", t.MAP.format(METRICS[metric].name), place)
    return drawn_map.with_legend(html, legend), {"map": payload}


def _map(view: View, method: Method, metric: str, turn: int) -> Scene:
    html, maps = map_scene.build(view, method, metric)
    return Scene(html, maps)


def _appeals(view: View, method: Method, metric: str, turn: int) -> Scene:
    return Scene(appeal_scene.build(view, method, turn))


def _members(view: View, method: Method, metric: str, turn: int) -> Scene:
    return Scene(member_scene.build(view, method))


def _volunteers(view: View, method: Method, metric: str, turn: int) -> Scene:
    return Scene(volunteer_scene.build(view, method))


_BUILDERS: dict[str, Callable[[View, Method, str, int], Scene]] = {
    "overview": _overview,
    "map": _map,
    "appeals": _appeals,
    "members": _members,
    "volunteers": _volunteers,
}


def detail(key: str, view: View, method: Method, metric: str, turn: int) -> Detail:
    """What a part opens, by its ``data-open``; KeyError for an unknown one."""
    if key in METRICS:
        return of_metric(key, view)
    workflow = appeal_scene.workflow_of(view, method, turn)
    makers: dict[str, Callable[[], Detail]] = {
        "funnel": lambda: of_listing("appeal_funnel", view, method.workflows[0]),
        "flow": lambda: of_listing("appeal_funnel", view, workflow),
        "bottleneck": lambda: of_listing("state_durations", view, workflow),
        "lights": lambda: of_metric("red_appeals", view),
        "red_list": lambda: of_metric("red_appeals", view),
        "ageing": lambda: of_metric("open_appeals", view),
        "categories": lambda: of_metric("received_appeals", view),
        "map": lambda: of_metric(metric, view),
        "map_large": lambda: of_metric(metric, view),
        "compared": lambda: of_metric(metric, view),
        "called": lambda: of_metric("red_appeals", view),
        "member_trend": lambda: of_metric("mean_points" if method.points else "members", view),
        "member_counts": lambda: of_metric("members", view),
        "volunteer_list": lambda: of_listing("volunteer_hours", view),
        "teams": lambda: of_metric("hours", view),
        "volunteer_trend": lambda: of_metric("hours", view),
        "thanks": lambda: of_metric("hours", view),
        "stars": lambda: of_listing("stars", view, method.volunteering),
    }
    if method.points:
        points = method.points
        makers["grades"] = lambda: of_listing("grades", view, points, view.year)
        makers["classes"] = makers["grades"]
        makers["member_units"] = makers["grades"]
    if method.checkup:
        makers["checkups"] = lambda: of_listing("checkups", view, method.checkup)
    return makers[key]()
