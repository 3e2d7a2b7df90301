"""The look of every chart: fonts, sizes, colours, and numbers and dates as written in Chinese."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt
import pandas as pd

from components.palette import CARD, FONT, INK, LINE, MUTED, PRIMARY, SERIES

ChartT = TypeVar("ChartT", alt.Chart, alt.LayerChart)

SMALL = 13
TEXT = 14
NO_DATA = "所选范围内没有数据"

MONTHS = [f"{month}月" for month in range(1, 13)]
DAYS = ["日", "一", "二", "三", "四", "五", "六"]
LOCALE = {
    "number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["¥", ""]},
    "time": {
        "dateTime": "%Y年%-m月%-d日 %H:%M",
        "date": "%Y年%-m月%-d日",
        "time": "%H:%M",
        "periods": ["上午", "下午"],
        "days": [f"星期{day}" for day in DAYS],
        "shortDays": [f"周{day}" for day in DAYS],
        "months": MONTHS,
        "shortMonths": MONTHS,
    },
}
# Vega's own defaults put "%b %d" together the English way.
TIME_FORMATS = {
    "year": "%Y年",
    "quarter": "%Y年%-m月",
    "month": "%-m月",
    "week": "%-m月%-d日",
    "date": "%-m月%-d日",
    "day": "%-m月%-d日",
    "hours": "%H:%M",
    "minutes": "%H:%M",
}
# The same rule as in the cards: 万 from a hundred thousand on.
AXIS_NUMBER = (
    "abs(datum.value) >= 100000 ? format(datum.value / 10000, ',.1~f') + '万'"
    " : format(datum.value, ',~f')"
)

LABEL = {"labelFont": FONT, "labelFontSize": SMALL, "labelColor": MUTED}
AXIS_TITLE = {
    "titleFont": FONT,
    "titleFontSize": SMALL,
    "titleColor": MUTED,
    "titleFontWeight": 400,
}
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "aria": False,  # Vega's own descriptions are English field names; the chart has a Chinese one
    "font": FONT,
    "locale": LOCALE,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        **LABEL,
        **AXIS_TITLE,
        "labelLimit": 220,
        "labelPadding": 8,
        "domain": False,
        "ticks": False,
        "gridColor": LINE,
        "gridDash": [2, 3],
    },
    "axisBand": {"grid": False, "labelColor": INK, "labelFontSize": TEXT},
    # The unit stands level above the axis, not turned beside it.
    "axisYQuantitative": {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleX": -32,
        "titleY": -14,
        "titleBaseline": "bottom",
    },
    "axisTemporal": {"format": TIME_FORMATS},
    "axisQuantitative": {"labelExpr": AXIS_NUMBER, "tickCount": 5},
    "legend": {**LABEL, "title": None, "orient": "top", "symbolSize": 140, "labelColor": INK},
    "title": {
        "aria": False,
        "font": FONT,
        "fontSize": SMALL,
        "color": MUTED,
        "fontWeight": 400,
        "anchor": "start",
        "offset": 8,
    },
    "bar": {"color": PRIMARY, "cornerRadius": 3},
    "text": {"font": FONT, "fontSize": TEXT, "color": INK},
    "point": {"filled": True, "size": 60, "stroke": CARD, "strokeWidth": 1.5},
    "line": {"strokeWidth": 2.5},
    "range": {"category": list(SERIES)},
}


def themed(chart: ChartT) -> ChartT:
    """The chart with the office look; pass ``theme=None`` where Streamlit draws it."""
    return chart.configure(**CONFIG)


def no_data(text: str = NO_DATA) -> alt.Chart:
    """A chart that only says that there is nothing to draw."""
    words = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(color=MUTED, fontSize=TEXT)
    return themed(words.encode(text="text:N").properties(height=120))
