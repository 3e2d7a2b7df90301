"""总览: where things stand, at a glance."""

from __future__ import annotations

import streamlit as st

from components import bars, filters, lists, mapping, member_views
from components import texts as t
from components.details import of_listing, of_metric
from components.figures import figure_cards
from components.loaders import load, load_method
from components.panels import panel
from data.metrics import METRICS
from data.periods import local_date
from data.queries.appeals import fetch_appeal_funnel
from data.settings import zone

FIGURES = ("grids", "members", "volunteers", "open_appeals", "on_time_rate", "hours")
MAP_METRIC = "on_time_rate"
LIGHTS, VOLUNTEERS = 8, 11  # rows that fit on one screen

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method

figure_cards("overview", FIGURES, view)

left, middle, right = st.columns([1.05, 1.75, 1])

with left:
    workflow = method.workflows[0]
    detail = of_listing("appeal_funnel", view, workflow)
    with panel("overview_funnel", t.FUNNEL, workflow.name, detail):
        bars.funnel_bars(load(fetch_appeal_funnel, view.scope, workflow))
    with panel("overview_lights", t.LIGHT_LIST, detail=of_metric("red_appeals", view)):
        lists.light_list(view.scope, LIGHTS)

title = t.MAP.format(METRICS[MAP_METRIC].name)
with middle, panel("overview_map", title, t.MAP_HINT, of_metric(MAP_METRIC, view)):
    level = mapping.grid_level(view, [x.key for x in method.levels], method.grid_level)
    mapping.overview_map("overview", view, MAP_METRIC, level, height=640)

with right:
    if method.points:
        year = view.year
        detail = of_listing("grades", view, method.points, year)
        with panel("overview_grades", t.GRADES, detail=detail):
            member_views.grades(view, method, year)
    detail = of_listing("volunteer_hours", view)
    with panel("overview_volunteers", t.TOP_VOLUNTEERS, detail=detail):
        lists.volunteer_list(view.scope, VOLUNTEERS)
