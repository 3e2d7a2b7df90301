"""The members page's parts that compare: distribution, ranking, grades, classes, check-ups.

Whoever stands below a line is counted here and never named.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from components import charts
from components import texts as t
from components.bars import grade_slices
from components.board import empty
from components.chart_view import show_chart
from components.filters import View
from components.loaders import build_once, load, load_totals
from components.markup import escape, number, quarter_text
from components.offers import offer_table
from components.palette import grade_colours
from components.problems import show_empty
from components.tables import table_html
from data.method import Checkup, Method, PointsScheme
from data.privacy import FEWEST
from data.queries.grades import fetch_follow_up_counts, fetch_standings
from data.queries.members import fetch_checkup_summary
from data.ranking import competition_rank
from data.scope import Scope

RANKS_SHOWN = 50
BIN = 5  # points a bar of the distribution


def ranking_note() -> str:
    """How the ranking treats ties and how far it goes."""
    return t.MEMBER_RANK_NOTE.format(RANKS_SHOWN)


def checkup_note(method: Method) -> str:
    """The weights of the check-up's parts in words."""
    parts = method.checkup.parts if method.checkup else []
    return " + ".join(f"{p.name} {p.weight}%" for p in parts)


def _too_few(view: View) -> bool:
    """Whether a unit has so few members that a count would tell who is meant; says so."""
    few = _so_few(view)
    if few:
        show_empty(t.TOO_FEW.format(FEWEST))
    return few


def _so_few(view: View) -> bool:
    return 0 < int(load_totals(view.scope).loc[view.unit_id, "members"]) < FEWEST


def distribution(view: View, method: Method, year: int) -> None:
    """How many members have how many points, with the grades' lines."""
    if method.points and not _too_few(view):
        bins = build_once(_distribution, view.scope, method.points, year)
        lines = [(g.name, g.at_least) for g in method.points.grades if g.at_least]
        show_chart(charts.distribution_chart, bins, lines=lines, key="members_distribution")


def _distribution(scope: Scope, scheme: PointsScheme, year: int) -> pd.DataFrame:
    totals = load(fetch_standings, scope, scheme, year)["total"]
    if totals.empty:
        return pd.DataFrame(columns=["bin_start", "bin_end", "count"])
    low = np.floor(totals.min() / BIN) * BIN
    edges = np.arange(low, totals.max() + BIN + 0.1, BIN)
    counts, _ = np.histogram(totals, bins=edges)
    return pd.DataFrame({"bin_start": edges[:-1], "bin_end": edges[1:], "count": counts})


def ranking(view: View, method: Method, year: int) -> None:
    """The best members with the rank that ties share; those below the line only as a count."""
    html = build_once(_ranking, view.scope, method, year) if method.points else ""
    st.html(html) if html else show_empty(t.NO_DATA_HERE)
    if html:
        offer_table(lambda: _listed(view.scope, method, year))


def _listed(scope: Scope, method: Method, year: int) -> pd.DataFrame:
    """Those the ranking names, with the rank they share."""
    standings = load(fetch_standings, scope, method.points, year)
    classes = {c.key: c.name for c in method.member_classes}
    standings.insert(0, "rank", competition_rank(standings["total"]))
    listed = standings[~standings["failing"] & (standings["rank"] <= RANKS_SHOWN)]
    columns = ("rank", "name", "code", "unit_name", "class_key", "total")
    table = listed[list(columns)].assign(
        class_key=[classes.get(key, key) for key in listed["class_key"]]
    )
    return table.set_axis(list(t.MEMBER_COLUMNS), axis=1)


def _ranking(scope: Scope, method: Method, year: int) -> str:
    standings = load(fetch_standings, scope, method.points, year)
    if standings.empty:
        return ""
    table = _listed(scope, method, year)
    rank = {t.MEMBER_COLUMNS[0]: lambda n: f'<b class="rank">{n}</b>'}
    html = table_html(table, formats=rank, classes="tall")
    failing = int(standings["failing"].sum())
    if failing and method.points and len(standings) >= FEWEST:
        line = {g.key: g.name for g in method.points.grades}[method.points.failing_grade]
        html += f'<p class="section-note">{t.MEMBER_BELOW.format(failing, escape(line))}</p>'
    return html


def grades(view: View, method: Method, year: int) -> None:
    """Members by grade in one bar, and how many each follow-up track holds."""
    if method.points:
        st.html(build_once(grades_html, view, method.points, year))


def grades_html(view: View, scheme: PointsScheme, year: int) -> str:
    """The same as HTML, for a board."""
    if _so_few(view):
        return empty(t.TOO_FEW.format(FEWEST))
    counts = load(fetch_standings, view.scope, scheme, year)["grade"].value_counts()
    rows = [(g.name, int(counts.get(g.key, 0))) for g in scheme.grades]
    frame = pd.DataFrame(rows, columns=["name", "count"])
    due = load(fetch_follow_up_counts, view.scope, scheme)
    words = [t.BELOW_COUNT.format(f.action, f.members) for f in due.itertuples()]
    note = f'<p class="section-note">{escape("；".join(words))}</p>'
    return grade_slices(frame.assign(colour=grade_colours(len(frame)))) + note


def by_class(view: View, method: Method, year: int) -> None:
    """Mean points and head count of each class of members."""
    if _too_few(view):
        return
    frame = build_once(_by_class, view.scope, method, year)
    show_chart(charts.ranking_bars, frame, key="members_classes")


def _by_class(scope: Scope, method: Method, year: int) -> pd.DataFrame:
    standings = load(fetch_standings, scope, method.points, year)
    groups = standings.groupby("class_key")["total"].agg(["mean", "size"])
    rows = []
    for member_class in method.member_classes:
        if member_class.key in groups.index:
            mean, size = groups.loc[member_class.key]
            rows.append((member_class.name, mean, t.MEAN_OF.format(number(mean, 1), int(size))))
    return pd.DataFrame(rows, columns=["name", "value", "text"]).assign(highlight=True)


def checkups(view: View, method: Method) -> None:
    """Check-up results quarter by quarter; those below a warning line as counts."""
    if not method.checkup or _too_few(view):
        return
    frame, lines, html = build_once(_checkups, view.scope, method.checkup)
    if frame.empty:
        show_empty(t.MEMBER_NO_CHECKUPS)
        return
    left, right = st.columns([2, 1])
    with left:
        show_chart(charts.checkup_chart, frame, key="members_checkups")
    with right:
        st.html(html)
        if html:
            offer_table(lambda: lines, t.MEMBER_CHECKUP_LINES)


def _checkups(scope: Scope, scheme: Checkup) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """The chart's frame (quarter, grade, count, colour), the lines' table, and that as HTML."""
    summary = load(fetch_checkup_summary, scope, scheme)
    names = [g.name for g in scheme.grades]
    colours = dict(zip(names, grade_colours(len(names)), strict=True))
    frame = summary[summary["kind"] == "grade"]
    frame = frame.rename(columns={"name": "grade", "members": "count"})
    frame = frame.assign(colour=frame["grade"].map(colours))
    columns = ["quarter", "grade", "count", "colour"]
    lines = summary[summary["kind"] == "line"]
    if lines.empty:
        return frame[columns], lines, ""
    lines = lines.assign(quarter=[quarter_text(q) for q in lines["quarter"]])
    table = lines.pivot_table(index="quarter", columns="name", values="members", sort=False)
    table = table.astype(int).reset_index().rename(columns={"quarter": t.QUARTER})
    notes = [t.LINE_NOTE.format(x.name, x.at_least, x.below, x.action) for x in scheme.lines]
    note = f'<p class="section-note">{escape("；".join(notes))}</p>'
    return frame[columns], table, table_html(table) + note
