"""What several charts share: row and column scales, right-hand columns, plain columns."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from components.chart_theme import TEXT, ChartT, themed

AnyChart = alt.Chart | alt.LayerChart
ROW = 38  # pixels a horizontal bar takes, with its gap
COLUMN_HEIGHT = 260


def finished(chart: ChartT, height: int) -> ChartT:
    """The chart in the office look, as wide as its place and ``height`` pixels high."""
    return themed(chart.properties(width="container", height=height))


def rows(column: str) -> alt.Y:
    """A band a row, in the order of the data; ``column`` must not repeat."""
    return alt.Y(f"{column}:N").sort(None).title(None).axis(labelLimit=150)


def columns(column: str, wrap: int | None = None) -> alt.X:
    """A band a column, in the order of the data, names broken after ``wrap`` characters."""
    axis: dict[str, Any] = {"labelAngle": 0}
    if wrap:
        cuts = ", ".join(f"slice(datum.label, {wrap * i}, {wrap * (i + 1)})" for i in range(3))
        axis["labelExpr"] = f"[{cuts}]"
    return alt.X(f"{column}:N").sort(None).title(None).axis(**axis)


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


def text_width(text: str) -> int:
    """About how many pixels ``text`` takes: Chinese characters are as wide as they are high."""
    return sum(TEXT if ord(character) > 255 else 9 for character in text)


def percent(share: float | None) -> str:
    """93.4%, or — when there is none."""
    return "—" if share is None or pd.isna(share) else f"{share:.1%}"


def duration(hours: float | None) -> str:
    """25分钟, 5.2小时, 2.4天, or — when there is none."""
    if hours is None or pd.isna(hours):
        return "—"
    if hours < 1:
        return f"{hours * 60:.0f}分钟"
    amount, unit = (hours, "小时") if hours < 48 else (hours / 24, "天")
    return f"{amount:.1f}".removesuffix(".0") + unit
