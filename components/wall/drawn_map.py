"""The wall's map: the same plain paths as on the overview, in the wall's own colours."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from components import mapping
from components.filters import View
from components.loaders import load_totals
from components.map_legend import HATCH, legend_steps
from components.palette import SEQUENTIAL, shades
from components.quick_map import Payload, quick_map
from components.wall import texts as t
from data.metrics import METRICS, Metric, measure


def drawn(view: View, metric_key: str, level: str) -> tuple[Payload, str]:
    """What plain_map.js draws, and the legend as HTML.

    Shapes carry a class (s0 to s4, low to high) instead of a colour, so that each theme has
    its own.  A rate over too few cases is not coloured: its 100 % would shout.
    """
    metric = METRICS[metric_key]
    content = mapping.content(view.scope, view.path, level, metric_key)
    content["shapes"] = _without_small(content["shapes"], metric, view)
    payload = quick_map(**content)
    for shape in payload["shapes"]:
        fill = shape.pop("fill")
        if fill:
            shape["look"] += f" s{SEQUENTIAL.index(fill)}"
    payload["corner"] = HATCH if payload["shapes"] else payload["corner"]
    values = content["shapes"].loc[content["shapes"]["boundary"].notna(), "value"]
    return payload, _legend(metric, legend_steps(values, metric.decimals), values)


def _without_small(shapes: pd.DataFrame, metric: Metric, view: View) -> pd.DataFrame:
    if metric.unit != "%":
        return shapes
    totals = load_totals(view.scope)
    few = [measure(metric, totals.loc[i]).small for i in shapes["id"]]
    return shapes.assign(value=shapes["value"].astype(float).mask(pd.Series(few, shapes.index)))


def _legend(metric: Metric, edges: Sequence[float], values: pd.Series) -> str:
    parts = []
    if edges:
        places = [SEQUENTIAL.index(colour) for colour in shades(len(edges) - 1)]
        cells = "".join(f'<i class="s{place}"></i>' for place in places)
        parts.append(f"<span>{_edge(metric, edges[0])}</span><span class='cells'>{cells}</span>")
        parts.append(f"<span>{_edge(metric, edges[-1])}</span>")
    if values.isna().any() or not edges:
        small = t.MAP_LEGEND_SMALL if metric.unit == "%" else t.MAP_LEGEND_NONE
        parts.append(f'<span class="cells"><i class="gap"></i></span><span>{small}</span>')
    return f'<div class="legend">{"".join(parts)}</div>'


def _edge(metric: Metric, edge: float) -> str:
    decimals = 0 if edge == int(edge) else metric.decimals
    return f"{edge:,.{decimals}f}{metric.unit}"


def with_legend(html: str, legend: str) -> str:
    """A panel's HTML with the legend at the end of its heading."""
    return html.replace("</header>", f"{legend}</header>", 1)
