"""The overview's two charts as HTML: widths tell the truth and words are escaped."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

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


def html_of(builder: str, frame: pd.DataFrame) -> str:
    def page(builder, frame):  # its source is run on its own: no names from here
        from components import bars

        getattr(bars, builder)(frame)

    app = AppTest.from_function(page, args=(builder, frame)).run()
    assert not app.exception
    return " ".join(str(element.proto) for element in app.main)


def test_a_funnel_bar_is_as_wide_as_its_share_of_the_first() -> None:
    said = html_of("funnel_bars", FUNNEL)
    assert re.findall(r"width:([\d.]+)%", said) == ["100.0", "25.0"]
    assert "25.0%" in said
    assert "<b>办理" not in said


def test_grade_slices_add_up_and_a_narrow_one_has_its_number_below_only() -> None:
    said = html_of("grade_slices", GRADES)
    widths = [float(w) for w in re.findall(r"width:([\d.]+)%", said)]
    assert sum(widths) == pytest.approx(100)
    assert re.findall(r">(\d*)</i>", said) == ["60", "39", ""]
    assert "1 人 · 1.0%" in said


@pytest.mark.parametrize("builder", ["funnel_bars", "grade_slices"])
def test_nothing_to_draw_is_said(builder: str) -> None:
    frame = {"funnel_bars": FUNNEL, "grade_slices": GRADES}[builder]
    assert "还没有数据" in html_of(builder, frame[:0])
