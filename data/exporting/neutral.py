"""The one rule against formulas in exported text, and its way back.

A spreadsheet runs a cell of a CSV file that begins like a formula.  A leading apostrophe
stops it.  Text that only looks neutralised gets one more, so that nothing is ambiguous and
:func:`plain` gives back exactly what was there.
"""

from __future__ import annotations

import re

# full-width signs too: Chinese and Japanese spreadsheets take them for the narrow ones
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would take ``text`` for a formula; plain numbers stay numbers."""
    return text.startswith(RISKY) and not _NUMBER.fullmatch(text)


def neutral(text: str) -> str:
    """``text`` as it may stand in a CSV file."""
    return f"'{text}" if is_risky(text.lstrip("'")) else text


def plain(text: str) -> str:
    """What :func:`neutral` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and is_risky(text.lstrip("'")) else text
