"""What is written in passing waits for nobody: a page opens while others write for long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from data.engines import Engines, sqlite_driver
from data.identity import visitor
from data.schema import setting
from data.sessions import resolve_session
from data.writes.accounts_admin import create_account
from data.writes.sessions import open_session
from tests.data.writes.world import NOW, STAMP, World, rows_of

KEPT = {"key": "tried", "value": "1"}


@contextmanager
def by_a_thread(engines: Engines) -> Iterator[None]:
    with engines.write():
        yield


@contextmanager
def by_another_process(engines: Engines) -> Iterator[None]:
    """A connection of which our own turns know nothing."""
    other = sqlite_driver().connect(engines.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


WRITING: list[Callable[[Engines], AbstractContextManager[None]]] = [by_a_thread, by_another_process]


@pytest.mark.parametrize("writing", WRITING)
def test_nothing_is_written_and_nobody_waits_while_another_writes(
    world: World, writing: Callable[[Engines], AbstractContextManager[None]]
) -> None:
    with writing(world.engines), world.engines.in_passing() as connection:
        assert connection is None
    with world.engines.in_passing() as connection:
        assert connection is not None
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 0


def test_in_passing_commits_and_rolls_back(world: World) -> None:
    with suppress(ZeroDivisionError), world.engines.in_passing() as connection:
        assert connection is not None
        connection.execute(insert(setting).values(KEPT))
        raise ZeroDivisionError
    assert KEPT["key"] not in {row.key for row in rows_of(world.engines, "setting")}
    with world.engines.in_passing() as connection:
        assert connection is not None
        connection.execute(insert(setting).values(KEPT))
    assert KEPT["key"] in {row.key for row in rows_of(world.engines, "setting")}


@pytest.mark.parametrize("writing", WRITING)
def test_a_session_is_known_while_another_writes(
    world: World, writing: Callable[[Engines], AbstractContextManager[None]]
) -> None:
    given: dict[str, Any] = {"login": "wang", "password": "correct horse battery"}
    create_account(world.engines, display_name="王主任", grants=[("admin", None)], **given, **STAMP)
    opened = open_session(world.engines, actor=visitor("10.0.0.1"), at=NOW, **given)
    later = NOW + timedelta(minutes=5)
    with writing(world.engines):
        known = resolve_session(world.engines, opened.token, at=later, address="10.0.0.1")
    assert known is not None
    assert rows_of(world.engines, "session")[0].last_seen_at == NOW
    resolve_session(world.engines, opened.token, at=later, address="10.0.0.1")
    assert rows_of(world.engines, "session")[0].last_seen_at == later
