"""The pieces that scenes are made of, as HTML: boxes, figures, bars, lists.

Everything that is data is escaped here.  ``data-part`` names what is exchanged when it
changes, ``data-open`` what a presenter may open, ``data-fit`` a list that shows as many
of its rows as there is room for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from components import figures, texts
from components.cards import sparkline
from components.filters import View
from components.loaders import load, load_totals
from components.markup import brief, escape, number, span
from components.palette import LIGHT_WORDS, contrast, grade_colours
from components.wall import texts as t
from data.method import Method
from data.metrics import METRICS, Measure, Metric, measure
from data.offered import offered
from data.periods import buckets
from data.queries.overview import fetch_trend
from data.settings import zone

INKS = ("#0a1322", "#ffffff")  # of figures on coloured slices
NARROW = 0.08  # a slice thinner than this has no room for its number
BRIEF_FROM = 72  # hours late from which only days are said
WIDE = 0.14  # the same of a shorter bar
TEXT, SMALL, MORE, NAME = 24, 20, 36, 12  # characters that lines of a row and names of bars hold
LABELS = 13  # more names of points than this do not fit below a line


def scene(name: str, *parts: str) -> str:
    """A whole scene; the style sheet lays its parts out by their names."""
    return f'<div class="scene scene-{name}">{"".join(parts)}</div>'


def box(key: str, title: str, body: str, *, note: str = "", opens: bool = True) -> str:
    """A titled panel; ``body`` is HTML."""
    opened = f' data-open="{key}"' if opens else ""
    said = f"<span>{escape(note)}</span>" if note else ""
    return (
        f'<section class="box box-{key}" data-part="{key}"{opened}>'
        f"<header><h2>{escape(title)}</h2>{said}</header>{body}</section>"
    )


def empty(text: str) -> str:
    """What a panel says that has nothing to show."""
    return f'<p class="none">{escape(text)}</p>'


def light(key: str) -> str:
    """A red or yellow disc with its word."""
    return f'<i class="disc disc-{key}">{LIGHT_WORDS[key]}</i>'


@dataclass(frozen=True)
class Row:
    """One row of a list: what leads it, up to three lines of text, and a figure at its end.

    ``lead`` and ``end`` are HTML, ``share`` (0–1) is drawn as a bar where given.
    """

    lead: str
    text: str
    small: str = ""
    more: str = ""
    end: str = ""
    share: float | None = None
    tone: str = ""


def rows(lines: Iterable[Row], kind: str = "", *, turns: bool = False) -> str:
    """A list that shows as many of its rows as there is room for; ``turns``: page by page."""
    fit = "data-fit data-turns" if turns else "data-fit"
    return f'<ol class="rows {kind}" {fit}>{"".join(_row(line) for line in lines)}</ol>'


def _row(line: Row) -> str:
    lines = (brief(line.small, SMALL), brief(line.more, MORE))
    small = "".join(f"<small>{escape(text)}</small>" for text in lines if text)
    bar = ""
    if line.share is not None:
        width = 100 * min(max(line.share, 0.0), 1.0)
        bar = f'<span class="bar"><i style="width:{width:.1f}%"></i></span>'
    lead = f'<span class="lead">{line.lead}</span>' if line.lead else ""
    end = f'<b class="end">{line.end}</b>' if line.end else ""
    said = f'<span class="said"><span>{escape(brief(line.text, TEXT))}</span>{small}</span>'
    return f'<li class="{line.tone}">{lead}{said}{bar}{end}</li>'


def lateness(hours: float) -> str:
    """超 2天3小时 or 剩 5小时; 超 11天 where hours no longer matter to whoever looks up."""
    shown = hours - hours % 24 if hours >= BRIEF_FROM else hours
    return (texts.LATE_BY if hours > 0 else texts.LEFT) + span(shown)


def facts(lines: Iterable[tuple[str, str]]) -> str:
    """Short lines of a name and what is held against it."""
    listed = "".join(f"<li><span>{escape(a)}</span><b>{escape(b)}</b></li>" for a, b in lines)
    return f'<ul class="facts">{listed}</ul>' if listed else ""


def tiles(view: View, method: Method, keys: Sequence[str], *more: str) -> str:
    """A row of figures by metric key, and ready tiles after them."""
    drawn = [figure(view, method, key) for key in keys] + list(more)
    return f'<div class="tiles" style="--tiles:{len(drawn)}">{"".join(drawn)}</div>'


def tile(
    key: str,
    name: str,
    value: str,
    unit: str = "",
    note: str = "",
    *,
    spark: str = "",
    tone: str = "",
) -> str:
    """One figure; ``note`` and ``spark`` are HTML."""
    end = f"<small>{escape(unit)}</small>" if unit else ""
    return (
        f'<section class="tile {tone}" data-part="tile_{key}" data-open="{key}">'
        f'<h3>{escape(name)}</h3>{spark}<p class="value"><b data-roll>{escape(value)}</b>{end}</p>'
        f'<p class="note">{note}</p></section>'
    )


def figure(view: View, method: Method, key: str) -> str:
    """A metric with its trend and its target; a rate over few cases says so instead."""
    metric = METRICS[key]
    totals = load_totals(view.scope).loc[view.unit_id]
    found = measure(metric, totals)
    rate = metric.unit == "%"
    if rate and found.small and found.denominator:
        return tile(key, metric.name, t.SMALL_SAMPLE, "", _divided(found), tone="few")
    verdict, good = figures.judge(metric, found, view, method)
    mark = f'<em class="{_TONES[good]}">{escape(verdict)}</em>' if verdict else ""
    beside = _beside(metric, found, totals, method)
    values = trend(view, key)["value"].dropna().tolist()
    spark = sparkline(values) if len(set(values)) > 1 else ""
    unit = "" if rate else metric.unit
    return tile(key, metric.name, found.text, unit, f"<span>{beside}</span>{mark}", spark=spark)


_TONES = {True: "good", False: "bad", None: "flat"}


def _beside(metric: Metric, found: Measure, totals: pd.Series, method: Method) -> str:
    if found.value is None and found.note:
        return escape(t.NO_TIMES.format(metric.gap_text))
    if metric.denominator is not None:
        return _divided(found, 1 if metric.unit == "%" else metric.scale)
    keys = offered(figures.BESIDE.get(metric.key, ()), method)
    others = ((t.SHORT.get(k, METRICS[k].name), k) for k in keys)
    return " · ".join(f"{escape(n)} {measure(METRICS[k], totals).text}" for n, k in others)


def _divided(found: Measure, scale: float = 1) -> str:
    return t.OF.format(f"{found.numerator * scale:,.0f}", f"{found.denominator or 0:,.0f}")


def trend(view: View, key: str) -> pd.DataFrame:
    """A metric over the period's parts: label, value (NaN: not begun, or nothing to divide by)."""
    cuts = tuple(buckets(view.scope.start, view.scope.end, zone()))
    return load(fetch_trend, view.scope, key, cuts)


def line(frame: pd.DataFrame, decimals: int = 0) -> str:
    """A line through label and value, with its highest and lowest value said."""
    known = frame[frame["value"].notna()]
    if len(known) < 2:
        return empty(t.NO_TREND)
    values, labels = known["value"].tolist(), known["label"].tolist()
    low, high = min(values), max(values)
    room, step = (high - low) or 1.0, 100 / (len(values) - 1)
    spots = [(i * step, 92 - (v - low) / room * 84) for i, v in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    area = f"0,100 {path} 100,100"
    return (
        f'<div class="line"><div class="scale"><span>{number(high, decimals)}</span>'
        f"<span>{number(low, decimals)}</span></div>"
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<polygon points="{area}"/><polyline points="{path}"/></svg>'
        f'<div class="ends">{_ends(labels)}</div></div>'
    )


def _ends(labels: Sequence[str]) -> str:
    """Names of points below a line: all of them, or as many as fit, spread evenly."""
    last = len(labels) - 1
    every = -(-len(labels) // LABELS)
    return "".join(
        f'<span style="left:{100 * i / last:.1f}%">{escape(label)}</span>'
        for i, label in enumerate(labels)
        if i % every == 0
    )


def slices(counts: Sequence[tuple[str, int]]) -> str:
    """One bar split by grade, best first, and what each slice is in words below."""
    if not sum(count for _, count in counts):
        return empty(t.NOTHING)
    return f'<div class="slices">{_split(counts)}</div>{words(counts)}'


def _split(counts: Sequence[tuple[str, int]], narrow: float = NARROW) -> str:
    whole, drawn = sum(count for _, count in counts), ""
    for (_, count), colour in zip(counts, grade_colours(len(counts)), strict=True):
        share, ink = count / whole, max(INKS, key=partial(contrast, colour))
        inside = f"{count:,}" if share >= narrow else ""
        drawn += f'<i style="width:{share * 100:.2f}%;background:{colour};color:{ink}">{inside}</i>'
    return drawn


def words(counts: Sequence[tuple[str, int]]) -> str:
    """What each slice of a bar is: its colour, name, count and share."""
    whole = sum(count for _, count in counts)
    said = "".join(
        f'<li><u style="background:{colour}"></u><span>{escape(name)}</span>'
        f"<b>{count:,}</b><em>{count / whole:.1%}</em></li>"
        for (name, count), colour in zip(counts, grade_colours(len(counts)), strict=True)
    )
    return f'<ul class="words">{said}</ul>'


@dataclass(frozen=True)
class Mix:
    """Whoever is split by grade in one row: how many have each, and figures at its end (HTML)."""

    name: str
    counts: Sequence[tuple[str, int]] = ()
    end: str = ""


def mixes(lines: Sequence[Mix]) -> str:
    """Rows of bars split by grade, in the colours that :func:`slices` puts into words."""
    if not any(line.counts for line in lines):
        return empty(t.NOTHING)
    drawn = "".join(
        f"<li><span>{escape(brief(line.name, NAME))}</span>"
        f'<div class="slices">{_split(line.counts, WIDE) if line.counts else ""}</div>'
        f"<b>{line.end}</b></li>"
        for line in lines
    )
    return f'<ol class="bars mixes" data-fit>{drawn}</ol>'


def funnel(steps: pd.DataFrame) -> str:
    """How many reached each state.  Columns: name, reached, overall_rate (0–1 or NaN)."""
    most = steps["reached"].max() if len(steps) else 0
    if not most:
        return empty(t.NOTHING)
    drawn = "".join(
        f"<li><span>{escape(brief(step.name, NAME))}</span>"
        f'<i><u style="width:{step.reached / most * 100:.1f}%"></u></i>'
        f"<b>{step.reached:,}</b><em>{step.overall_rate:.1%}</em></li>"
        for step in steps.itertuples(index=False)
    )
    return f'<ol class="funnel">{drawn}</ol>'


def bars(lines: Iterable[tuple[str, float, str]], marked: str = "") -> str:
    """Bars by (name, value, text); the one called ``marked`` stands out and says so."""
    listed = list(lines)
    most = max((value for _, value, _ in listed), default=0)
    if not most:
        return empty(t.NOTHING)
    drawn = "".join(
        f'<li class="{"marked" if name == marked else ""}"><span>{escape(brief(name, NAME))}</span>'
        f'<i><u style="width:{max(value, 0) / most * 100:.1f}%"></u></i><b>{text}</b></li>'
        for name, value, text in listed
    )
    return f'<ol class="bars" data-fit>{drawn}</ol>'
