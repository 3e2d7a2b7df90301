"""数据质量: entries that are possible but odd, for the secretary to look into."""

from __future__ import annotations

from components import entry_texts as e
from components import filters, quality_view
from components.panels import panel

view = filters.current()
with panel("quality", e.QUALITY_TITLE, e.QUALITY_NOTE):
    quality_view.findings(view)
