"""The two bar charts of the overview as HTML.

Vega's library alone takes longer to start than the rest of the overview; these
shapes need no axes.  The other pages have their charts from components/charts.py.
"""

from __future__ import annotations

import pandas as pd

from components import texts as t
from components.board import empty
from components.markup import escape, number
from components.palette import text_on

NARROW = 0.09  # a slice thinner than this has no room for its number


def funnel_bars(steps: pd.DataFrame) -> str:
    """How many reached each state.  Columns: name, reached, overall_rate (0–1 or NaN)."""
    most = steps["reached"].max() if len(steps) else 0
    if not most:
        return empty(t.NO_DATA_HERE)
    rows = "".join(
        f"<div><span>{escape(step.name)}</span>"
        f'<i><u style="width:{step.reached / most * 100:.1f}%"></u></i>'
        f"<b>{step.reached:,}</b><em>{step.overall_rate:.1%}</em></div>"
        for step in steps.itertuples(index=False)
    )
    return f'<div class="funnel" role="img" aria-label="{t.FUNNEL}">{rows}</div>'


def grade_slices(grades: pd.DataFrame) -> str:
    """One bar split by grade, its words below.  Columns: name (best first), count, colour."""
    whole = int(grades["count"].sum()) if len(grades) else 0
    if not whole:
        return empty(t.NO_DATA_HERE)
    slices, words = "", ""
    for grade in grades.itertuples(index=False):
        share = grade.count / whole
        inside = f"{grade.count:,}" if share >= NARROW else ""
        slices += (
            f'<i style="width:{share * 100:.2f}%;background:{grade.colour};'
            f'color:{text_on(grade.colour)}">{inside}</i>'
        )
        words += (
            f'<div><b><u style="background:{grade.colour}"></u>{escape(grade.name)}</b>'
            f"<span>{number(grade.count)} 人 · {share:.1%}</span></div>"
        )
    return (
        f'<div class="grades" role="img" aria-label="{t.GRADES}"><div class="slices">{slices}</div>'
        f'<div class="words">{words}</div></div>'
    )
