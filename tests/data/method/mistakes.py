"""Spoiling a preset in one place, to see what it is refused with."""

from __future__ import annotations

import re

import pytest

from data.method.loading import PRESET_DIR, MethodError, parse_method

POINTS, CHECKUP, DEMO = "duerping_points", "quannan_1234", "demo_street"

# preset, passage, what it is replaced with, place named, part of the reason
Mistake = tuple[str, str, str, str, str]


def changed(key: str, old: str, new: str) -> str:
    """The text of a preset with one passage, that must be there, replaced."""
    text = (PRESET_DIR / f"{key}.toml").read_text("utf-8")
    assert old in text
    return text.replace(old, new, 1)


def refusal(key: str, old: str, new: str) -> MethodError:
    """What parsing the changed preset is refused with."""
    with pytest.raises(MethodError) as caught:
        parse_method(changed(key, old, new), f"{key}.toml")
    error = caught.value
    assert error.file == f"{key}.toml"
    assert str(error).startswith(f"{error.file}：{error.key}：{error.reason}")
    return error


def tells_in_chinese(error: MethodError) -> bool:
    """Whether the reason is Chinese and holds no English prose."""
    english = r"(?i)\b(input|should|valid|error|must|field|required|expected)\b"
    return bool(re.search("[一-鿿]", error.reason)) and not re.search(english, error.reason)
