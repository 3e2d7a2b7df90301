"""Lists of entries as tables for a file: names masked as everybody sees them, whoever asks."""

from __future__ import annotations

import pandas as pd

from components import entry_texts as e

WAITING = ("who", "what", "amount", "unit_name", "recorded_by", "recorded_at")
FINDING = (
    "rule_name", "kind_name", "count", "who", "unit_names", "first_at", "last_at", "rows", "why",
    "advice",
)  # fmt: skip
ENTRY = ("recorded_at", "kind_name", "unit_name", "text", "state_name", "reason", "who")
UNDONE = ("undone_by", "undone_at", "undone_why")


def waiting_table(waiting: pd.DataFrame) -> pd.DataFrame:
    """What waits for an approval, as ``fetch_waiting`` gives it."""
    return _renamed(waiting, WAITING, e.WAITING_TAKEN)


def finding_table(found: pd.DataFrame) -> pd.DataFrame:
    """Odd entries, as ``fetch_data_quality`` gives them, a finding a row."""
    return _renamed(found, FINDING, e.QUALITY_TAKEN)


def entry_table(entries: pd.DataFrame) -> pd.DataFrame:
    """Entries, as ``fetch_my_entries`` gives them."""
    return _renamed(entries, ENTRY, e.ENTRIES_TAKEN)


def record_table(found: pd.DataFrame) -> pd.DataFrame:
    """Entries with how they were taken back, as ``fetch_entries_in`` gives them."""
    return _renamed(found, (*ENTRY, *UNDONE), (*e.ENTRIES_TAKEN, *e.UNDONE_TAKEN))


def _renamed(frame: pd.DataFrame, columns: tuple[str, ...], names: tuple[str, ...]) -> pd.DataFrame:
    return frame[list(columns)].set_axis(list(names), axis=1)
