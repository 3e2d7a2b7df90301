"""Members on the wall: grades, trend, units compared, check-ups.  Counts only, no names."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from components.filters import View
from components.loaders import load
from components.markup import number, quarter_text
from components.wall import parts, people_parts
from components.wall import texts as t
from components.wall.parts import Mix
from data.method import Checkup, Method, PointsScheme
from data.metrics import METRICS, SMALL
from data.privacy import FEWEST
from data.queries.grades import fetch_standings
from data.queries.members import fetch_checkup_summary
from data.queries.units import fetch_units

QUARTERS = 3


def build(view: View, method: Method) -> str:
    """The whole scene."""
    figures = ("members", "mean_points") if method.points else ("members",)
    boxes = []
    if method.points:
        trend = parts.line(parts.trend(view, "mean_points"), METRICS["mean_points"].decimals)
        boxes.append(people_parts.grades_box(view, method))
        boxes.append(parts.box("member_trend", t.MEMBER_TREND, trend, note=view.period_text))
        boxes.append(_units(view, method, method.points))
        boxes.append(_classes(view, method, method.points))
    if method.checkup:
        boxes.append(_checkups(view, method.checkup))
    tiles = parts.tiles(view, method, figures, *_tiles(view, method))
    return parts.scene("members", tiles, *boxes)


def _tiles(view: View, method: Method) -> Iterator[str]:
    """Who is followed up, and how many of the last check-up were healthy."""
    if method.points and not people_parts.too_few(view):
        held = sum(count for _, count in people_parts.follow_ups(view, method))
        yield parts.tile("grades", t.FOLLOWED, f"{held:,}", t.PERSON, t.FOLLOWED_NOTE)
    quarters = _quarters(view, method.checkup) if method.checkup else []
    if not quarters:
        return
    quarter, counts = quarters[-1]
    whole, (best, good) = sum(count for _, count in counts), counts[0]
    shown = f"{good / whole:.1%}" if whole >= SMALL else t.SMALL_SAMPLE
    note = f"{t.OF.format(f'{good:,}', f'{whole:,}')}　{quarter_text(quarter)}"
    yield parts.tile("checkups", best, shown, note=note, tone="" if whole >= SMALL else "few")


def _units(view: View, method: Method, scheme: PointsScheme) -> str:
    """Grades in the units right below, best mean first; one with too few is not told apart."""
    standings = load(fetch_standings, view.scope, scheme, view.year)
    units = load(fetch_units)
    below = units[units["parent_id"] == view.unit_id]
    groups = []
    for row in below.itertuples(index=False):
        own = units.loc[units["path"].str.startswith(row.path), "id"]
        groups.append((row.name, standings[standings["unit_id"].isin(own)]))
    names = {level.key: level.name for level in method.levels}
    level = names.get(below["level"].iloc[0], "") if len(below) else ""
    return parts.box("member_units", t.MEMBER_COMPARE.format(level), _compared(groups, scheme))


def _classes(view: View, method: Method, scheme: PointsScheme) -> str:
    """Grades in each class of members; a class with too few is not told apart."""
    standings = load(fetch_standings, view.scope, scheme, view.year)
    if people_parts.too_few(view):
        return parts.box("classes", t.MEMBER_CLASSES, parts.empty(t.TOO_FEW.format(FEWEST)))
    groups = [(c.name, standings[standings["class_key"] == c.key]) for c in method.member_classes]
    return parts.box("classes", t.MEMBER_CLASSES, _compared(groups, scheme))


def _compared(groups: list[tuple[str, pd.DataFrame]], scheme: PointsScheme) -> str:
    told, few = [], []
    for name, group in groups:
        if len(group) < FEWEST:
            few.append(Mix(name, end=f"<small>{t.NOT_TOLD.format(FEWEST)}</small>"))
        else:
            told.append((float(group["total"].mean()), _mix(name, group, scheme)))
    told.sort(key=lambda one: -one[0])
    return parts.mixes([*(mix for _, mix in told), *few])


def _mix(name: str, group: pd.DataFrame, scheme: PointsScheme) -> Mix:
    counts = group["grade"].value_counts()
    by_grade = [(grade.name, int(counts.get(grade.key, 0))) for grade in scheme.grades]
    mean = number(group["total"].mean(), METRICS["mean_points"].decimals)
    people = f"<small>{t.PEOPLE.format(len(group))}</small>"
    return Mix(name, by_grade, f"{mean} {METRICS['mean_points'].unit}{people}")


def _quarters(view: View, scheme: Checkup) -> list[tuple[str, list[tuple[str, int]]]]:
    """The last quarters with a check-up: how many had each grade, best first."""
    if people_parts.too_few(view):
        return []
    summary = load(fetch_checkup_summary, view.scope, scheme)
    grades = summary[summary["kind"] == "grade"]
    found = []
    for quarter in sorted(grades["quarter"].unique())[-QUARTERS:]:
        held = grades[grades["quarter"] == quarter]
        counts = list(zip(held["name"], held["members"].astype(int), strict=True))
        if sum(count for _, count in counts) >= FEWEST:
            found.append((quarter, counts))
    return found


def _checkups(view: View, scheme: Checkup) -> str:
    """The last quarters' check-ups, and how many stand below each warning line now."""
    if people_parts.too_few(view):
        return parts.box("checkups", t.MEMBER_CHECKUPS, parts.empty(t.TOO_FEW.format(FEWEST)))
    quarters = _quarters(view, scheme)
    if not quarters:
        return parts.box("checkups", t.MEMBER_CHECKUPS, parts.empty(t.CHECKUP_NONE), opens=False)
    mixes = [
        Mix(quarter_text(quarter), counts, t.PEOPLE.format(sum(n for _, n in counts)))
        for quarter, counts in quarters
    ]
    words = parts.words(quarters[-1][1])
    held = parts.facts(_lines(view, scheme, quarters[-1][0]))
    return parts.box("checkups", t.MEMBER_CHECKUPS, parts.mixes(mixes) + words + held)


def _lines(view: View, scheme: Checkup, quarter: str) -> list[tuple[str, str]]:
    """Each warning line with what it leads to, and how many stood below it in a quarter."""
    summary = load(fetch_checkup_summary, view.scope, scheme)
    held = summary[(summary["quarter"] == quarter) & (summary["kind"] == "line")]
    counts = dict(zip(held["key"], held["members"], strict=True))
    return [
        (f"{line.name} · {line.action}", t.PEOPLE.format(int(counts.get(line.key, 0))))
        for line in scheme.lines
    ]
