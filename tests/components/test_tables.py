"""Tables escape every cell and header, align numbers and say nothing as a dash."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.tables import LIGHT_WORDS, bar, light_badge, plain, table_html

OUR_TAGS = re.compile(r"</?(?:div|table|thead|tbody|tr|th|td)(?: class=\"[^\"<>]*\")?>")


def cells(html: str) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", html, re.DOTALL)


@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_no_cell_and_no_header_becomes_markup(values: list[str], name: str) -> None:
    html = table_html(pd.DataFrame({name: values}))
    assert "<" not in OUR_TAGS.sub("", html)
    assert ">" not in OUR_TAGS.sub("", html)


@given(
    st.none()
    | st.text()
    | st.integers()
    | st.floats(allow_infinity=False)
    | st.dates()
    | st.booleans()
)
def test_any_value_has_a_text_without_markup(value: object) -> None:
    assert "<" not in plain(value)


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NaT, pd.NA, float("nan")])
def test_nothing_is_a_dash(nothing: object) -> None:
    assert plain(nothing) == "—"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1234, "1,234"),
        (12.0, "12"),
        (12.34, "12.3"),
        (date(2026, 5, 6), "2026年5月6日"),
        (datetime(2019, 5, 5, 23, 8, tzinfo=UTC), "2019年5月6日 07:08"),
        (pd.Timestamp(2019, 5, 6, 7, 8), "2019年5月6日 07:08"),
        ("a & b", "a &amp; b"),
    ],
)
def test_a_value_as_people_read_it(value: object, words: str) -> None:
    assert plain(value) == words


def test_whole_numbers_with_gaps_stay_whole() -> None:
    frame = pd.DataFrame({"评价": pd.array([5, None], dtype="Int64")})
    assert cells(table_html(frame)) == ["5", "—"]


def test_numbers_are_aligned_as_numbers() -> None:
    html = table_html(pd.DataFrame({"单位": ["甲"], "件数": [3]}))
    assert '<th class="">单位</th><th class="num">件数</th>' in html
    assert '<td class="">甲</td><td class="num">3</td>' in html


def test_a_columns_own_format_is_used_for_it_alone() -> None:
    frame = pd.DataFrame({"名次": [1], "姓名": ["<王>"]})
    html = table_html(frame, formats={"名次": lambda n: f"<b>{n}</b>"})
    assert cells(html) == ["<b>1</b>", "&lt;王&gt;"]


def test_rows_keep_their_order_and_number() -> None:
    frame = pd.DataFrame({"名称": ["丙", "甲", "乙"]}, index=[9, 3, 5])
    assert cells(table_html(frame)) == ["丙", "甲", "乙"]


def test_a_table_without_rows_keeps_its_header() -> None:
    html = table_html(pd.DataFrame(columns=["单位", "件数"]))
    assert "<th" in html
    assert cells(html) == []


@pytest.mark.parametrize(("light", "word"), [("red", "红"), ("yellow", "黄"), ("green", "绿")])
def test_a_light_carries_its_word(light: str, word: str) -> None:
    assert LIGHT_WORDS[light] == word
    assert light_badge(light) == f'<span class="light light-{light}">{word}</span>'


def test_no_light_is_no_badge() -> None:
    assert light_badge("none") == ""


@pytest.mark.parametrize(
    ("share", "width"), [(0.5, "50.0"), (0.0, "0.0"), (-1, "0.0"), (7, "100.0")]
)
def test_a_bar_never_leaves_its_room(share: float, width: str) -> None:
    assert f'style="width:{width}%"' in bar(share)
