"""The map, large: one metric at a time, and the grids with red or yellow lights by name."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from components.filters import View
from components.loaders import load, load_totals
from components.markup import escape
from components.wall import drawn_map, parts
from components.wall import texts as t
from components.wall.parts import Row
from components.wall.views import map_level
from data.method import Method
from data.metrics import METRICS, measure
from data.queries.appeal_files import fetch_light_list
from data.queries.units import fetch_units

CASES = 200
UNITS = 12


def build(view: View, method: Method, metric: str) -> tuple[str, dict[str, Any]]:
    """The scene's HTML and its one map."""
    payload, legend = drawn_map.drawn(view, metric, map_level(view, method))
    place = '<div class="quick-map" data-map="map_large"></div>'
    large = parts.box("map_large", t.MAP.format(METRICS[metric].name), place)
    html = parts.scene(
        "map", drawn_map.with_legend(large, legend), _called(view), _compared(view, method, metric)
    )
    return html, {"map_large": payload}


def _called(view: View) -> str:
    """Units with lights, the most overdue first: how many, and the worst case as the reason."""
    totals = load_totals(view.scope).loc[view.unit_id]
    cases = load(fetch_light_list, view.scope, CASES).to_dict("records")
    order = {case["unit_id"]: place for place, case in reversed(list(enumerate(cases)))}
    cases.sort(key=lambda case: order[case["unit_id"]])  # stable: the worst stays first
    lines = [_line(list(group)) for _, group in groupby(cases, key=lambda case: case["unit_id"])]
    body = parts.rows(lines, turns=True) if lines else parts.empty(t.NO_LIGHTS)
    red, yellow = int(totals["red_appeals"]), int(totals["yellow_appeals"])
    return parts.box("called", t.MAP_CALLED, body, note=t.LIGHTS_NOTE.format(red, yellow))


def _line(cases: list[dict[str, Any]]) -> Row:
    worst = cases[0]
    more = t.MORE_CASES.format(len(cases)) if len(cases) > 1 else ""
    return Row(
        lead=parts.light(worst["light"]),
        text=worst["unit_name"],
        small=f"{worst['title']}{more}",
        end=escape(parts.lateness(worst["late_hours"])),
        tone=worst["light"],
    )


def _compared(view: View, method: Method, metric_key: str) -> str:
    """The units right below, the best first; few cases are said, not ranked."""
    metric, totals = METRICS[metric_key], load_totals(view.scope)
    units = load(fetch_units)
    below = units[units["parent_id"] == view.unit_id]
    ranked, few = [], []
    for row in below.itertuples(index=False):
        found = measure(metric, totals.loc[row.id])
        if found.value is None or (metric.unit == "%" and found.small):
            few.append((row.name, 0.0, t.SMALL_SAMPLE if found.denominator else "—"))
        else:
            unit = "" if metric.unit == "%" else f"<small>{metric.unit}</small>"
            count = (
                f"<small>{t.N.format(int(found.denominator or 0))}</small>" if unit == "" else unit
            )
            ranked.append((row.name, found.value, f"{found.text}{count}"))
    ranked.sort(key=lambda one: -one[1])
    names = {level.key: level.name for level in method.levels}
    level = names.get(below["level"].iloc[0], "") if len(below) else ""
    body = parts.bars([*ranked, *few][:UNITS])
    return parts.box("compared", t.MAP_COMPARED.format(level), body, note=metric.name)
