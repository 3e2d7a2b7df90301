"""数据质量: entries that are possible but odd, and correcting any entry."""

from __future__ import annotations

from components import corrections_view, filters, quality_view
from components import entry_texts as e
from components.panels import panel

view = filters.current()
with panel("quality", e.QUALITY_TITLE, e.QUALITY_NOTE):
    quality_view.findings(view)
with panel("records", e.RECORDS_TITLE, e.RECORDS_NOTE):
    corrections_view.records(view)
