"""Where a write takes effect: the unit that a row belongs to."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from data.schema import appeal, member, unit, volunteer
from data.writes.requests import Place
from data.writes.validation import need_row


def unit_place(connection: Connection, unit_id: int, label: str = "单位") -> Place:
    """The unit itself; RuleError when there is none."""
    return Place(need_row(connection, unit, unit_id, label).path)


def row_place(connection: Connection, table: Table, row_id: int, label: str) -> Place:
    """The unit of a row (a column ``unit_id``) and the account that recorded it, if any."""
    row = need_row(connection, table, row_id, label)
    path = connection.scalar(select(unit.c.path).where(unit.c.id == row.unit_id))
    return Place(path, row._mapping.get("recorded_by_account"))


def member_place(connection: Connection, member_id: int) -> Place:
    """A member's unit."""
    return row_place(connection, member, member_id, "党员")


def volunteer_place(connection: Connection, volunteer_id: int, label: str = "志愿者") -> Place:
    """A volunteer's unit."""
    return row_place(connection, volunteer, volunteer_id, label)


def appeal_place(connection: Connection, appeal_id: int) -> Place:
    """The unit of an appeal, and who registered it."""
    return row_place(connection, appeal, appeal_id, "诉求")
