"""Which row names the columns, and what the names are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importing.headers import header_at, is_value, names_of

NAMES = st.lists(st.none() | st.text(max_size=80) | st.integers(), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "cell", ["001", "2023-01-05 15:20", "2023年1月5日", "下午3:20", "12.5%", "13800000000", 7, True]
)
def test_values(cell: Any) -> None:
    assert is_value(cell)


@pytest.mark.parametrize(
    "cell", ["2023年", "12月", "第一季度", "1季度", "编号", "pm", "A", None, "年月日"]
)
def test_words(cell: Any) -> None:
    assert not is_value(cell)


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([["编号", "姓名"], ["1", "张三"]], 0),
        ([["名册", None], ["编号", "姓名"], ["1", "张三"]], 1),
        ([["名册", "名册"], ["编号", "姓名"], ["1", "张三"]], 1),
        ([["单位：甲", None, "日期：2026年"], ["编号", "姓名", "岁"], ["1", "张三", 3]], 1),
        ([["1", "2"], ["3", "4"]], None),
        ([["1", "2"]] * 20 + [["编号", "姓名"]], None),
    ],
)
def test_where_the_header_stands(rows: list[list[Any]], at: int | None) -> None:
    assert header_at(rows, len(rows[0])) == at


@given(NAMES, st.integers(0, 9))
def test_names_are_unique_short_and_never_empty(cells: list[Any], first: int) -> None:
    names = names_of([cells], first)
    assert len(set(names)) == len(names) == len(cells)
    assert all(name.strip() and len(name) <= 70 for name in names)
