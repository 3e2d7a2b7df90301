"""Pinyin initials, by which a unit is found without an input method."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """Initials in lower case, e.g. ``ysy`` for 云杉苑; other characters stay, 60 at most."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()[:60]
