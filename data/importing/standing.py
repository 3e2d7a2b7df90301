"""Whether a plan still stands when it is to be written, or was overtaken by somebody's write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Row, Table, func, select

from data.queries.revision import Revision, fetch_revision

if TYPE_CHECKING:
    from data.importing.kind import Kind
    from data.importing.plan import Plan


@dataclass(frozen=True)
class Since:
    """The state of the database that a plan was made from.

    ``last``: the greatest id in each of the tables of daily entry that the kind's plan
    reads.  Facts are only ever added to them, so what is newer is what has changed.
    """

    revision: Revision
    last: dict[str, int]

    def newer(self, connection: Connection, table: Table, *columns: Column[Any]) -> list[Row[Any]]:
        """Rows of one of these tables that have come since."""
        rows = select(*columns).where(table.c.id > self.last[table.name])
        return list(connection.execute(rows))


def since_now(connection: Connection, tables: Iterable[Table]) -> Since:
    """The present state; to be asked before planning, so that nothing slips in between."""
    revision = fetch_revision(connection)
    last = {one.name: connection.scalar(select(func.max(one.c.id))) or 0 for one in tables}
    return Since(revision, last)


def stands(connection: Connection, kind: Kind, plan: Plan, since: Since) -> bool:
    """Whether the plan is what planning anew would give.  Call it in a write transaction.

    Every write moves the revision on by one, this transaction too.  What people enter all
    day long (data.schema.DAILY) makes a new plan only where it touches the same things.
    """
    now = fetch_revision(connection)
    if now.value == since.revision.value + 1:
        return True
    if now.standing != since.revision.standing:
        return False
    if kind.touched is not None:
        return not kind.touched(connection, plan, since)
    return not any(since.newer(connection, table, table.c.id) for table in kind.daily)
