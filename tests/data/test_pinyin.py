"""Pinyin initials."""

from __future__ import annotations

import pytest

from data.pinyin import initials


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("云杉苑", "ysy"),
        ("第1网格", "d1wg"),
        ("幸福社区A区", "xfsqaq"),
        ("", ""),
        ("长" * 90, "c" * 60),
    ],
)
def test_initials_are_lower_case_and_keep_what_has_no_pinyin(name: str, expected: str) -> None:
    assert initials(name) == expected
