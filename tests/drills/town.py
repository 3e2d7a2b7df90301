"""Who enters in the drills: people with accounts and sessions of their own, one a grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from data.engines import Engines, open_engines
from data.identity import system, visitor
from data.method.loading import load_preset
from data.migrate import upgrade
from data.queries.methods import fetch_methods
from data.schema import unit
from data.sessions import resolve_session
from data.writes.accounts_admin import create_account
from data.writes.sessions import change_password, open_session
from data.writes.units import set_up_street

HERE = "127.0.0.1"
FIRST, OWN = "first-words-of-a-drill", "own-words-of-the-worker"
OFFICE = system("演练", "test")


@dataclass(frozen=True)
class Person:
    """A grid worker who has logged in; ``token`` is what his browser's cookie holds."""

    name: str
    account_id: int
    grid: str
    unit_id: int
    token: str


def small_town(folder: Path, grids: int) -> str:
    """A street with ``grids`` grids and nothing in it, for drills that need no history."""
    url = f"sqlite:///{folder / 'town.db'}"
    upgrade(url)
    now = datetime.now(UTC)
    set_up_street(
        open_engines(url),
        method=load_preset("demo_street"),
        starts_on=date(now.year, 1, 1),
        street_name="演练街道",
        communities=[("演练社区", [f"第{n}网格" for n in range(1, grids + 1)])],
        actor=OFFICE,
        at=now,
    )
    return url


def people(engines: Engines, count: int, prefix: str = "drill") -> list[Person]:
    """``count`` workers, each with a grid of his own, logged in with a password of his own."""
    with engines.read() as connection:
        level = fetch_methods(connection)[0].method.grid_level
        rows = select(unit.c.id, unit.c.code).where(unit.c.level == level).order_by(unit.c.path)
        grids = connection.execute(rows.limit(count)).all()
    assert len(grids) == count, "there are not enough grids"
    return [_person(engines, f"{prefix}{n}", grid) for n, grid in enumerate(grids)]


def newcomer(engines: Engines, name: str, grants: list[tuple[str, int | None]]) -> tuple[int, str]:
    """A new account that has logged in with a password of its own: its id and its token."""
    now, someone = datetime.now(UTC), visitor(HERE)
    given: dict[str, Any] = {"login": name, "password": FIRST, "display_name": name}
    made = create_account(engines, **given, grants=grants, actor=OFFICE, at=now)
    opened = open_session(engines, login=name, password=FIRST, actor=someone, at=now)
    actor = resolve_session(engines, opened.token, at=now, address=HERE)
    assert actor is not None
    return made.id, change_password(engines, old=FIRST, new=OWN, actor=actor, at=now).token


def _person(engines: Engines, name: str, grid: Any) -> Person:
    account_id, token = newcomer(engines, name, [("worker", grid.id)])
    return Person(name, account_id, grid.code, grid.id, token)


def count_of(engines: Engines, column: Any, value: Any) -> int:
    """How many rows hold ``value``."""
    with engines.read() as connection:
        rows = select(func.count()).select_from(column.table).where(column == value)
        return int(connection.scalar(rows) or 0)
