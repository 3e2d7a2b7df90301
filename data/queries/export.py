"""Frames as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with a byte-order mark, without its index.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; plain
    numbers, negative ones too, stay numbers.
    """
    safe = frame.apply(lambda column: column.map(_neutral, na_action="ignore"))
    safe.columns = [_neutral(str(name)) for name in frame.columns]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _neutral(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(_RISKY):
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"
