"""The list of pages: the only place that names their titles, addresses and files."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class PageEntry:
    """One page: its file beside the frame, its address and its title."""

    file: str
    url: str
    title: str
    filtered: bool = True  # shows the unit and period filters
    needs: str = "view_board"  # the action of data.access_table that one must be able to do

    def page(self) -> st.Page:
        """Streamlit's page for this entry, made anew in each run as it expects."""
        return st.Page(self.file, title=self.title, url_path=self.url or None, default=not self.url)


PAGES = (
    PageEntry("overview.py", "", "总览"),
    PageEntry("map.py", "map", "网格地图"),
    PageEntry("members.py", "members", "党员积分"),
    PageEntry("appeals.py", "appeals", "诉求漏斗"),
    PageEntry("volunteers.py", "volunteers", "志愿排行"),
    PageEntry("entry.py", "entry", "数据填报", filtered=False, needs="record_appeal"),
    PageEntry("mine.py", "mine", "我的填报", filtered=False, needs="record_appeal"),
    PageEntry("approvals.py", "approvals", "待审核", filtered=False, needs="record_decisions"),
    PageEntry("quality.py", "quality", "数据质量", needs="record_decisions"),
    PageEntry("admin.py", "admin", "系统管理", filtered=False, needs="apply_import"),
)

# What stands at every address until there is something to show, by boot status.
GATES = {
    "building": ("building.py", "正在准备"),
    "empty": ("setup.py", "启用系统"),
    "broken": ("problem.py", "暂不可用"),
}


def entries_for(kind: str) -> tuple[PageEntry, ...]:
    """The pages to offer in a boot status; a gate answers at every page's address."""
    if kind == "ready":
        return PAGES
    file, title = GATES[kind]
    return tuple(PageEntry(file, entry.url, title, filtered=False) for entry in PAGES)
