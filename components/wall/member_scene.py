"""Members on the wall: grades, trend, units compared, check-ups.  Counts only, no names."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from components.filters import View
from components.loaders import load, load_totals
from components.markup import number, quarter_text
from components.wall import parts, people_parts
from components.wall import texts as t
from components.wall.parts import Mix
from data.method import Checkup, Method, PointsScheme
from data.metrics import METRICS, SMALL
from data.offered import offered
from data.privacy import FEWEST
from data.queries.grades import fetch_standings
from data.queries.members import fetch_checkup_summary
from data.queries.units import fetch_units

QUARTERS, SHORTLY = 3, 2  # of the check-up that are shown, and where there is little room


def build(view: View, method: Method) -> str:
    """The whole scene."""
    tiles = parts.tiles(
        view, method, offered(("members", "mean_points"), method), *_tiles(view, method)
    )
    boxes = _about_points(view, method, method.points) if method.points else _about_numbers(view)
    if method.checkup:
        boxes.append(_checkups(view, method.checkup))
    lacking = ("" if method.points else " no-points") + ("" if method.checkup else " no-checkup")
    return parts.scene("members" + lacking, tiles, *boxes)


def standing_box(view: View, method: Method) -> str:
    """How members stand, in one panel: by their points, or by the check-up where there are none."""
    if method.points is None and method.checkup:
        return _checkups(view, method.checkup, SHORTLY)
    return people_parts.grades_box(view, method)


def _about_points(view: View, method: Method, scheme: PointsScheme) -> list[str]:
    trend = parts.line(parts.trend(view, "mean_points"), METRICS["mean_points"].decimals)
    return [
        people_parts.grades_box(view, method),
        parts.box("member_trend", t.MEMBER_TREND, trend, note=view.period_text),
        _units(view, method, scheme),
        _classes(view, method, scheme),
    ]


def _about_numbers(view: View) -> list[str]:
    """What a method without points has to show: how many members there are, when and where."""
    trend = parts.line(parts.trend(view, "members"))
    totals, units = load_totals(view.scope)["members"], load(fetch_units)
    below = units[units["parent_id"] == view.unit_id]
    counts = [(row.name, int(totals[row.id])) for row in below.itertuples(index=False)]
    counts.sort(key=lambda one: -one[1])
    bars = parts.bars((name, count, t.PEOPLE.format(count)) for name, count in counts)
    return [
        parts.box("member_trend", t.MEMBER_NUMBERS, trend, note=view.period_text),
        parts.box("member_counts", t.MEMBER_COUNTS, bars),
    ]


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


def _checkups(view: View, scheme: Checkup, most: int = QUARTERS) -> str:
    """The last quarters' check-ups, and how many stand below each warning line now."""
    if people_parts.too_few(view):
        return parts.box("checkups", t.MEMBER_CHECKUPS, parts.empty(t.TOO_FEW.format(FEWEST)))
    quarters = _quarters(view, scheme)
    if not quarters:
        return parts.box("checkups", t.MEMBER_CHECKUPS, parts.empty(t.CHECKUP_NONE), opens=False)
    mixes = [
        Mix(quarter_text(quarter), counts, t.PEOPLE.format(sum(n for _, n in counts)))
        for quarter, counts in quarters[-most:]
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
