"""Frames as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from data.exporting.neutral import neutral
from data.settings import zone


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with a byte-order mark, without its index.

    Text that a spreadsheet would take for a formula is neutralised; plain numbers,
    negative ones too, stay numbers.  Moments are local and to the second.
    """
    columns = [
        # as objects: a 3 beside an empty cell is not to become 3.0
        pd.Series([_cell(value) for value in frame.iloc[:, n]], dtype=object)
        for n in range(frame.shape[1])
    ]
    safe = pd.DataFrame(dict(enumerate(columns)), columns=range(frame.shape[1]))
    safe.columns = [neutral(str(name)) for name in frame.columns]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S")
    return value
