"""Shown when the database or the method cannot be used: what is wrong, and the fix."""

from __future__ import annotations

import streamlit as st

from components import problems
from components import texts as t
from data import boot

problems.show_notice(t.PROBLEM_TITLE, boot.status().message, tone="bad")
with st.container(key="problem_actions", horizontal=True, horizontal_alignment="center"):
    if st.button(t.PROBLEM_RETRY, key="problem_retry", type="primary"):
        boot.forget()
        st.rerun()
