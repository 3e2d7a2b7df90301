"""Charts of members and volunteers: grades, scores, check-ups, stars."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from components.chart_parts import COLUMN_HEIGHT, AnyChart, column_chart, columns, finished
from components.chart_theme import SMALL, no_data
from components.palette import CARD, GOLD, INK, text_on

QUARTERS = {"Q1": "一季度", "Q2": "二季度", "Q3": "三季度", "Q4": "四季度"}
NARROW = 0.08  # a smaller share has no room for its number inside the bar


def distribution_chart(bins: pd.DataFrame, lines: Sequence[tuple[str, float]] = ()) -> AnyChart:
    """How many fall in each range of a score.

    Columns: bin_start, bin_end, count.  ``lines``: (word, score) of the grade limits.
    """
    if not len(bins) or not bins["count"].sum():
        return no_data()
    data = bins[["bin_start", "bin_end", "count"]].assign(
        span=[f"{low:g} 至 {high:g} 分" for low, high in bins[["bin_start", "bin_end"]].to_numpy()]
    )
    tooltip = [
        alt.Tooltip("span:N").title("得分"),
        alt.Tooltip("count:Q").title("人数").format(","),
    ]
    people = alt.Y("count:Q").title("人").axis(tickMinStep=1)
    # Vega draws no rounded bar whose edges come in descending pixel order.
    bars = alt.Chart(data).mark_bar(binSpacing=2, cornerRadius=0)
    bars = bars.encode(
        x=alt.X("bin_start:Q")
        .bin("binned")
        .scale(zero=False, nice=False)
        .title("分")
        .axis(grid=False),
        x2="bin_end:Q",
        y=people,
        tooltip=tooltip,
    )
    if not lines:
        return finished(bars, COLUMN_HEIGHT)
    limits = pd.DataFrame(
        [(score, f"{word} {score:g}") for word, score in lines], columns=["score", "caption"]
    )
    marks = alt.Chart(limits).encode(x="score:Q")
    rules = marks.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5)
    captions = marks.mark_text(align="left", dx=-4, dy=-9, fontSize=SMALL, fontWeight=600)
    captions = captions.encode(y=alt.value(0), text="caption:N")
    return finished(bars + rules + captions, COLUMN_HEIGHT)


def checkup_chart(checkups: pd.DataFrame) -> AnyChart:
    """Check-up results by quarter.

    Columns: quarter ("2026Q3", in order), grade (best first), count, colour, and if
    known yellow_line and red_line (people under that warning in the quarter).
    """
    if not len(checkups) or not checkups["count"].sum():
        return no_data()
    grades = checkups.drop_duplicates("grade")
    order = {grade: place for place, grade in enumerate(grades["grade"])}
    data = checkups.assign(
        quarter=[_quarter(quarter) for quarter in checkups["quarter"]],
        place=checkups["grade"].map(order),
        ink=[text_on(colour) for colour in checkups["colour"]],
    )
    titles = {"quarter": "季度", "grade": "结果", "count": "人数"}
    titles |= {"yellow_line": "黄线（人）", "red_line": "红线（人）"}
    kinds = {"quarter": "N", "grade": "N"}
    tooltip = [
        alt.Tooltip(f"{column}:{kinds.get(column, 'Q')}").title(title)
        for column, title in titles.items()
        if column in data
    ]
    base = alt.Chart(data).encode(
        x=columns("quarter", wrap=5),
        y=alt.Y("count:Q").stack("zero").title("人").axis(tickMinStep=1),
        order="place:Q",
        tooltip=tooltip,
    )
    scale = alt.Scale(domain=list(grades["grade"]), range=list(grades["colour"]))
    bars = base.mark_bar(width={"band": 0.5}, stroke=CARD, strokeWidth=1.5)
    bars = bars.encode(color=alt.Color("grade:N").scale(scale))
    middle = alt.Y("count:Q").stack("zero").bandPosition(0.5)
    numbers = base.transform_filter(f"datum.count >= {_least_shown(data)}").mark_text(
        fontSize=SMALL
    )
    numbers = numbers.encode(y=middle, text="count:Q", color=alt.Color("ink:N").scale(None))
    layers = alt.layer(bars, numbers).resolve_scale(color="independent")
    return finished(layers, COLUMN_HEIGHT)


def star_chart(stars: pd.DataFrame) -> AnyChart:
    """How many volunteers hold each star.  Columns: name (in order), count."""
    if not len(stars) or not stars["count"].sum():
        return no_data()
    return column_chart(
        stars[["name", "count"]], ("name", "星级"), ("count", "志愿者（人）"), alt.value(GOLD)
    )


def _quarter(key: str) -> str:
    """2026年三季度 for "2026Q3"; anything else stays as it is."""
    year, name = key[:4], QUARTERS.get(key[4:])
    return f"{year}年{name}" if name else key


def _least_shown(data: pd.DataFrame) -> float:
    """The smallest count whose number fits into its part of the tallest bar."""
    return float(data.groupby("quarter")["count"].sum().max()) * NARROW
