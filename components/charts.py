"""The charts of the pages: a DataFrame in, a finished Altair chart out.

Every function names its columns; an empty frame gives a chart that says so.
Colour never speaks alone: each has its word, shape or dash beside it.  They are
drawn with ``theme=None``, since :func:`themed` has already given them their look.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from components.chart_parts import COLUMN_HEIGHT, AnyChart, at_right, finished, text_width
from components.chart_theme import SMALL, no_data, themed
from components.charts_appeals import ageing_chart, duration_chart, funnel_chart, pareto_chart
from components.charts_people import checkup_chart, distribution_chart, star_chart
from components.palette import MUTED, PRIMARY, SERIES, SOFT

__all__ = [
    "AnyChart",
    "ageing_chart",
    "checkup_chart",
    "distribution_chart",
    "duration_chart",
    "funnel_chart",
    "no_data",
    "pareto_chart",
    "ranking_bars",
    "star_chart",
    "themed",
    "trend_chart",
]

DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2])
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
RANKING_ROW = 34


def trend_chart(trend: pd.DataFrame, unit: str, target: float | None = None) -> AnyChart:
    """A figure over time.  Columns: label (in order), value (may be missing), series (optional).

    ``target`` is drawn as a dashed line.  A percentage need not start at zero.
    """
    if not len(trend) or trend["value"].isna().all():
        return no_data()
    tooltip = [
        alt.Tooltip("label:N").title("时间"),
        alt.Tooltip("value:Q").title(f"数值（{unit}）").format(",.1~f"),
    ]
    base = alt.Chart(trend).encode(
        x=alt.X("label:N")
        .sort(None)
        .title(None)
        .axis(labelAngle=0, labelOverlap="greedy", labelSeparation=10),
        y=alt.Y("value:Q").title(unit).scale(zero=unit != "%"),
    )
    if "series" in trend:
        layers = _series(
            base.encode(tooltip=[alt.Tooltip("series:N").title("名称"), *tooltip]), trend
        )
    else:
        base = base.encode(tooltip=tooltip)
        layers = base.mark_line(color=PRIMARY) + base.mark_point(color=PRIMARY)
    if target is not None:
        layers = layers + _target(target)
    return finished(layers, COLUMN_HEIGHT)


def ranking_bars(ranking: pd.DataFrame) -> AnyChart:
    """Bars in the given order; where some are highlighted, those are stronger and carry a ▸.

    Columns: name, value, text (the value as read), highlight (bool).  Names may
    repeat: masked people do, and so do the grids of two communities.
    """
    if ranking.empty or ranking["value"].isna().all():
        return no_data()
    chosen = ranking["highlight"].astype(bool)
    some = chosen.any() and not chosen.all()
    data = ranking[["name", "value", "text"]].assign(
        place=range(len(ranking)),
        caption=ranking["name"].where(~chosen | (not some), "▸ " + ranking["name"]),
        colour=[PRIMARY if strong or not some else SOFT for strong in chosen],
    )
    left = min(max(map(text_width, data["caption"])) + 14, 200)
    right = max(map(text_width, data["text"])) + 14
    tooltip = [alt.Tooltip("name:N").title("名称"), alt.Tooltip("text:N").title("数值")]
    base = alt.Chart(data).encode(y=alt.Y("place:O").axis(None), tooltip=tooltip)
    scale = alt.Scale(range=[left, alt.ExprRef(f"width - {right}")], zero=True, nice=False)
    bars = base.mark_bar(height=16).encode(
        x=alt.X("value:Q").scale(scale).axis(None), color=alt.Color("colour:N").scale(None)
    )
    names = base.mark_text(align="left", limit=left - 8).encode(x=alt.value(0), text="caption:N")
    texts = at_right(base, 0, fontWeight=600).encode(text="text:N")
    return finished(bars + names + texts, RANKING_ROW * len(data))


def _series(base: alt.Chart, trend: pd.DataFrame) -> alt.LayerChart:
    """One line a series, told apart by colour, dash and point shape."""
    names = list(dict.fromkeys(trend["series"]))
    turns = range(len(names))
    colour = alt.Scale(domain=names, range=[SERIES[turn % len(SERIES)] for turn in turns])
    dash = alt.Scale(domain=names, range=[DASHES[turn % len(DASHES)] for turn in turns])
    shape = alt.Scale(domain=names, range=[SHAPES[turn % len(SHAPES)] for turn in turns])
    base = base.encode(color=alt.Color("series:N").scale(colour))
    lines = base.mark_line().encode(strokeDash=alt.StrokeDash("series:N").scale(dash))
    return lines + base.mark_point().encode(shape=alt.Shape("series:N").scale(shape))


def _target(target: float) -> alt.LayerChart:
    data = pd.DataFrame({"value": [target], "words": [f"目标 {target:,g}"]})
    base = alt.Chart(data).encode(y="value:Q")
    rule = base.mark_rule(color=MUTED, strokeDash=[6, 4])
    words = base.mark_text(align="right", dy=-9, fontSize=SMALL, color=MUTED)
    return rule + words.encode(x=alt.value("width"), text="words:N")
