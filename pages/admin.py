"""系统管理: the method in force, who may do what, what was done, and the system's health."""

from __future__ import annotations

import streamlit as st

from components import access_texts as a
from components import account_views, admin_views, health_view, identity
from components import entry_texts as e
from components import texts as t
from components.audit_view import audit_log
from components.export_views import exporting
from components.forms.accounts import account_form, own_form, session_form
from components.forms.adoption import adoption_form
from components.forms.displays import public_form, revoke_form
from components.forms.wall_link import wall_link_panel
from components.import_views import importing
from components.panels import panel
from components.qr_sheet import qr_panel
from components.wall import texts as w

if not identity.may("fetch_accounts"):
    importing()  # all that a secretary finds here
    exporting()
    st.stop()

methods, access, walls, data, log, running = st.tabs(list(a.ADMIN_TABS), key="admin_tab")
accounts = account_views.accounts()

with methods:
    left, right = st.columns([1.4, 1])
    with left, panel("admin_method", t.ADMIN_METHOD):
        admin_views.method_in_force()
    with right:
        with panel("admin_adopt", t.ADMIN_ADOPT):
            adoption_form()
        with panel("admin_qr", e.QR_TITLE):
            qr_panel()
        with panel("admin_history", t.ADMIN_HISTORY):
            admin_views.history()
        with panel("admin_presets", t.ADMIN_PRESETS):
            admin_views.presets()

with access:
    left, right = st.columns([1.2, 1])
    with left:
        with panel("admin_accounts", a.ACCOUNTS, a.ACCOUNT_COUNT.format(accounts["id"].nunique())):
            account_form(accounts)
            account_views.show_accounts(accounts)
        with panel("admin_own", a.OWN):
            account_views.show_own()
            own_form()
    sessions = account_views.sessions()
    with right, panel("admin_sessions", a.SESSIONS, a.SESSION_COUNT.format(len(sessions))):
        account_views.show_sessions(sessions)
        session_form(sessions)

with walls:
    left, right = st.columns([1.4, 1])
    with left, panel("admin_wall", w.BUILD_TITLE):
        wall_link_panel()
    displays = account_views.displays()
    with right, panel("admin_displays", a.DISPLAYS):
        public_form()
        account_views.show_displays(displays)
        revoke_form(displays)

with data:
    importing()
    exporting()

with log, panel("admin_audit", a.AUDIT):
    audit_log(accounts.drop_duplicates("id"))

with running:
    found = health_view.load_health()
    left, right = st.columns([1.4, 1])
    with left:
        with panel("admin_health", t.ADMIN_HEALTH):
            health_view.show_health(found)
        with panel("admin_settings", t.ADMIN_SETTINGS):
            admin_views.settings()
    with right:
        with panel("admin_backups", t.ADMIN_BACKUPS):
            health_view.show_backups(found)
        with panel("admin_rows", t.ADMIN_ROWS):
            health_view.show_row_counts()
