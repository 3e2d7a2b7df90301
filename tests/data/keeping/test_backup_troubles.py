"""A backup that cannot be made, or is not sound, does not count and is told."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.engines import sqlite_driver
from data.errors import RuleError
from data.keeping import backup as module
from data.keeping.backup import OLD_SCHEMA, backup, run_backup
from data.keeping.files import reason_of
from data.keeping.places import arrangement, find_backups
from data.keeping.record import Attempt, last_attempt, record_attempt, record_file
from data.keeping.retention import Keep
from tests.data.keeping.conftest import AT, file_of, names, url_of
from tests.data.writes.world import World


def spoil(world: World) -> None:
    """Alter a sealed row by hand."""
    with closing(sqlite3.connect(file_of(world))) as connection, connection:
        connection.execute("UPDATE points_entry SET points = 50")


def test_a_database_at_odds_with_itself_gives_no_backup_that_counts(
    world: World, tmp_path: Path
) -> None:
    spoil(world)
    with pytest.raises(RuleError, match=r"有 1 处不一致.*封印不符.*data check"):
        backup(url_of(world), tmp_path / ".", at=AT)
    assert find_backups(tmp_path, file_of(world)) == []
    assert (tmp_path / "world-20261120-100000.faulty").exists()


def test_of_those_that_did_not_pass_the_last_two_stay(world: World, tmp_path: Path) -> None:
    good = file_of(world).read_bytes()
    for hour in range(4):
        spoil(world)
        with pytest.raises(RuleError):
            backup(url_of(world), tmp_path, at=AT + timedelta(hours=hour), keep=Keep())
    world.engines.dispose()
    file_of(world).write_bytes(good)
    backup(url_of(world), tmp_path, at=AT + timedelta(hours=5), keep=Keep())
    left = [name for name in names(tmp_path) if name.endswith(".faulty")]
    assert left == ["world-20261120-120000.faulty", "world-20261120-130000.faulty"]


def test_a_damaged_database_gives_no_backup(world: World, tmp_path: Path) -> None:
    world.engines.dispose()
    content = bytearray(file_of(world).read_bytes())
    content[4096 * 3 : 4096 * 9] = os.urandom(4096 * 6)
    file_of(world).write_bytes(content)
    with pytest.raises(RuleError, match=r"损坏"):
        backup(url_of(world), tmp_path, at=AT)
    assert find_backups(tmp_path, file_of(world)) == []


def test_a_database_of_an_older_version_is_backed_up_before_it_is_migrated(
    world: World, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file_of(world))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert backup(url_of(world), tmp_path, at=AT).checked == OLD_SCHEMA


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="还不存在"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)
    assert not (tmp_path / "none.db").exists()


def test_postgresql_is_told_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"pg_dump.*pg_restore"):
        backup("postgresql://somebody:secret@db.example/grid", tmp_path)


def test_a_missing_folder_is_not_made(world: World, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"unmounted 不存在.*挂载"):
        backup(url_of(world), tmp_path / "unmounted")
    assert not (tmp_path / "unmounted").exists()


def test_a_folder_that_cannot_be_written_to_is_named(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.access  # whoever runs this may be root, whom no mode keeps out
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path and really(path, mode))
    with pytest.raises(RuleError, match=r"不能写入.*权限"):
        backup(url_of(world), tmp_path)


def test_too_little_room_is_told_before_anything_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1024 * 1024))
    with pytest.raises(RuleError, match=r"空间不足：需要 \d+ MB，只剩 1 MB"):
        backup(url_of(world), folder)
    assert names(folder) == []


def full_disk(_source: Path, target: Path) -> None:
    """SQLite's own error of a disk that is full, half way."""
    with closing(sqlite_driver().connect(str(target))) as connection:
        connection.execute("PRAGMA max_page_count = 4")
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 4000,)] * 40)


def failing(code: int) -> Any:
    def fail(_source: Path, target: Path) -> None:
        target.write_bytes(b"half of it")
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize(
    ("copy", "words"),
    [
        (full_disk, "磁盘已满"),
        (failing(errno.ENOSPC), "磁盘已满"),
        (failing(errno.EROFS), "磁盘是只读的"),
        (failing(errno.EACCES), "没有写入权限"),
        (failing(errno.EIO), "磁盘读写出错"),
    ],
)
def test_a_disk_that_fails_half_way_leaves_nothing_and_is_recorded(
    copy: Any, words: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "copy_online", copy)
    plan = arrangement(url_of(world))
    with pytest.raises(RuleError, match=words):
        run_backup(plan, at=AT)
    assert names(plan.folder) == []
    tried = last_attempt(plan.database)
    assert tried is not None
    assert (tried.at, tried.good) == (AT, False)
    assert words in tried.message


def test_the_folder_beside_the_database_is_made_and_the_outcome_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = arrangement(url_of(world))
    assert not plan.folder.exists()
    made = run_backup(plan, at=AT)
    assert made.path.parent == file_of(world).parent / "backups"
    tried = last_attempt(plan.database)
    assert tried == Attempt(
        AT, True, made.checked, made.path.name, made.size, made.seconds, made.problems
    )


def test_what_cannot_be_written_down_is_still_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    attempt = Attempt(AT, False, "磁盘已满")
    with monkeypatch.context() as broken:
        broken.setattr("data.keeping.record.write_text", fail)
        record_attempt(file_of(world), attempt)
        assert last_attempt(file_of(world)) == attempt
    assert not record_file(file_of(world)).exists()
    record_attempt(file_of(world), Attempt(AT, True, "好"))
    assert last_attempt(file_of(world)) == Attempt(AT, True, "好")


def test_a_record_spoiled_by_hand_is_no_record(world: World) -> None:
    record_file(file_of(world)).write_text('{"at": 5}', "utf-8")
    assert last_attempt(file_of(world)) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database or disk is full"), "磁盘已满"),
        (sqlite3.OperationalError("unable to open database file"), "不能写入"),
        (sqlite3.DatabaseError("database disk image is malformed"), "已损坏"),
        (sqlite3.OperationalError("database is locked"), "正忙"),
        (sqlite3.OperationalError("something new"), "OperationalError"),
        (OSError(9999, "something new"), "OSError"),
    ],
)
def test_errors_are_told_in_plain_words(error: Exception, words: str) -> None:
    assert words in reason_of(error)


@pytest.mark.parametrize(
    ("name", "value"),
    [("GRID_BACKUP_AT", "半夜"), ("GRID_BACKUP_AT", "25:00"), ("GRID_BACKUP_DAYS", "两周")],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RuleError, match=rf"{name}.*{value}"):
        arrangement(url_of(world))
