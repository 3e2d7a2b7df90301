"""Figure cards: one number each, with its trend, its target and the way to its rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from components import texts as t
from components.markup import escape

SPARK_WIDTH, SPARK_HEIGHT = 92, 26


def sparkline(values: Sequence[float | None]) -> str:
    """A small line through ``values`` as SVG; nothing for fewer than two points."""
    points = [(i, float(v)) for i, v in enumerate(values) if v is not None and not pd.isna(v)]
    if len(points) < 2:
        return ""
    low, high = min(v for _, v in points), max(v for _, v in points)
    room = (high - low) or 1.0
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    path = " ".join(
        f"{i * step:.1f},{SPARK_HEIGHT - 3 - (v - low) / room * (SPARK_HEIGHT - 6):.1f}"
        for i, v in points
    )
    return (
        f'<svg class="spark" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}" '
        f'viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{t.TREND}"><polyline points="{path}"/></svg>'
    )


def card_html(
    label: str,
    value: str,
    unit: str = "",
    note: str = "",
    *,
    spark: str = "",
    verdict: str = "",
    verdict_good: bool | None = None,
) -> str:
    """The inside of one card; ``spark`` is ready SVG, everything else is plain text."""
    tone = {True: "good", False: "bad", None: "flat"}[verdict_good]
    mark = f'<em class="verdict-{tone}">{escape(verdict)}</em>' if verdict else ""
    return (
        f'<div class="card"><div class="card-label">{escape(label)}</div>'
        f'<div class="card-value">{escape(value)}<small>{escape(unit)}</small></div>{spark}'
        f'<div class="card-note">{escape(note)}{mark}</div></div>'
    )
