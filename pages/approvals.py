"""待审核: points and hours that wait for somebody's approval."""

from __future__ import annotations

import streamlit as st

from components.forms.approval import approval_form

with st.container(key="approvals_page"):
    approval_form()
