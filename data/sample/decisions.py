"""Decisions (approved, returned) on entries that need one, gathered from every ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from data.sample.units import Row

REASONS = ("缺少证明材料，请补充后重报", "时间与活动记录不符", "与已有记录重复", "分值依据不足")


@dataclass(frozen=True)
class Verdict:
    """What was decided about a row, when and by whom; the row gets its id later."""

    subject: str
    row: Row
    verdict: str
    at: datetime
    by: str


def decision_rows(verdicts: list[Verdict]) -> list[Row]:
    """Rows of ``decision`` in order of time."""
    rows = []
    for number, verdict in enumerate(sorted(verdicts, key=attrgetter("at")), start=1):
        reason = REASONS[number % len(REASONS)] if verdict.verdict == "returned" else ""
        rows.append(
            {
                "id": number,
                "subject": verdict.subject,
                "subject_id": verdict.row["id"],
                "verdict": verdict.verdict,
                "reason": reason,
                "recorded_at": verdict.at,
                "recorded_by": verdict.by,
            }
        )
    return rows
