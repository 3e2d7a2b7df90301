"""The script app.py serves: choose the pages that can be shown, draw the chrome, run one."""

from __future__ import annotations

import streamlit as st

from components import chrome, filters, loaders
from components.navigation import entries_for
from data import boot

status = boot.status()
pages = {entry: entry.page() for entry in entries_for(status.kind)}
current = st.navigation(list(pages.values()), position="hidden")
entry = next(e for e, page in pages.items() if page.url_path == current.url_path)

chrome.draw_page_style(entry.title)
if status.kind == "ready":
    loaders.begin_run()
    filters.restore()
    chrome.draw_header(list(pages), entry)
current.run()
