"""网格地图: one metric over one level of units; a click goes down, the trail goes back up."""

from __future__ import annotations

import streamlit as st

from components import filters, mapping, unit_panel
from components import texts as t
from components.choices import url_select
from components.details import of_metric
from components.loaders import load_method
from components.panels import panel
from data.metrics import MAP_METRICS, METRICS
from data.offered import offered
from data.periods import local_date
from data.settings import zone

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method

left, right = st.columns([1.9, 1])

with left:
    with st.container(key="map_tools", horizontal=True, vertical_alignment="bottom"):
        metric = url_select(
            t.MAP_METRIC,
            offered(MAP_METRICS, method),
            param="metric",
            key="map_metric",
            names=lambda key: METRICS[key].name,
        )
        mapping.unit_search("map_search")
    title = t.MAP.format(METRICS[metric].name)
    with panel("map_main", title, view.period_text, of_metric(metric, view)):
        mapping.breadcrumb("map", view)
        mapping.drill_map("map", view, metric, mapping.next_level(view), height=700)

with right:
    with panel("map_unit", view.name, unit_panel.subtitle(view, method)):
        unit_panel.figures(view, method)
        unit_panel.open_figure("map_open_figure", view, method)
    with panel("map_posts", t.MAP_POSTS):
        unit_panel.posts(view, method)
    unit_panel.children("map", view, metric)
