"""The undoing half of an import: what it added and changed, and what depends on that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    select,
    update,
)

from data.errors import RuleError
from data.importing.bulk import insert_many
from data.importing.writing import from_json
from data.schema import decision, import_batch, import_row, metadata

FIELD = "导入"
MOST_NAMED = 5

# what the rows that stand in the way are called
TABLES = {
    "account": "账号",
    "account_grant": "账号的角色",
    "activity": "活动",
    "activity_signin": "活动签到",
    "appeal": "诉求",
    "appeal_event": "诉求办理记录",
    "building": "楼栋",
    "checkup": "党性体检",
    "checkup_part": "党性体检",
    "decision": "审核记录",
    "display_key": "大屏密钥",
    "indicator_report": "指标上报",
    "member": "党员",
    "person": "人员",
    "points_entry": "积分记录",
    "post": "岗位任职",
    "service_order": "服务订单",
    "service_record": "服务时长",
    "team": "志愿队伍",
    "time_account": "时间银行账户",
    "time_posting": "时间银行分录",
    "time_transfer": "时间银行往来",
    "unit": "下级单位",
    "visit": "走访记录",
    "volunteer": "志愿者",
}


@dataclass(frozen=True)
class Taken:
    """A row of ours that the import added or changed, and the file's row it came from."""

    number: int
    row_id: int
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Undoing:
    """What a kind's ``undo`` is handed; ``signed`` are the columns of whoever undoes."""

    connection: Connection
    batch: Row[Any]
    signed: dict[str, Any]
    note: str
    at: datetime

    def rows(self, table: Table, action: str | None = None) -> list[Taken]:
        """What the import did to a table, the last first."""
        mine = select(import_row).where(*self._mine(table, action))
        rows = self.connection.execute(mine.order_by(import_row.c.id.desc()))
        return [
            Taken(
                row.number,
                row.row_id,
                row.action,
                from_json(table, row.before or "{}"),
                from_json(table, row.after or "{}"),
            )
            for row in rows
        ]

    def _mine(self, table: Table, action: str | None) -> list[ColumnElement[bool]]:
        column = import_row.c
        where = [column.import_batch_id == self.batch.id, column.table_name == table.name]
        return where if action is None else [*where, column.action == action]

    def ids(self, table: Table, action: str | None = "added") -> Select[tuple[int]]:
        """A query for the ids of the table's rows that the import added."""
        return select(import_row.c.row_id).where(*self._mine(table, action))

    def need_free(self, table: Table, but: tuple[str, ...] = ()) -> None:
        """Refuse while anything but this import's own rows points at the rows it added.

        ``but`` names tables that the caller asks by itself.
        """
        found: list[str] = []
        for other in metadata.sorted_tables:
            if other.name in (import_row.name, *but) or "id" not in other.c:
                continue
            for column in other.c:
                if any(key.column.table is table for key in column.foreign_keys):
                    count = self._count(other, column.in_(self.ids(table)))
                    found += [f"{TABLES.get(other.name, other.name)} {count} 条"] * bool(count)
        if table.name in ("points_entry", "service_record"):
            about = (decision.c.subject == table.name) & decision.c.subject_id.in_(self.ids(table))
            count = self._count(decision, about)
            found += [f"审核记录 {count} 条"] * bool(count)
        found += self._later(table)
        if found:
            raise RuleError(
                f"不能撤销这次导入：之后已有{'、'.join(found[:MOST_NAMED])}用到了它的内容，"
                "请先处理这些记录",
                FIELD,
            )

    def _count(self, other: Table, points: ColumnElement[bool]) -> int:
        strangers = select(func.count()).select_from(other).where(points)
        return self.connection.scalar(strangers.where(other.c.id.not_in(self.ids(other)))) or 0

    def _later(self, table: Table) -> list[str]:
        """Later imports that stand and changed the same rows."""
        row, batch = import_row.c, import_batch.c
        statement = (
            select(batch.id)
            .join(import_row, row.import_batch_id == batch.id)
            .where(batch.id > self.batch.id, batch.undone_at.is_(None))
            .where(row.table_name == table.name, row.row_id.in_(self.ids(table, None)))
            .distinct()
        )
        return [f"第 {one} 次导入" for one in self.connection.scalars(statement.order_by(batch.id))]

    def delete(self, table: Table) -> None:
        """Delete the rows that the import added to an unsealed table, where nothing needs them."""
        self.need_free(table)
        self.connection.execute(delete(table).where(table.c.id.in_(self.ids(table))))

    def restore(self, table: Table) -> None:
        """Give the rows that the import changed their old values; refused if changed since."""
        for one in self.rows(table, "changed"):
            row = self.connection.execute(select(table).where(table.c.id == one.row_id)).first()
            if row is None or any(row._mapping[k] != v for k, v in one.after.items()):
                raise RuleError(
                    f"不能撤销这次导入：文件第 {one.number} 行更新过的"
                    f"{TABLES.get(table.name, table.name)}之后又被改动，请先核对",
                    FIELD,
                )
            change = update(table).where(table.c.id == one.row_id)
            self.connection.execute(change.values(one.before))

    def counter(self, table: Table, make: Callable[[Row[Any]], dict[str, Any]]) -> list[int]:
        """Counter-entries for the sealed rows that the import added and nobody has taken back.

        ``make`` gives a counter-entry's facts; what it reverses and who did it is added here.
        Returns the ids of the counter-entries.
        """
        undone = table.alias("undone")
        standing = (
            select(table)
            .outerjoin(undone, undone.c.reverses_id == table.c.id)
            .where(table.c.id.in_(self.ids(table)), undone.c.id.is_(None))
            .where(table.c.reverses_id.is_(None))
            .order_by(table.c.id)
        )
        rows = self.connection.execute(standing).all()
        facts = [make(row) | {"reverses_id": row.id} for row in rows]
        columns = {name: [fact[name] for fact in facts] for name in facts[0]} if facts else {}
        return insert_many(self.connection, table, columns, self.signed)
