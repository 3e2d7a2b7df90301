"""What may be taken back: a counted row, once, and never a counter-entry itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Table, select

from data.errors import RuleError
from data.writes.validation import need_row


def need_reversible(connection: Connection, table: Table, row_id: int, label: str) -> Row[Any]:
    """The row to reverse; RuleError when it was reversed, is a reversal or does not count."""
    row = need_row(connection, table, row_id, label)
    if row.reverses_id is not None:
        raise RuleError(f"这条{label}本身是冲正，不能再冲正，请重新记一条", label)
    if row.status != "approved":
        raise RuleError(f"这条{label}还没有计入，不用冲正，在审核时退回即可", label)
    counter = select(table.c.id).where(table.c.reverses_id == row_id)
    if connection.execute(counter).first() is not None:
        raise RuleError(f"这条{label}已经冲正过，不能再冲正一次", label)
    return row
