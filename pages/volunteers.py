"""志愿排行: who serves, how much, and how orders are met.  Only approved hours count."""

from __future__ import annotations

import streamlit as st

from components import charts, filters, volunteer_views
from components import texts as t
from components.chart_view import show_chart
from components.details import of_listing, of_metric
from components.figures import figure_cards
from components.loaders import load, load_method
from components.panels import panel
from components.unit_views import comparison
from data.periods import buckets, local_date
from data.queries.volunteers import fetch_hours_trend, fetch_order_funnel, fetch_star_distribution
from data.settings import zone

FIGURES = ("volunteers", "active_volunteer_rate", "hours", "hours_per_volunteer", "visits")

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method

figure_cards("volunteers", FIGURES, view)

left, right = st.columns([1.15, 1])
hours, people = of_metric("hours", view), of_listing("volunteer_hours", view)
with left, panel("volunteers_people", t.VOLUNTEER_PEOPLE, t.VOLUNTEER_NOTE, people):
    volunteer_views.people(view, method)
with right:
    with panel("volunteers_trend", t.VOLUNTEER_TREND, view.period_text, hours):
        cuts = tuple(buckets(view.scope.start, view.scope.end, zone()))
        trend = load(fetch_hours_trend, view.scope, cuts).rename(columns={"hours": "value"})
        show_chart(charts.trend_chart, trend, unit=t.HOURS, key="volunteers_trend")
    with panel("volunteers_teams", t.VOLUNTEER_TEAMS, detail=hours):
        volunteer_views.teams(view)

left, middle, right = st.columns([1, 1, 1])
detail = of_listing("order_funnel", view)
with left, panel("volunteers_orders", t.VOLUNTEER_ORDERS, view.period_text, detail):
    orders = load(fetch_order_funnel, view.scope)
    orders = orders.rename(columns={"orders": "reached", "rate": "overall_rate"})
    show_chart(charts.funnel_chart, orders, key="volunteers_orders")
with left:
    if method.time_bank:
        detail = of_listing("time_bank", view)
        with panel("volunteers_bank", t.VOLUNTEER_BANK, t.VOLUNTEER_BANK_NOTE, detail):
            volunteer_views.time_bank()
detail = of_listing("stars", view, method.volunteering)
with middle, panel("volunteers_stars", t.VOLUNTEER_STARS, detail=detail):
    stars = load(fetch_star_distribution, view.scope, tuple(method.volunteering.stars))
    stars = stars.rename(columns={"volunteers": "count"})
    show_chart(charts.star_chart, stars, key="volunteers_stars")
with right, panel("volunteers_units", t.VOLUNTEER_UNITS, detail=hours):
    comparison("volunteers", view, method, "hours", ("volunteers",))
