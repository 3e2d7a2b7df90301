"""Formulas are stopped, and what was there can be told exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exporting.neutral import RISKY, is_risky, neutral, plain

SIGNS = st.text(st.sampled_from([*RISKY, "'", "1", ".", "%", "A", "王"]), max_size=8)


@given(SIGNS | st.text(max_size=20))
def test_the_way_back_is_exact(text: str) -> None:
    assert plain(neutral(text)) == text


@given(SIGNS | st.text(max_size=20))
def test_nothing_risky_is_left(text: str) -> None:
    assert not is_risky(neutral(text))


@given(SIGNS)
def test_no_two_texts_become_one(text: str) -> None:
    assert neutral(f"'{text}") != neutral(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("－2－3", "'－2－3"),
        ("\n=1", "'\n=1"),
        ("'=1+1", "''=1+1"),
        ("-5", "-5"),
        ("'-5", "'-5"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_the_rule_by_example(text: str, safe: str) -> None:
    assert neutral(text) == safe
    assert plain(safe) == text
