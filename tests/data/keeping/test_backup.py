"""A backup is whole, checked and alone in its file, or it is not there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import RuleError
from data.keeping import backup as module
from data.keeping.backup import backup, run_backup
from data.keeping.copying import examine
from data.keeping.places import arrangement, checksum_file, find_backups
from data.keeping.record import last_attempt
from data.keeping.retention import Keep
from data.keeping.turns import BUSY, is_taken, turn
from tests.data.keeping.conftest import AT, file_of, names, opened, url_of
from tests.data.writes.world import World, dump


def test_a_backup_holds_every_row_in_one_file(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    made = backup(url_of(world), folder, at=AT)
    assert made.path == folder / "world-20261120-100000.db"  # local time
    assert names(folder) == ["world-20261120-100000.db", "world-20261120-100000.db.sha256"]
    assert dump(opened(world, made.path).engines) == dump(world.engines)
    assert (made.size, made.checked) == (made.path.stat().st_size, "已打开核对，没有不一致")
    assert examine(made.path).damage == ""
    assert names(folder) == ["world-20261120-100000.db", "world-20261120-100000.db.sha256"]


def test_what_is_only_in_the_wal_is_in_the_backup(world: World, tmp_path: Path) -> None:
    with world.engines.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('in_wal', '1')")
    wal = file_of(world).with_name("world.db-wal")
    assert wal.stat().st_size > 0
    made = backup(url_of(world), tmp_path, at=AT)
    with closing(sqlite3.connect(f"file:{made.path}?mode=ro&immutable=1", uri=True)) as connection:
        found = connection.execute("SELECT value FROM setting WHERE key = 'in_wal'").fetchall()
    assert found == [("1",)]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_owner_may_read_a_backup(world: World, tmp_path: Path) -> None:
    made = backup(url_of(world), tmp_path, at=AT)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_the_checksum_is_one_that_tools_can_verify(world: World, tmp_path: Path) -> None:
    made = backup(url_of(world), tmp_path, at=AT)
    note = checksum_file(made.path).name
    done = subprocess.run(
        ["sha256sum", "-c", note], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert made.sha in checksum_file(made.path).read_text("utf-8")


def test_a_copy_goes_to_the_second_folder(world: World, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    made = backup(url_of(world), first, copies=[second], at=AT)
    assert made.copies == (second / made.path.name,)
    assert made.copies[0].read_bytes() == made.path.read_bytes()
    assert names(second) == names(first)


def test_a_second_folder_out_of_reach_is_told_and_undoes_nothing(
    world: World, tmp_path: Path
) -> None:
    made = backup(url_of(world), tmp_path, copies=[tmp_path / "unplugged"], at=AT)
    assert made.path.exists()
    assert made.copies == ()
    (problem,) = made.problems
    assert "unplugged" in problem
    assert "不存在" in problem


def test_a_copy_that_arrives_different_does_not_count(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = tmp_path / "b"
    second.mkdir()

    def damage(source: Path, target: Path) -> None:
        content = bytearray(Path(source).read_bytes())
        content[5000] ^= 1
        Path(target).write_bytes(content)

    monkeypatch.setattr(module.shutil, "copyfile", damage)
    made = backup(url_of(world), tmp_path, copies=[second], at=AT)
    assert "内容与原来的不同" in made.problems[0]
    assert names(second) == []


def test_two_backups_at_once_take_turns(world: World, tmp_path: Path) -> None:
    with turn(file_of(world)):
        assert is_taken(file_of(world))
        with (
            pytest.raises(RuleError, match="正在进行"),
            turn(file_of(world), patience=0.1),
        ):
            pytest.fail("two at once")
    assert not is_taken(file_of(world))
    backup(url_of(world), tmp_path, at=AT)


def test_who_has_no_turn_does_not_overwrite_the_record_of_who_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.keeping.turns.PATIENCE", 0)
    with turn(file_of(world)), pytest.raises(RuleError) as caught:
        run_backup(arrangement(url_of(world)), at=AT)
    assert caught.value.message == BUSY
    assert last_attempt(file_of(world)) is None


def test_what_a_killed_backup_left_is_swept_away(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    left = folder / ".world-20261119-023000.db.part"
    left.write_bytes(b"half of it")
    (folder / ".other-20261119-023000.db.part").write_bytes(b"not ours")
    backup(url_of(world), folder, at=AT)
    assert not left.exists()
    assert (folder / ".other-20261119-023000.db.part").exists()


def test_a_file_without_its_checksum_does_not_count(world: World, tmp_path: Path) -> None:
    made = backup(url_of(world), tmp_path, at=AT)
    assert [one.path for one in find_backups(tmp_path, file_of(world))] == [made.path]
    checksum_file(made.path).unlink()
    assert find_backups(tmp_path, file_of(world)) == []


def test_expired_backups_go_from_both_folders_and_no_others(world: World, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        (folder / "other-20200101-023000.db").write_bytes(b"")
        (folder / "notes.txt").write_text("keep", "utf-8")
    for days in (9, 6, 3, 0):
        backup(
            url_of(world),
            first,
            copies=[second],
            keep=Keep(days=2, weeks=0),
            at=AT - timedelta(days=days),
        )
    kept = ["world-20261117-100000.db", "world-20261120-100000.db"]
    for folder in (first, second):
        assert names(folder) == sorted(
            ["notes.txt", "other-20200101-023000.db", *kept, *(f"{n}.sha256" for n in kept)]
        )


def test_writing_goes_on_while_a_backup_is_made(world: World, tmp_path: Path) -> None:
    """A write committed between two steps neither waits for the backup nor gets into it."""
    with world.engines.write() as connection:
        many = [(f"filler{n}", "x" * 3000) for n in range(2000)]
        for key, value in many:
            connection.exec_driver_sql("INSERT INTO setting VALUES (?, ?)", (key, value))
    begun, ended, written = threading.Event(), threading.Event(), []

    def write_on() -> None:
        begun.wait()
        while not ended.is_set():
            with world.engines.write() as connection:
                row = (f"during{len(written)}", "1")
                connection.exec_driver_sql("INSERT INTO setting VALUES (?, ?)", row)
            written.append(row)

    thread = threading.Thread(target=write_on)
    thread.start()
    begun.set()
    while not written:
        pass
    before = len(written)
    made = backup(url_of(world), tmp_path, at=AT)
    after = len(written)
    ended.set()
    thread.join()
    assert after > before
    with opened(world, made.path).engines.read() as connection:
        got = connection.exec_driver_sql("SELECT count(*) FROM setting WHERE key LIKE 'during%'")
        held = got.scalar()
    assert before <= held <= after
