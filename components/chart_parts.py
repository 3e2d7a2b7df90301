"""What several charts share: row and column scales, right-hand columns, plain columns."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from components.chart_theme import themed

AnyChart = alt.Chart | alt.LayerChart
ROW = 38  # pixels a horizontal bar takes, with its gap
COLUMN_HEIGHT = 260


def finished(chart: alt.LayerChart, height: int) -> alt.LayerChart:
    """The chart in the office look, as wide as its place and ``height`` pixels high."""
    return themed(chart.properties(width="container", height=height))


def rows(column: str) -> alt.Y:
    """A band a row, in the order of the data; ``column`` must not repeat."""
    return alt.Y(f"{column}:N").sort(None).title(None).axis(labelLimit=150)


def columns(column: str) -> alt.X:
    """A band a column, in the order of the data, with names broken after four characters."""
    wrapped = "[slice(datum.label, 0, 4), slice(datum.label, 4, 8), slice(datum.label, 8, 12)]"
    return alt.X(f"{column}:N").sort(None).title(None).axis(labelAngle=0, labelExpr=wrapped)


def at_right(base: alt.Chart, inset: int, **look: Any) -> alt.Chart:
    """A column of texts, right-aligned ``inset`` pixels from the right edge."""
    return base.mark_text(align="right", **look).encode(
        x=alt.value(alt.ExprRef(f"width - {inset}"))
    )


def column_chart(
    data: pd.DataFrame, names: tuple[str, str], values: tuple[str, str], colour: Any
) -> alt.LayerChart:
    """Vertical bars with their number on top; ``names`` and ``values`` are (column, title)."""
    base = alt.Chart(data).encode(
        x=columns(names[0]),
        y=alt.Y(f"{values[0]}:Q").axis(None),
        tooltip=[
            alt.Tooltip(f"{names[0]}:N").title(names[1]),
            alt.Tooltip(f"{values[0]}:Q").title(values[1]).format(","),
        ],
    )
    bars = base.mark_bar(width={"band": 0.56}).encode(color=colour)
    counts = base.mark_text(dy=-10, fontWeight=600).encode(
        text=alt.Text(f"{values[0]}:Q").format(",")
    )
    return finished(bars + counts, COLUMN_HEIGHT)


def percent(share: float | None) -> str:
    """93.4%, or — when there is none."""
    return "—" if share is None or pd.isna(share) else f"{share:.1%}"


def duration(hours: float) -> str:
    """25分钟, 5.2小时, 2.4天."""
    if hours < 1:
        return f"{hours * 60:.0f}分钟"
    return f"{hours:.1f}小时" if hours < 48 else f"{hours / 24:.1f}天"
