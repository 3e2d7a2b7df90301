"""The sample's demo accounts: one a role, opened by one tap, with no password at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.access import PUBLIC_DISPLAY
from data.passwords import UNUSABLE
from data.queries.methods import fetch_methods
from data.schema import account, account_grant, setting, unit

# login, name, role, how many levels above the grid (None: no unit)
DEMO = (
    ("demo-admin", "体验管理员", "admin", None),
    ("demo-leader", "体验领导", "leader", 2),
    ("demo-secretary", "体验书记", "secretary", 1),
    ("demo-worker", "体验网格员", "worker", 0),
)
SAMPLE = "sample"


def add_demo_accounts(connection: Connection, now: datetime) -> None:
    """Mark the database as the sample, and add what demo accounts it lacks."""
    held = set(connection.scalars(select(setting.c.key)))
    for key in {SAMPLE, PUBLIC_DISPLAY} - held:
        connection.execute(insert(setting).values(key=key, value="1"))
    known = set(connection.scalars(select(account.c.login)))
    units = _first_line(connection)
    for login, name, role, above in DEMO:
        if login not in known:
            unit_id = None if above is None else units[min(above, len(units) - 1)]
            _add(connection, now, login, name, role, unit_id)


def _add(
    connection: Connection, now: datetime, login: str, name: str, role: str, unit_id: int | None
) -> None:
    row = {"login": login, "display_name": name, "password_hash": UNUSABLE, "created_at": now}
    row |= {"must_change_password": 0, "is_demo": 1}
    new_id = insert(account).returning(account.c.id)
    account_id = connection.execute(new_id, row).scalar_one()
    grant = {"account_id": account_id, "role": role, "unit_id": unit_id}
    connection.execute(insert(account_grant).values(grant))


def _first_line(connection: Connection) -> list[int]:
    """Ids of the first grid and of the units above it, the grid first."""
    level = fetch_methods(connection)[0].method.grid_level
    first = select(unit.c.path).where(unit.c.level == level).order_by(unit.c.path).limit(1)
    path = connection.scalar(first) or "/1/"
    return [int(part) for part in reversed(path.strip("/").split("/"))]
