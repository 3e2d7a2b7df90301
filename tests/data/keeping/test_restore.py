"""The way back: only from a file that is good, and never at the cost of what is there."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from data.engines import open_engines
from data.errors import RuleError
from data.keeping import restore as module
from data.keeping.backup import backup
from data.keeping.places import checksum_file
from data.keeping.restore import restore
from data.migrate import head_revision
from data.queries.accounts import fetch_audit
from data.schema import session
from data.startup import database_state
from tests.data.keeping.conftest import (
    AT,
    STAMP,
    facts,
    file_of,
    opened,
    url_of,
)
from tests.data.writes.actors import actor_of
from tests.data.writes.test_points import points_of
from tests.data.writes.world import World, rows_of


def test_restore_database_commits(world: World, kept: Path) -> None:
    then = facts(opened(world, kept))
    now = facts(world)
    assert then != now
    done = restore(url_of(world), kept, **STAMP)
    assert facts(world) == then
    assert done.schema == head_revision()
    assert done.aside is not None
    assert done.aside.name == "world-20261120-100000-before-restore.db"
    assert facts(opened(world, done.aside)) == now
    assert database_state(url_of(world)).kind == "ready"


def test_restore_database_rolls_back(
    world: World, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails before the last step leaves the present database where it was."""

    def fail(*_: Any) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(module, "put", fail)
    with pytest.raises(RuleError, match=r"磁盘已满，现有数据库没有改动"):
        restore(url_of(world), kept, **STAMP)
    assert len(rows_of(world.engines, "points_entry")) == 2


def test_there_is_a_database_at_every_moment(
    world: World, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that starts in the middle must not find none, and begin an empty one."""
    seen = []
    for name in ("link", "replace"):
        really = getattr(os, name)

        def watched(*given: Any, really: Any = really) -> None:
            seen.append(file_of(world).stat().st_size > 0)
            really(*given)
            seen.append(file_of(world).stat().st_size > 0)

        monkeypatch.setattr(os, name, watched)
    restore(url_of(world), kept, **STAMP)
    assert len(seen) >= 4
    assert all(seen)


def test_everybody_has_to_log_in_again_and_the_log_tells(world: World, tmp_path: Path) -> None:
    admin = actor_of(world, "admin")
    folder = tmp_path / "kept"
    folder.mkdir()
    kept = backup(url_of(world), folder, at=AT).path
    done = restore(url_of(world), kept, **STAMP)
    assert done.ended_sessions == 1
    with world.engines.read() as connection:
        ended = select(session.c.revoked_at).where(session.c.id == admin.session_id)
        assert connection.scalar(ended) == AT
        log = fetch_audit(connection, actor=STAMP["actor"], at=AT, limit=1)
    entry = log.iloc[0]
    assert (entry["action"], entry["subject"]) == ("restore_database", kept.name)
    assert "before-restore" in entry["after"]


def test_a_database_that_is_gone_is_restored(world: World, kept: Path) -> None:
    world.engines.dispose()
    file_of(world).unlink()
    done = restore(url_of(world), kept, **STAMP)
    assert done.aside is None
    assert len(rows_of(world.engines, "points_entry")) == 1


def test_a_damaged_database_is_kept_with_its_wal_and_replaced(world: World, kept: Path) -> None:
    world.engines.dispose()
    rubbish = os.urandom(20_000)
    file_of(world).write_bytes(b"SQLite format 3\x00" + rubbish)
    file_of(world).with_name("world.db-wal").write_bytes(b"left over")
    done = restore(url_of(world), kept, **STAMP)
    assert done.aside is not None
    assert done.aside.read_bytes().endswith(rubbish)
    assert done.aside.with_name(f"{done.aside.name}-wal").read_bytes() == b"left over"
    assert len(rows_of(world.engines, "points_entry")) == 1


def test_what_is_only_in_a_wal_beside_the_backup_comes_along(world: World, tmp_path: Path) -> None:
    """Somebody copied the files of a running database by hand."""
    points_of(world, rule_key="study")
    assert file_of(world).with_name("world.db-wal").stat().st_size > 0
    copy = tmp_path / "by-hand.db"
    shutil.copy(file_of(world), copy)
    shutil.copy(file_of(world).with_name("world.db-wal"), tmp_path / "by-hand.db-wal")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    restore(other, copy, **STAMP)
    assert len(rows_of(open_engines(other), "points_entry")) == 2
    open_engines(other).dispose()


def test_a_stale_wal_of_the_database_is_not_played_into_the_restored_one(
    world: World, kept: Path
) -> None:
    with world.engines.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('later', '1')")
    restore(url_of(world), kept, **STAMP)
    assert not file_of(world).with_name("world.db-wal").exists()
    with world.engines.read() as connection:
        found = connection.exec_driver_sql("SELECT * FROM setting WHERE key = 'later'").all()
    assert found == []


def test_an_older_version_is_restored_and_said_to_need_migration(world: World, kept: Path) -> None:
    checksum_file(kept).unlink()
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    done = restore(url_of(world), kept, **STAMP)
    assert (done.outdated, done.schema) == (True, "0001")
    assert database_state(url_of(world)).kind == "outdated"


def test_a_log_that_cannot_be_told_is_no_secret(world: World, kept: Path) -> None:
    """The note is one transaction: where it fails, the logins are not half ended."""
    actor_of(world, "admin")
    made = backup(url_of(world), kept.parent, at=AT.replace(hour=5))

    def fail(_connection: Any) -> None:
        raise OSError("disk full")

    event.listen(world.engines.writer, "commit", fail)
    try:
        with pytest.raises(OSError, match="disk full"):
            module._note(url_of(world), made.path, None, STAMP["actor"], AT)
    finally:
        event.remove(world.engines.writer, "commit", fail)
    assert [row.revoked_at for row in rows_of(world.engines, "session")] == [None]
