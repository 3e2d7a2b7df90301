"""The overview's two charts as HTML: widths tell the truth and words are escaped."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from components.bars import funnel_bars, grade_slices

FUNNEL = pd.DataFrame(
    {"name": ["受理", "<b>办理"], "reached": [200, 50], "overall_rate": [1.0, 0.25]}
)
GRADES = pd.DataFrame(
    {
        "name": ["优秀", "良好", "差"],
        "count": [60, 39, 1],
        "colour": ["#111111", "#eeeeee", "#777777"],
    }
)


def test_a_funnel_bar_is_as_wide_as_its_share_of_the_first() -> None:
    said = funnel_bars(FUNNEL)
    assert re.findall(r"width:([\d.]+)%", said) == ["100.0", "25.0"]
    assert "25.0%" in said
    assert "<b>办理" not in said


def test_grade_slices_add_up_and_a_narrow_one_has_its_number_below_only() -> None:
    said = grade_slices(GRADES)
    widths = [float(w) for w in re.findall(r"width:([\d.]+)%", said)]
    assert sum(widths) == pytest.approx(100)
    assert re.findall(r">(\d*)</i>", said) == ["60", "39", ""]
    assert "1 人 · 1.0%" in said


def test_nothing_to_draw_is_said() -> None:
    assert "还没有数据" in funnel_bars(FUNNEL[:0])
    assert "还没有数据" in grade_slices(GRADES[:0])
