"""系统管理: the method in force, what waits for approval, and the system's health."""

from __future__ import annotations

import streamlit as st

from components import admin_views
from components import texts as t
from components.forms.adoption import adoption_form
from components.forms.approval import approval_form
from components.panels import panel

left, right = st.columns([1.4, 1])
with left:
    with panel("admin_method", t.ADMIN_METHOD):
        admin_views.method_in_force()
    with panel("admin_adopt", t.ADMIN_ADOPT):
        adoption_form()
with right:
    with panel("admin_health", t.ADMIN_HEALTH):
        admin_views.health()
    with panel("admin_pending", t.ADMIN_PENDING):
        approval_form()
    with panel("admin_presets", t.ADMIN_PRESETS):
        admin_views.presets()
    with panel("admin_history", t.ADMIN_HISTORY):
        admin_views.history()
    with panel("admin_rows", t.ADMIN_ROWS):
        admin_views.row_counts()
    with panel("admin_settings", t.ADMIN_SETTINGS):
        admin_views.settings()
