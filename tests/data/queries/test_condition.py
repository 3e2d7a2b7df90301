"""Whether all is well, and each thing that can be wrong is said, alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from data import recent_errors
from data.keeping.backup import run_backup
from data.keeping.places import arrangement
from data.migrate import head_revision
from data.queries.condition import Health, fetch_health, fetch_open_sessions
from data.recent_errors import Memory, RecentError
from data.schema import calendar_day, session
from tests.data.writes.actors import actor_of
from tests.data.writes.world import NOW, World, copied, create_world


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    return create_world(tmp_path_factory.mktemp("condition"))


@pytest.fixture
def world(made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A street with a calendar until the end of 2026, backed up at NOW."""
    monkeypatch.setattr(recent_errors, "_memory", [])
    with copied(made, tmp_path) as world:
        monkeypatch.setenv("GRID_DATABASE", url_of(world))
        run_backup(arrangement(url_of(world)), at=NOW)
        yield world


def url_of(world: World) -> str:
    return f"sqlite:///{world.engines.url.database}"


def health(world: World, now=NOW) -> Health:
    with world.engines.read() as connection:
        return fetch_health(connection, url_of(world), now)


def test_all_is_well(world: World) -> None:
    found = health(world)
    assert found.problems == []
    assert found.schema == found.newest_schema == head_revision()
    assert found.calendar_until == date(2026, 12, 31)
    assert found.backups.word == "good"
    assert (found.errors, found.errors_since) == ([], None)


def test_errors_of_the_last_day_are_a_problem(world: World) -> None:
    recent_errors._memory.append(Memory(NOW - timedelta(days=9)))
    held = recent_errors._memory[0]._held
    held.append(RecentError(NOW - timedelta(hours=25), "data.boot", "OSError", "data/boot.py:1"))
    held.append(RecentError(NOW - timedelta(hours=23), "data.boot", "KeyError", "data/boot.py:2"))
    found = health(world)
    assert [one.kind for one in found.errors] == ["KeyError"]
    assert found.problems == ["近一天有 1 个错误，详情见服务器日志"]
    assert found.errors_since == NOW - timedelta(days=9)


@pytest.mark.parametrize(
    ("left", "now", "words"),
    [
        (date(2026, 12, 19), NOW, "工作日历到 2026-12-19 为止，请留意"),
        (date(2026, 11, 19), NOW, "工作日历只到 2026-11-19"),
        (None, NOW, "还没有导入工作日历"),
    ],
)
def test_a_calendar_that_ends_is_a_problem(
    left: date | None, now, words: str, world: World
) -> None:
    with world.engines.write() as connection:
        connection.execute(delete(calendar_day).where(calendar_day.c.day > (left or date.min)))
    (problem,) = health(world, now).problems
    assert words in problem


def test_a_calendar_that_lasts_a_month_is_none(world: World) -> None:
    with world.engines.write() as connection:
        connection.execute(delete(calendar_day).where(calendar_day.c.day > date(2026, 12, 20)))
    assert health(world).problems == []


def test_a_schema_that_is_not_the_newest_is_a_problem(world: World) -> None:
    with world.engines.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    found = health(world)
    assert found.problems == [
        f"数据库结构是 0001，程序需要 {head_revision()}，请运行 python -m data migrate"
    ]


def test_a_backup_that_is_late_is_a_problem(world: World) -> None:
    found = health(world, NOW + timedelta(days=2))
    assert "今天的自动备份还没有完成" in found.problems[0]


def test_only_logins_that_hold_are_counted(world: World) -> None:
    open_ones = [actor_of(world, "worker") for _ in range(6)]
    second = {"token_hash": "again", "account_id": open_ones[0].account_id, "created_at": NOW}
    second |= {"last_seen_at": NOW - timedelta(hours=1), "expires_at": NOW + timedelta(days=1)}
    changes = [
        {"revoked_at": NOW},
        {"expires_at": NOW},
        {"last_seen_at": NOW - timedelta(hours=8)},
        {"last_seen_at": NOW - timedelta(minutes=16)},
    ]
    with world.engines.write() as connection:
        connection.execute(insert(session).values(second))
        for actor, change in zip(open_ones[2:], changes, strict=True):
            mine = session.c.id == actor.session_id
            connection.execute(update(session).where(mine).values(change))
    with world.engines.read() as connection:
        found = fetch_open_sessions(connection, NOW)
    assert (found.open, found.accounts, found.active) == (1 + 1 + 1 + 1, 3, 2)
