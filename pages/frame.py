"""The script app.py serves: who is looking, which pages may be shown, the chrome, one page."""

from __future__ import annotations

import streamlit as st

from components import chrome, filters, gates, identity, loaders
from components.navigation import entries_for
from data import boot

status = boot.status()
pages = {entry: entry.page() for entry in entries_for(status.kind)}
current = st.navigation(list(pages.values()), position="hidden")
entry = next(e for e, page in pages.items() if page.url_path == current.url_path)

chrome.draw_page_style(entry.title)
if status.kind in ("ready", "empty"):
    identity.begin_run()
shown = list(pages)
if status.kind == "ready":
    loaders.begin_run()
    shown = gates.open_to_me(pages)
    if identity.board_reach():
        filters.restore()
    chrome.draw_header(shown, entry)
if entry in shown:
    current.run()
else:
    gates.show_gate(entry)
