"""What stands on the overview: six figures, funnel, lights, map, grades and volunteers."""

from __future__ import annotations

from dataclasses import replace

from components import bars, charts, lists, mapping, member_views
from components import texts as t
from components.board import columns, map_place, pack, panel
from components.details import Detail, of_listing, of_metric
from components.figures import card_details, cards_html
from components.filters import View
from components.loaders import load
from components.offers import Chart, Offer, Table
from data.method import Method
from data.metrics import METRICS
from data.queries.appeals import fetch_appeal_funnel

FIGURES = ("grids", "members", "volunteers", "open_appeals", "on_time_rate", "hours")
MAP_METRIC = "on_time_rate"
LIGHTS, VOLUNTEERS = 9, 12  # rows that fit on one screen
MAP_HEIGHT = 680  # pixels


def board(view: View, method: Method) -> bytes:
    """The whole page, packed for the browser."""
    level = mapping.grid_level(view, [x.key for x in method.levels], method.grid_level)
    html = cards_html("overview", FIGURES, view) + columns(
        (1.05, 1.75, 1), (_appeals(view, method), _map(view, level), _people(view, method))
    )
    return pack(html, {"overview": mapping.sketch(view, MAP_METRIC, level)})


def details(view: View, method: Method) -> dict[str, Detail]:
    """What each button of the board opens, with the lists and charts that stand there."""
    workflow = method.workflows[0]
    funnel = of_listing("appeal_funnel", view, workflow)
    lights, people = of_metric("red_appeals", view), of_listing("volunteer_hours", view)
    found = card_details("overview", FIGURES, view) | {
        "panel_overview_funnel": _with(
            funnel,
            Chart(
                charts.funnel_chart,
                lambda: load(fetch_appeal_funnel, view.scope, workflow),
                name=t.FUNNEL,
            ),
        ),
        "panel_overview_lights": _with(
            lights, Table(lambda: lists.taken_lights(view.scope, LIGHTS), t.LIGHT_LIST)
        ),
        "panel_overview_map": of_metric(MAP_METRIC, view),
        "panel_overview_volunteers": _with(
            people, Table(lambda: lists.taken_volunteers(view.scope, VOLUNTEERS), t.TOP_VOLUNTEERS)
        ),
    }
    if method.points:
        found["panel_overview_grades"] = of_listing("grades", view, method.points, view.year)
    return found


def _with(detail: Detail, offer: Offer) -> Detail:
    return replace(detail, offers=(offer,))


def _appeals(view: View, method: Method) -> str:
    workflow = method.workflows[0]
    funnel = bars.funnel_bars(load(fetch_appeal_funnel, view.scope, workflow))
    lights = lists.light_list(view.scope, LIGHTS)
    return panel("overview_funnel", t.FUNNEL, funnel, note=workflow.name) + panel(
        "overview_lights", t.LIGHT_LIST, lights
    )


def _map(view: View, level: str) -> str:
    title = t.MAP.format(METRICS[MAP_METRIC].name)
    missing = mapping.unmapped(mapping.map_path(view, level), level)
    return panel(
        "overview_map", title, map_place("overview", MAP_HEIGHT) + missing, note=t.MAP_HINT
    )


def _people(view: View, method: Method) -> str:
    volunteers = lists.volunteer_list(view.scope, VOLUNTEERS)
    grades = (
        panel("overview_grades", t.GRADES, member_views.grades_html(view, method.points, view.year))
        if method.points
        else ""
    )
    return grades + panel("overview_volunteers", t.TOP_VOLUNTEERS, volunteers)
