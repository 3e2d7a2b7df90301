"""A card is one number with its name, trend and verdict; nothing in it becomes markup."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cards import SPARK_HEIGHT, SPARK_WIDTH, card_html, sparkline

Points = list[tuple[float, float]]


def points(image: str) -> Points:
    """The line's points, out of the image's address."""
    (path,) = re.findall(r'points="(.*?)"', unquote(image))
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in path.split())]


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_of_a_card_becomes_markup(label: str, value: str, note: str, said: str) -> None:
    html = card_html(label, value, note=note, verdict=said, verdict_good=True)
    empty = card_html("", "", note="", verdict="x", verdict_good=True)
    assert html.count("<") == empty.count("<") - (0 if said else 2)


def test_a_card_says_its_number_with_its_unit() -> None:
    html = card_html("党员", "774", "人", "人均积分 88.0")
    assert '<div class="card-label">党员</div>' in html
    assert '<div class="card-value">774<small>人</small></div>' in html
    assert '<div class="card-note">人均积分 88.0</div>' in html


@pytest.mark.parametrize(("good", "tone"), [(True, "good"), (False, "bad"), (None, "flat")])
def test_a_verdict_shows_whether_it_is_good(good: bool | None, tone: str) -> None:
    html = card_html("满意率", "91.0%", verdict="达标 90.0%", verdict_good=good)
    assert f'<em class="verdict-{tone}">达标 90.0%</em>' in html


def test_no_verdict_leaves_no_mark() -> None:
    assert "<em" not in card_html("党员", "774")


@pytest.mark.parametrize("values", [[], [3.0], [None, 3.0, float("nan")]])
def test_fewer_than_two_points_make_no_line(values: list[float | None]) -> None:
    assert sparkline(values) == ""


def test_more_is_higher() -> None:
    (_, low), (_, high) = points(sparkline([1, 9]))
    assert high < low


def test_a_gap_keeps_its_place() -> None:
    middle = points(sparkline([1, None, 3]))
    assert [x for x, _ in middle] == [0, SPARK_WIDTH]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_a_line_stays_inside_its_image(values: list[float]) -> None:
    for x, y in points(sparkline(values)):
        assert 0 <= x <= SPARK_WIDTH
        assert 0 <= y <= SPARK_HEIGHT
