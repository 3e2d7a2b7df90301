"""What stands in the corner of the map: class colours, no-data hatch and lights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from components.palette import LIGHT_WORDS, shades

LIGHT_MEANINGS = {"red": "已超期", "yellow": "将到期"}
# Leaflet's own vector layers cannot hatch; the style sheet points `.nodata` at this pattern.
HATCH = (
    '<svg width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" class="hatch-ground"/>'
    '<rect width="2" height="7" class="hatch-line"/></pattern></defs></svg>'
)


def legend_steps(values: Iterable[float | None], decimals: int = 0) -> list[float]:
    """Two to six round class edges that hold every value; empty when there is none.

    Where all values are the same, it is both edges.
    """
    present = [float(value) for value in values if value is not None and not math.isnan(value)]
    if not present:
        return []
    low, high = min(present), max(present)
    if low == high:
        return [low, high]
    least = max((high - low) / 5, 10.0**-decimals)
    sizes = _round_sizes(least)
    while True:
        size = next(sizes)
        first = math.floor(low / size + 1e-9)
        last = max(math.ceil(high / size - 1e-9), first + 1)
        if last - first <= 5:
            return [round(place * size, 6) for place in range(first, last + 1)]


def legend_html(
    title: str,
    edges: Sequence[float],
    decimals: int,
    *,
    gaps: bool,
    lights: bool,
    missing: int,
) -> str:
    """The legend: ``gaps`` shows the no-data hatch, ``missing`` counts units without a boundary."""
    parts = [f"<b>{escape(title)}</b>", _scale(edges, decimals)]
    if gaps or not edges:
        parts.append('<span class="key"><i class="none"></i>无数据</span>')
    if lights:
        parts += [
            f'<span class="key lights"><i class="{key}">{LIGHT_WORDS[key]}</i>{meaning}</span>'
            for key, meaning in LIGHT_MEANINGS.items()
        ]
    if missing:
        parts.append(f'<span class="key">另有 {missing} 个单位没有边界</span>')
    return f'{HATCH}<div class="map-legend" role="img" aria-label="图例">{"".join(parts)}</div>'


def note_html(text: str) -> str:
    """A sentence in the middle of a map that has nothing to draw."""
    return f'<div class="map-note">{escape(text)}</div>'


def _scale(edges: Sequence[float], decimals: int) -> str:
    if not edges:
        return ""
    cells = "".join(f'<i style="background:{colour}"></i>' for colour in shades(len(edges) - 1))
    if all(edge == int(edge) for edge in edges):
        decimals = 0
    marked = edges if edges[0] < edges[-1] else edges[:1]
    marks = "".join(f"<em>{_edge_text(edge, decimals)}</em>" for edge in marked)
    return f'<span class="scale"><span class="cells">{cells}</span><span>{marks}</span></span>'


def _edge_text(edge: float, decimals: int) -> str:
    if abs(edge) >= 100_000:
        return f"{edge / 10_000:,.1f}万"
    return f"{edge:,.{decimals}f}"


def _round_sizes(least: float) -> Iterator[float]:
    """Round class widths from ``least`` on, ascending without end."""
    power = math.floor(math.log10(least))
    while True:
        for factor in (1, 2, 5):
            size = factor * 10.0**power
            if size >= least * (1 - 1e-9):
                yield size
        power += 1
