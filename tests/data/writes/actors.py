"""People with accounts who write into the world: a row each, and a session that is open."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert

from data import schema
from data.identity import Actor
from tests.data.writes.world import NOW, World

_serial = count(1)


def actor_of(world: World, role: str = "worker", unit: str = "grid1") -> Actor:
    """Somebody new who holds ``role`` in a unit, logged in."""
    n = next(_serial)
    with world.engines.write() as connection:

        def create(table: Any, **row: Any) -> int:
            return int(connection.execute(insert(table).values(**row)).inserted_primary_key[0])

        account_id = create(
            schema.account,
            login=f"{role}{n}",
            display_name=f"{role}{n}",
            password_hash="x",
            must_change_password=0,
            created_at=NOW - timedelta(days=9),
        )
        unit_id = None if role == "admin" else world.units[unit]
        create(schema.account_grant, account_id=account_id, role=role, unit_id=unit_id)
        session_id = create(
            schema.session,
            token_hash=f"hash{n}",
            account_id=account_id,
            created_at=NOW - timedelta(hours=1),
            last_seen_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
    return Actor(account_id, f"{role}{n}", "account", "entry", "10.0.0.9", session_id)
