"""What is told of the backups: looked at afresh, and nothing wrong goes unsaid."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from data.keeping.backup import run_backup
from data.keeping.places import arrangement
from data.keeping.record import Attempt, record_attempt
from data.keeping.state import BackupState, backup_state
from data.keeping.turns import turn
from tests.data.keeping.conftest import url_of
from tests.data.writes.world import NOW, World


@pytest.fixture(autouse=True)
def _configured(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_DATABASE", url_of(world))


def state(world: World, **later: float) -> BackupState:
    return backup_state(url_of(world), NOW + timedelta(**later))


def test_all_is_well_after_a_backup(world: World) -> None:
    made = run_backup(arrangement(url_of(world)), at=NOW)
    found = state(world, minutes=1)
    assert (found.word, found.problems, found.note, found.count) == ("good", (), "", 1)
    assert found.latest is not None
    assert found.latest.path == made.path
    assert found.tried is not None
    assert not found.running


def test_none_at_all_is_said(world: World) -> None:
    found = state(world)
    assert (found.word, found.problems) == ("late", ("还没有任何备份",))


def test_one_that_is_missing_is_late_two_hours_after_it_was_planned(world: World) -> None:
    run_backup(arrangement(url_of(world)), at=NOW)
    assert state(world, hours=18).word == "good"  # 04:00, planned for 02:30
    late = state(world, hours=19)
    assert late.word == "late"
    assert "最近一份是 2026-11-20 10:00 的" in late.problems[0]


def test_one_that_failed_is_told_in_its_own_words(world: World) -> None:
    plan = arrangement(url_of(world))
    run_backup(plan, at=NOW)
    record_attempt(plan.database, Attempt(NOW, False, "磁盘已满"))
    found = state(world)
    assert (found.word, found.problems) == ("failed", ("磁盘已满",))


def test_a_folder_that_has_gone_is_told_before_the_next_backup(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.setenv("GRID_BACKUP_FOLDER", str(folder))
    run_backup(arrangement(url_of(world)), at=NOW)
    assert state(world).word == "good"
    shutil.rmtree(folder)
    found = state(world)
    assert found.word == "late"
    assert "disk 不存在" in found.problems[0]


def test_a_disk_that_fills_up_is_told_before_the_next_backup(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_backup(arrangement(url_of(world)), at=NOW)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    assert "空间不足" in state(world).problems[0]


def test_a_second_folder_that_stays_behind_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = tmp_path / "b"
    second.mkdir()
    monkeypatch.setenv("GRID_BACKUP_COPY", str(second))
    made = run_backup(arrangement(url_of(world)), at=NOW)
    assert state(world).word == "good"
    (second / made.path.name).unlink()
    assert "第二个文件夹里没有" in state(world).problems[0]


def test_what_went_wrong_beside_a_good_backup_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_BACKUP_COPY", str(tmp_path / "unplugged"))
    run_backup(arrangement(url_of(world)), at=NOW)
    found = state(world)
    assert found.word == "late"
    assert "没有复制到第二个文件夹" in found.problems[0]


@pytest.mark.parametrize(
    ("name", "value", "note"), [("GRID_BACKUP_AT", "off", "off"), ("GRID_DATABASE", "", "示例")]
)
def test_without_a_daily_backup_it_says_why(
    name: str, value: str, note: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    found = state(world)
    assert (found.word, found.problems) == ("off", ())
    assert note in found.note


def test_a_wrong_setting_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_BACKUP_AT", "半夜")
    found = state(world)
    assert found.word == "failed"
    assert "GRID_BACKUP_AT" in found.problems[0]


def test_postgresql_is_off_with_a_reason() -> None:
    found = backup_state("postgresql://somebody:secret@db.example/grid", NOW)
    assert (found.word, found.problems) == ("off", ())
    assert "pg_dump" in found.note
    assert "secret" not in found.note


def test_looking_leaves_no_file_and_sees_one_going_on(world: World) -> None:
    folder = Path(str(world.engines.url.database)).parent
    before = sorted(folder.iterdir())
    assert not state(world).running
    assert sorted(folder.iterdir()) == before
    with turn(Path(str(world.engines.url.database))):
        assert state(world).running
