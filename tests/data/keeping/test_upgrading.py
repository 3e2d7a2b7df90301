"""A new program over an older database: first a backup, and without one no migration."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from data import boot
from data.engines import open_engines
from data.keeping import upgrading
from data.keeping.copying import examine
from data.keeping.places import find_backups
from data.keeping.record import last_attempt
from data.keeping.turns import turn
from data.keeping.upgrading import backup_before_upgrade
from data.migrate import current_revision, head_revision, scripts, upgrade_connection
from data.startup import database_state

OLDER = str(scripts().get_revision(head_revision()).down_revision)
PATIENCE = 120  # seconds


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database of the program before this one, configured as the app's."""
    file = tmp_path / "grid.db"
    engines = open_engines(f"sqlite:///{file}")
    with engines.writer.begin() as connection:
        upgrade_connection(connection, OLDER)
        connection.execute(text("INSERT INTO setting (key, value) VALUES ('street', '测试')"))
    monkeypatch.setenv("GRID_DATABASE", f"sqlite:///{file}")
    yield file
    engines.dispose()
    boot.forget()


def started() -> boot.Status:
    """How a start of the app ends."""
    boot.forget()
    until = time.monotonic() + PATIENCE
    while boot.status().kind == "building":
        assert time.monotonic() < until
        time.sleep(0.01)
    return boot.status()


def kept(file: Path) -> list[Path]:
    return [one.path for one in find_backups(file.parent / "backups", file)]


def test_the_backup_holds_the_database_of_before(old: Path) -> None:
    assert started().kind == "empty"
    assert current_revision(f"sqlite:///{old}") == head_revision()
    (backup,) = kept(old)
    found = examine(backup)
    assert (found.kind, found.schema, found.damage) == ("outdated", OLDER, "")
    with open_engines(f"sqlite:///{backup}").read() as connection:
        assert connection.scalar(text("SELECT value FROM setting")) == "测试"


def test_a_second_start_makes_no_second_backup(old: Path) -> None:
    started()
    assert started().kind == "empty"
    assert len(kept(old)) == 1


def test_without_a_backup_nothing_is_migrated(
    old: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = old.parent / "not mounted"
    monkeypatch.setenv("GRID_BACKUP_FOLDER", str(away))
    with caplog.at_level(logging.ERROR):
        status = started()
    assert status.kind == "broken"
    for word in (str(away), "不存在", "没有升级", "python -m data migrate"):
        assert word in status.message
    assert "no backup, so no upgrade" in caplog.text
    assert current_revision(f"sqlite:///{old}") == OLDER
    away.mkdir()  # the disk is back: the same start goes through
    assert started().kind == "empty"
    assert len(find_backups(away, old)) == 1


def test_a_setting_that_is_wrong_stops_it_too(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_BACKUP_AT", "半夜")
    status = started()
    assert status.kind == "broken"
    assert "GRID_BACKUP_AT" in status.message
    assert current_revision(f"sqlite:///{old}") == OLDER


def test_daily_backups_that_are_off_do_not_stop_it(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_BACKUP_AT", "off")
    assert started().kind == "empty"
    assert len(kept(old)) == 1


def test_a_new_database_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_DATABASE", f"sqlite:///{tmp_path / 'new.db'}")
    assert started().kind == "empty"
    assert kept(tmp_path / "new.db") == []
    assert last_attempt(tmp_path / "new.db") is None
    boot.stop()
    boot.forget()


def test_what_is_kept_already_is_not_copied_again(old: Path) -> None:
    url = f"sqlite:///{old}"
    open_engines(url).dispose()
    long_ago = old.stat().st_mtime - 60
    os.utime(old, (long_ago, long_ago))
    backup_before_upgrade(url)
    (first,) = kept(old)
    content = first.stat().st_ino
    backup_before_upgrade(url)
    assert [one.stat().st_ino for one in kept(old)] == [content]
    with open_engines(url).writer.begin() as connection:
        connection.execute(text("UPDATE setting SET value = '后来'"))
    backup_before_upgrade(url)
    with open_engines(f"sqlite:///{kept(old)[0]}").read() as connection:
        assert connection.scalar(text("SELECT value FROM setting")) == "后来"


def test_it_waits_for_another_process(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.keeping.turns.PATIENCE", 0.05)
    monkeypatch.setattr(upgrading, "LOOK", 0.05)
    url = f"sqlite:///{old}"
    with turn(old):
        waiting = Thread(target=backup_before_upgrade, args=(url,))
        waiting.start()
        time.sleep(0.5)
        assert waiting.is_alive()
        assert kept(old) == []
    waiting.join(PATIENCE)
    assert len(kept(old)) == 1
    assert database_state(url).kind == "outdated"
