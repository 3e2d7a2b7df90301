"""我的填报: what I entered on a day, its state, and undoing it within the rules."""

from __future__ import annotations

import streamlit as st

from components.my_entries import my_entries

with st.container(key="my_page"):
    my_entries()
