"""The members page's parts: distribution, ranking, comparisons, check-ups, one member's file.

Whoever stands below a line is counted here and never named.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from components import charts
from components import texts as t
from components.chart_view import show_chart
from components.filters import View
from components.loaders import load, load_totals
from components.markup import day, escape, number, quarter_text
from components.palette import grade_colours
from components.problems import show_empty
from components.tables import show_table
from data.method import Method
from data.metrics import METRICS, measure
from data.queries.grades import fetch_follow_up_counts, fetch_standings
from data.queries.members import fetch_checkup_summary, fetch_ledger, fetch_member
from data.queries.units import fetch_units
from data.ranking import competition_rank

RANKS_SHOWN = 50
BIN = 5  # points a bar of the distribution


def ranking_note() -> str:
    """How the ranking treats ties and how far it goes."""
    return t.MEMBER_RANK_NOTE.format(RANKS_SHOWN)


def checkup_note(method: Method) -> str:
    """The weights of the check-up's parts in words."""
    parts = method.checkup.parts if method.checkup else []
    return " + ".join(f"{p.name} {p.weight}%" for p in parts)


def distribution(view: View, method: Method, year: int) -> None:
    """How many members have how many points, with the grades' lines."""
    standings = _standings(view, method, year)
    if standings.empty:
        show_empty(t.NO_DATA_HERE)
        return
    low = np.floor(standings["total"].min() / BIN) * BIN
    edges = np.arange(low, standings["total"].max() + BIN + 0.1, BIN)
    counts, _ = np.histogram(standings["total"], bins=edges)
    bins = pd.DataFrame({"bin_start": edges[:-1], "bin_end": edges[1:], "count": counts})
    lines = (
        [(g.name, g.at_least) for g in method.points.grades if g.at_least] if method.points else []
    )
    show_chart(charts.distribution_chart, bins, lines=lines, key="members_distribution")


def ranking(view: View, method: Method, year: int) -> None:
    """The best members with the rank that ties share; those below the line only as a count."""
    standings = _standings(view, method, year)
    if standings.empty:
        show_empty(t.NO_DATA_HERE)
        return
    classes = {c.key: c.name for c in method.member_classes}
    standings.insert(0, "rank", competition_rank(standings["total"]))
    listed = standings[~standings["failing"] & (standings["rank"] <= RANKS_SHOWN)]
    columns = ("rank", "name", "code", "unit_name", "class_key", "total")
    table = listed[list(columns)].assign(
        class_key=[classes.get(key, key) for key in listed["class_key"]]
    )
    table.columns = list(t.MEMBER_COLUMNS)
    show_table(table, formats={t.MEMBER_COLUMNS[0]: lambda n: f'<b class="rank">{n}</b>'})
    failing = int(standings["failing"].sum())
    if failing and method.points:
        line = {g.key: g.name for g in method.points.grades}[method.points.failing_grade]
        st.html(f'<p class="section-note">{t.MEMBER_BELOW.format(failing, escape(line))}</p>')


def grades(view: View, method: Method, year: int) -> None:
    """Members by grade in one bar, and how many each follow-up track holds."""
    if not method.points:
        return
    counts = _standings(view, method, year)["grade"].value_counts()
    frame = pd.DataFrame([(g.name, int(counts.get(g.key, 0))) for g in method.points.grades])
    frame.columns = ["name", "count"]
    frame["colour"] = grade_colours(len(frame))
    show_chart(charts.grade_bar, frame, key="members_grades")
    due = load(fetch_follow_up_counts, view.scope, method.points)
    words = [t.BELOW_COUNT.format(f.action, f.members) for f in due.itertuples()]
    st.html(f'<p class="section-note">{escape("；".join(words))}</p>')


def by_unit(view: View) -> None:
    """Mean points of the units right below, best first."""
    units = load(fetch_units)
    below = units[units["parent_id"] == view.unit_id]
    totals, metric = load_totals(view.scope), METRICS["mean_points"]
    found = [measure(metric, totals.loc[i]) for i in below["id"]]
    frame = pd.DataFrame(
        {
            "name": below["name"].to_list(),
            "value": [m.value for m in found],
            "text": [m.text for m in found],
        }
    ).dropna(subset=["value"])
    frame = frame.sort_values("value", ascending=False).assign(highlight=True)
    show_chart(charts.ranking_bars, frame, key="members_units")


def by_class(view: View, method: Method, year: int) -> None:
    """Mean points and head count of each class of members."""
    standings = _standings(view, method, year)
    groups = standings.groupby("class_key")["total"].agg(["mean", "size"])
    rows = [
        (
            c.name,
            groups["mean"][c.key],
            f"{number(groups['mean'][c.key], 1)}（{groups['size'][c.key]} 人）",
        )
        for c in method.member_classes
        if c.key in groups.index
    ]
    frame = pd.DataFrame(rows, columns=["name", "value", "text"]).assign(highlight=True)
    show_chart(charts.ranking_bars, frame, key="members_classes")


def _mean_text(group: pd.Series) -> str:
    return t.MEAN_OF.format(number(group["mean"], 1), int(group["size"]))


def checkups(view: View, method: Method) -> None:
    """Check-up results quarter by quarter; those below a warning line as counts."""
    if not method.checkup:
        return
    summary = load(fetch_checkup_summary, view.scope, method.checkup)
    if summary.empty:
        show_empty(t.MEMBER_NO_CHECKUPS)
        return
    graded = summary[summary["kind"] == "grade"]
    frame = graded.rename(columns={"name": "grade", "members": "count"})
    names = [g.name for g in method.checkup.grades]
    colours = dict(zip(names, grade_colours(len(names)), strict=True))
    frame = frame.assign(colour=frame["grade"].map(colours))[
        ["quarter", "grade", "count", "colour"]
    ]
    left, right = st.columns([2, 1])
    with left:
        show_chart(charts.checkup_chart, frame, key="members_checkups")
    lines = summary[summary["kind"] == "line"]
    lines = lines.assign(quarter=[quarter_text(q) for q in lines["quarter"]])
    table = lines.pivot_table(index="quarter", columns="name", values="members", sort=False)
    with right:
        show_table(table.astype(int).reset_index().rename(columns={"quarter": t.QUARTER}))
        notes = [
            t.LINE_NOTE.format(x.name, x.at_least, x.below, x.action) for x in method.checkup.lines
        ]
        st.html(f'<p class="section-note">{escape("；".join(notes))}</p>')


def file(view: View, method: Method, year: int) -> None:
    """One member's ledger, every entry with its reason; nobody below the line can be picked."""
    if not method.points:
        show_empty(t.MEMBER_NO_POINTS)
        return
    standings = _standings(view, method, year)
    standings = standings[~standings["failing"]].sort_values("code").set_index("member_id")
    if standings.empty:
        show_empty(t.NO_DATA_HERE)
        return
    words = {
        i: f"{row['name']}　{row['code']}　{row['unit_name']}" for i, row in standings.iterrows()
    }
    chosen = st.selectbox(
        t.MEMBER_PICK,
        list(words),
        format_func=words.__getitem__,
        key="members_file_pick",
        label_visibility="collapsed",
    )
    _show_file(int(chosen), standings.loc[chosen], method)


def _show_file(member_id: int, points: pd.Series, method: Method) -> None:
    member = load(fetch_member, member_id)
    classes = {c.key: c.name for c in method.member_classes}
    working = t.MEMBER_SUM.format(
        *(number(points[kind], 1) for kind in ("base", "duty", "award")),
        number(-points["deduction"], 1),
        number(points["total"], 1),
    )
    st.html(
        f"<p><b>{escape(member.name)}</b>　{escape(member.code)}　{escape(member.unit_name)}　"
        f"{escape(classes.get(member.class_key, member.class_key))}　"
        f"{t.JOINED.format(day(member.joined_on))}　<b>{escape(working)}</b></p>"
    )
    ledger = load(fetch_ledger, member_id).iloc[::-1]
    columns = (
        [day(d) for d in ledger["happened_on"]],
        ledger["rule_name"].to_list(),
        [t.ENTRY_KINDS[kind] for kind in ledger["kind"]],
        [f"{p:+g}" for p in ledger["points"]],
        ledger["running"].to_list(),
        [t.ENTRY_STATUSES[status] for status in ledger["status"]],
        ledger["note"].to_list(),
    )
    show_table(pd.DataFrame(dict(zip(t.MEMBER_LEDGER_COLUMNS, columns, strict=True))))


def _standings(view: View, method: Method, year: int) -> pd.DataFrame:
    return load(fetch_standings, view.scope, method.points, year)
