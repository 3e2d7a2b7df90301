"""诉求漏斗: how far appeals come, where they wait, and how well they end."""

from __future__ import annotations

import streamlit as st

from components import appeal_views, charts, filters, lists
from components import texts as t
from components.chart_view import show_chart
from components.choices import url_select
from components.details import of_listing, of_metric
from components.figures import figure_cards
from components.loaders import build_once, load, load_method
from components.offers import offer_table
from components.panels import panel
from components.unit_views import comparison
from data.periods import local_date
from data.queries.appeals import fetch_ageing, fetch_appeal_funnel, fetch_state_durations
from data.settings import zone

FIGURES = (
    "received_appeals",
    "open_appeals",
    "on_time_rate",
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
)
BESIDE_UNITS = ("received_appeals", "open_appeals", "red_appeals")
LIST_ROWS = 60

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method

figure_cards("appeals", FIGURES, view)

workflow = method.workflow(
    url_select(
        t.APPEAL_WORKFLOW,
        [w.key for w in method.workflows],
        param="workflow",
        key="appeals_workflow",
        names=lambda key: method.workflow(key).name,
        pills=True,
        hide_label=True,
    )
)

left, middle, right = st.columns([1.15, 1.15, 1])
detail = of_listing("appeal_funnel", view, workflow)
with left, panel("appeals_funnel", t.APPEAL_FUNNEL, workflow.name, detail):
    funnel = load(fetch_appeal_funnel, view.scope, workflow)
    show_chart(charts.funnel_chart, funnel, key="appeals_funnel")
detail = of_listing("state_durations", view, workflow)
with middle, panel("appeals_durations", t.APPEAL_DURATIONS, t.DURATION_NOTE, detail):
    durations = load(fetch_state_durations, view.scope, workflow)
    show_chart(charts.duration_chart, durations, key="appeals_durations")
with right, panel("appeals_ageing", t.APPEAL_AGEING, detail=of_metric("open_appeals", view)):
    ageing = load(fetch_ageing, view.scope)
    show_chart(charts.ageing_chart, ageing, key="appeals_ageing")

left, middle, right = st.columns([1.2, 1.2, 1])
with left:
    with panel("appeals_rates", t.APPEAL_RATES, detail=of_metric("on_time_rate", view)):
        appeal_views.rates(view, method)
    with panel("appeals_units", t.APPEAL_BY_UNIT, detail=of_metric("on_time_rate", view)):
        comparison("appeals", view, method, "on_time_rate", BESIDE_UNITS)
with middle:
    with panel("appeals_categories", t.APPEAL_CATEGORIES, detail=of_metric(FIGURES[0], view)):
        appeal_views.categories(view, method)
    with panel("appeals_timeline", t.APPEAL_TIMELINE):
        appeal_views.timeline("appeals", view)
with right, panel("appeals_lights", t.LIGHT_LIST, detail=of_metric("red_appeals", view)):
    st.html(build_once(lists.light_list, view.scope, LIST_ROWS))
    offer_table(lambda: lists.taken_lights(view.scope, LIST_ROWS))
