"""党员积分: where members stand, and the ledger behind every point."""

from __future__ import annotations

import streamlit as st

from components import filters, member_views
from components import texts as t
from components.details import of_listing, of_metric
from components.loaders import load_method
from components.member_file import member_file
from components.panels import panel
from components.problems import show_empty
from components.unit_views import comparison
from data.periods import local_date
from data.settings import zone

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method
year = view.year
note = t.MEMBER_YEAR.format(year)

if method.points:
    points = of_metric("mean_points", view)
    grades = of_listing("grades", view, method.points, year)
    left, right = st.columns([1.3, 1])
    with left:
        with panel("members_distribution", t.MEMBER_DISTRIBUTION, note, points):
            member_views.distribution(view, method, year)
        with panel("members_units", t.MEMBER_BY_UNIT, note, points):
            comparison("members", view, method, "mean_points", ("members",))
        with panel("members_classes", t.MEMBER_BY_CLASS, note, points):
            member_views.by_class(view, method, year)
    with right:
        with panel("members_grades", t.GRADES, note, grades):
            member_views.grades(view, method, year)
        with panel("members_ranking", t.MEMBER_RANKING, member_views.ranking_note(), grades):
            member_views.ranking(view, method, year)
else:
    show_empty(t.MEMBER_NO_POINTS)

if method.checkup:
    checkups = of_listing("checkups", view, method.checkup)
    with panel("members_checkups", t.MEMBER_CHECKUPS, member_views.checkup_note(method), checkups):
        member_views.checkups(view, method)
with panel("members_file", t.MEMBER_FILE):
    member_file(view, method, year)
