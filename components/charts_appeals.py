"""Charts of appeals: funnel, time in each state, age of open appeals, categories."""

from __future__ import annotations

import altair as alt
import pandas as pd

from components.chart_parts import (
    COLUMN_HEIGHT,
    ROW,
    AnyChart,
    at_right,
    column_chart,
    columns,
    duration,
    finished,
    percent,
    rows,
)
from components.chart_theme import SMALL, no_data
from components.palette import ACCENT, CARD, INK, MUTED, PRIMARY, SEQUENTIAL, SERIES

FUNNEL_ROW = 46  # leaves room for the step's share between two bars
FUNNEL_TEXTS = 136  # pixels for count and share at the right
DURATION_TEXTS = 210


def funnel_chart(steps: pd.DataFrame) -> AnyChart:
    """How many reached each state, and which share went on from one to the next.

    Columns: name, reached, step_rate (0–1; the first is not shown), overall_rate (0–1).
    """
    most = float(steps["reached"].max()) if len(steps) else 0.0
    if not most:
        return no_data()
    data = steps[["name", "reached"]].assign(
        start=(most - steps["reached"]) / 2,
        end=(most + steps["reached"]) / 2,
        step=["—", *(percent(rate) for rate in steps["step_rate"].iloc[1:])],
        overall=[percent(rate) for rate in steps["overall_rate"]],
    )
    tooltip = [
        alt.Tooltip("name:N").title("环节"),
        alt.Tooltip("reached:Q").title("到达（件）").format(","),
        alt.Tooltip("step:N").title("上一环节转入率"),
        alt.Tooltip("overall:N").title("占全部"),
    ]
    base = alt.Chart(data).encode(y=rows("name"), tooltip=tooltip)
    room = alt.ExprRef(f"width - {FUNNEL_TEXTS}")
    scale = alt.Scale(domain=[0, most], range=[0, room], nice=False)
    bars = base.mark_bar(height=24).encode(x=alt.X("start:Q").scale(scale).axis(None), x2="end:Q")
    counts = at_right(base, 66, fontWeight=600).encode(text=alt.Text("reached:Q").format(","))
    shares = at_right(base, 0, color=MUTED).encode(text="overall:N")
    flow = base.transform_filter("datum.step != '—'").transform_calculate(arrow="'↓ ' + datum.step")
    between = flow.mark_text(dy=-FUNNEL_ROW / 2, fontSize=SMALL, color=MUTED).encode(
        x=alt.value(alt.ExprRef(f"(width - {FUNNEL_TEXTS}) / 2")), text="arrow:N"
    )
    return finished(bars + between + counts + shares, FUNNEL_ROW * len(data))


def duration_chart(states: pd.DataFrame) -> AnyChart:
    """How long appeals stay in each state; the slowest one is marked 瓶颈.

    Columns: name, median_hours, p90_hours (both missing where nothing passed).
    """
    medians = states["median_hours"].dropna()
    if medians.empty:
        return no_data()
    slowest = medians.idxmax() if len(medians) > 1 else None
    data = states[["name", "median_hours", "p90_hours"]].assign(
        mark=["瓶颈" if index == slowest else "" for index in states.index],
        middle=[duration(hours) for hours in states["median_hours"]],
        most=[duration(hours) for hours in states["p90_hours"]],
    )
    tooltip = [
        alt.Tooltip("name:N").title("环节"),
        alt.Tooltip("middle:N").title("一半在此时间内走完"),
        alt.Tooltip("most:N").title("九成在此时间内走完"),
    ]
    title = "横条：一半在此时间内走完；竖线：九成在此时间内走完"
    base = alt.Chart(data, title=title).encode(y=rows("name"), tooltip=tooltip)
    scale = alt.Scale(range=[0, alt.ExprRef(f"width - {DURATION_TEXTS}")], zero=True, nice=False)
    colour = alt.when(alt.datum.mark != "").then(alt.value(ACCENT)).otherwise(alt.value(PRIMARY))
    bars = base.mark_bar(height=18).encode(
        x=alt.X("median_hours:Q").scale(scale).axis(None), color=colour
    )
    ticks = base.mark_tick(thickness=3, height=26, color=INK).encode(x="p90_hours:Q")
    words = base.mark_text(align="left", dx=10, fontWeight=700, color=ACCENT).encode(
        x="p90_hours:Q", text="mark:N"
    )
    middles = at_right(base, 76, fontWeight=600).encode(text="middle:N")
    mosts = at_right(base, 0, color=MUTED).encode(text="most:N")
    return finished(bars + ticks + words + middles + mosts, ROW * len(data))


def ageing_chart(ages: pd.DataFrame) -> AnyChart:
    """How long the open appeals have been open.  Columns: bucket (in order), open."""
    if not len(ages) or not ages["open"].sum():
        return no_data("没有在办诉求")
    data = ages[["bucket", "open"]].assign(age=range(len(ages)))
    colour = alt.Color("age:Q").scale(range=[SEQUENTIAL[1], SEQUENTIAL[4]]).legend(None)
    return column_chart(data, ("bucket", "已等待"), ("open", "在办（件）"), colour)


def pareto_chart(categories: pd.DataFrame) -> AnyChart:
    """Which few categories make up most appeals.

    Columns: name (most first), appeals, cumulative_share (0–1).
    """
    if categories.empty:
        return no_data()
    # Numbers stand at the foot of the bars, where the line never passes.
    roomy = categories["appeals"] >= categories["appeals"].max() * 0.12
    data = categories[["name", "appeals", "cumulative_share"]].assign(
        share=[percent(share) for share in categories["cumulative_share"]],
        foot=categories["appeals"].where(~roomy, 0),
        ink=roomy.map({True: CARD, False: INK}),
    )
    tooltip = [
        alt.Tooltip("name:N").title("类别"),
        alt.Tooltip("appeals:Q").title("诉求（件）").format(","),
        alt.Tooltip("share:N").title("累计占比"),
    ]
    # many columns leave room for two characters a line, and must be wide to hold their numbers
    wrap, wide = (4, 0.56) if len(data) <= 8 else (2, 0.84)
    base = alt.Chart(data).encode(x=columns("name", wrap=wrap), tooltip=tooltip)
    amount = alt.Y("appeals:Q").title("诉求（件）").axis(grid=False, tickMinStep=1)
    bars = base.mark_bar(width={"band": wide}).encode(y=amount)
    counts = base.mark_text(dy=-11, fontWeight=600).encode(
        y="foot:Q", text=alt.Text("appeals:Q").format(","), color=alt.Color("ink:N").scale(None)
    )
    axis = alt.Axis(
        format=".0%", labelExpr="datum.label", labelOverlap=False, titleAlign="right", titleX=36
    )
    share = alt.Y("cumulative_share:Q").scale(domain=[0, 1]).title("累计占比").axis(axis)
    dots = {"color": SERIES[1], "filled": True, "size": 60}
    line = base.mark_line(color=SERIES[1], point=dots).encode(y=share)
    limit = alt.Chart(pd.DataFrame({"cumulative_share": [0.8]})).mark_rule(
        color=MUTED, strokeDash=[5, 4]
    )
    right = alt.layer(limit.encode(y=share), line)
    layers = alt.layer(bars + counts, right).resolve_scale(y="independent")
    return finished(layers, COLUMN_HEIGHT)
