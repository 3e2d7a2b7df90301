"""The writing half of an import: rows of ours, which row of the file they are, and stopping."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Table, insert, update

from data.errors import RuleError
from data.importing.bulk import insert_many
from data.importing.kind import Reading
from data.schema import import_row
from data.schema.base import UtcDateTime

CANCELLED = "已取消导入，没有写入任何内容"
WRITING = "正在写入"


class Cancelled(RuleError):  # noqa: N818 (an answer to a wish, no mistake)
    """Somebody stopped the import; nothing of it stays."""


def stop_if(cancelled: Callable[[], bool] | None) -> None:
    """Raise Cancelled where somebody asked to stop."""
    if cancelled is not None and cancelled():
        raise Cancelled(CANCELLED)


@dataclass
class Writing:
    """What a kind's ``write`` is handed.

    ``signed``: the columns that say who recorded a row and when, without a request id.
    ``numbers``: the row numbers of the file by position.
    """

    connection: Connection
    batch_id: int
    numbers: list[int]
    signed: dict[str, Any]
    reading: Reading
    progress: Callable[[float, str], None] | None = None
    cancelled: Callable[[], bool] | None = None

    @property
    def at(self) -> datetime:
        """The moment of the import."""
        return self.reading.now

    def tick(self, share: float) -> None:
        """Tell how much is written, 0 to 1; raises Cancelled where somebody stopped it."""
        stop_if(self.cancelled)
        if self.progress is not None:
            self.progress(0.4 + 0.55 * share, WRITING)

    def insert(
        self,
        table: Table,
        positions: Sequence[int],
        columns: Mapping[str, Sequence[Any]],
        fixed: Mapping[str, Any] | None = None,
    ) -> list[int]:
        """Insert rows, remember which rows of the file they are, and return their ids."""
        ids = insert_many(self.connection, table, columns, fixed)
        self.added(table, positions, ids)
        return ids

    def added(self, table: Table, positions: Sequence[int], ids: Sequence[int]) -> None:
        """Remember rows of ours that rows of the file became."""
        fixed = {"import_batch_id": self.batch_id, "table_name": table.name, "action": "added"}
        numbers = [self.numbers[position] for position in positions]
        insert_many(self.connection, import_row, {"number": numbers, "row_id": ids}, fixed)

    def change(self, table: Table, position: int, row: Any, values: Mapping[str, Any]) -> None:
        """Give a row (with ``id`` and its present values) new values, remembering the old."""
        held = row._mapping
        fresh = {name: value for name, value in values.items() if held[name] != value}
        if not fresh:
            return
        self.connection.execute(update(table).where(table.c.id == row.id).values(fresh))
        self.changed(table, position, row.id, {name: held[name] for name in fresh}, fresh)

    def changed(
        self,
        table: Table,
        position: int,
        row_id: int,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        action: str = "changed",
    ) -> None:
        """Remember what a row of ours was before, and what it is now."""
        told = {"before": to_json(before), "after": to_json(after), "action": action}
        where = {"table_name": table.name, "row_id": row_id, "number": self.numbers[position]}
        self.connection.execute(
            insert(import_row).values(import_batch_id=self.batch_id, **where, **told)
        )


def to_json(values: Mapping[str, Any]) -> str:
    """Values of a row as they are kept beside an import."""
    return json.dumps(dict(values), ensure_ascii=False, default=lambda v: v.isoformat())


def from_json(table: Table, text: str) -> dict[str, Any]:
    """The same values again, as the table's columns hold them."""
    return {name: _typed(table, name, value) for name, value in json.loads(text).items()}


def _typed(table: Table, name: str, value: Any) -> Any:
    if value is None or name not in table.c:
        return value
    if isinstance(table.c[name].type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(table.c[name].type, Date) else value
