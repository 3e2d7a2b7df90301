"""When the daily backup is made, and by whom."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.errors import AccessError, RuleError
from data.keeping import schedule
from data.keeping.backup import run_backup
from data.keeping.places import Arrangement, arrangement, find_backups
from data.keeping.record import Attempt, last_attempt, record_attempt
from data.keeping.schedule import begin_backup, daily_backup, is_due, planned_at
from data.keeping.turns import turn
from tests.data.keeping.conftest import url_of
from tests.data.writes.actors import actor_of
from tests.data.writes.world import NOW, World, dump, rolled_back, rows_of

LONG_AGO = NOW - timedelta(days=3)  # NOW is 10:00 in Shanghai


@pytest.fixture
def plan(world: World) -> Arrangement:
    return arrangement(url_of(world))


@pytest.mark.parametrize(
    ("now", "planned"),
    [
        ("2026-11-20T10:00+08:00", "2026-11-20T02:30+08:00"),
        ("2026-11-20T02:30+08:00", "2026-11-20T02:30+08:00"),
        ("2026-11-20T02:29+08:00", "2026-11-19T02:30+08:00"),
        ("2026-11-19T18:00Z", "2026-11-19T02:30+08:00"),
    ],
)
def test_the_latest_planned_moment_is_local(now: str, planned: str, plan: Arrangement) -> None:
    assert plan.at is not None
    assert planned_at(datetime.fromisoformat(now), plan.at) == datetime.fromisoformat(planned)


def test_none_yet_is_due_once_the_app_has_settled(plan: Arrangement) -> None:
    assert is_due(NOW, plan, LONG_AGO)
    assert not is_due(NOW, plan, NOW - timedelta(minutes=9))
    assert is_due(NOW, plan, NOW - timedelta(minutes=10))


def test_one_a_day(plan: Arrangement) -> None:
    run_backup(plan, at=NOW)
    assert not is_due(NOW + timedelta(minutes=1), plan, LONG_AGO)
    assert not is_due(NOW + timedelta(hours=16, minutes=29), plan, LONG_AGO)
    assert is_due(NOW + timedelta(hours=16, minutes=30), plan, LONG_AGO)


def test_one_that_failed_is_tried_again_in_an_hour(plan: Arrangement) -> None:
    record_attempt(plan.database, Attempt(NOW, False, "磁盘已满"))
    assert not is_due(NOW + timedelta(minutes=59), plan, LONG_AGO)
    assert is_due(NOW + timedelta(minutes=60), plan, LONG_AGO)


def test_none_where_it_is_switched_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_BACKUP_AT", "off")
    plan = arrangement(url_of(world))
    assert not is_due(NOW, plan, LONG_AGO)
    assert daily_backup(plan, now=NOW) is None


def test_a_second_process_finds_it_done_or_going_on(plan: Arrangement) -> None:
    with turn(plan.database):
        assert daily_backup(plan, now=NOW) is None
    assert daily_backup(plan, now=NOW) is not None
    assert daily_backup(plan, now=NOW + timedelta(minutes=1)) is None
    assert len(find_backups(plan.folder, plan.database)) == 1


def test_many_processes_make_one(world: World, plan: Arrangement) -> None:
    made, together = [], threading.Barrier(4)

    def one() -> None:
        together.wait()
        made.append(daily_backup(plan, now=NOW))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in made) == 1
    assert len(find_backups(plan.folder, plan.database)) == 1


def test_the_clock_starts_a_child_that_makes_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", url_of(world))
    schedule._look(datetime.now(UTC) - timedelta(days=1))
    plan = arrangement(url_of(world))
    (found,) = find_backups(plan.folder, plan.database)
    tried = last_attempt(plan.database)
    assert tried is not None
    assert (tried.good, tried.file) == (True, found.path.name)


def test_the_clock_leaves_the_sample_and_postgresql_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(schedule, "_run", lambda *given: started.append(given))
    for url in ("", "postgresql://db.example/grid"):
        monkeypatch.setenv("GRID_DATABASE", url)
        schedule._look(LONG_AGO)
    assert started == []


def test_the_thread_looks_again_and_stops(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Semaphore(0)
    monkeypatch.setattr(schedule, "LOOK", 0.01)
    monkeypatch.setattr(schedule, "_look", lambda _started: looked.release())
    schedule.start()
    for _ in range(3):
        assert looked.acquire(timeout=10)
    (thread,) = [one for one in threading.enumerate() if one.name == "backup"]
    schedule.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_child_that_cannot_run_is_recorded(
    plan: Arrangement, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schedule.sys, "executable", "/nowhere/python")
    schedule._run("sqlite:///x", plan, "backup")
    tried = last_attempt(plan.database)
    assert tried is not None
    assert not tried.good
    assert "没能运行完" in tried.message
    assert "a backup could not be run" in caplog.text


def test_a_child_that_fails_is_in_the_log(
    world: World,
    plan: Arrangement,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("GRID_BACKUP_FOLDER", str(tmp_path / "unmounted"))
    schedule._run(url_of(world), plan, "backup")
    assert "unmounted 不存在" in caplog.text
    tried = last_attempt(plan.database)
    assert tried is not None
    assert "unmounted 不存在" in tried.message


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(schedule, "_run", lambda *given: made.append(given))
    return made


def test_begin_backup_commits(world: World, runs: list[Any]) -> None:
    admin = actor_of(world, "admin")
    begin_backup(world.engines, actor=admin, at=NOW)
    for thread in threading.enumerate():
        if thread.name == "backup-now":
            thread.join(10)
    assert [given[0] for given in runs] == [url_of(world)]
    entry = rows_of(world.engines, "audit_entry")[-1]
    assert (entry.action, entry.role, entry.subject) == ("make_backup", "admin", "world.db")


def test_begin_backup_rolls_back(world: World, runs: list[Any]) -> None:
    admin = actor_of(world, "admin")
    with rolled_back(world.engines):
        begin_backup(world.engines, actor=admin, at=NOW)
    assert runs == []


def test_only_an_administrator_may_begin_one(world: World, runs: list[Any]) -> None:
    for role in ("leader", "secretary", "worker"):
        who = actor_of(world, role, "street")
        before = dump(world.engines)
        with pytest.raises(AccessError, match="管理员"):
            begin_backup(world.engines, actor=who, at=NOW)
        assert dump(world.engines) == before
    assert runs == []


def test_none_is_begun_while_one_goes_on(world: World, runs: list[Any]) -> None:
    admin = actor_of(world, "admin")
    with (
        turn(Path(str(world.engines.url.database))),
        pytest.raises(RuleError, match="正在进行"),
    ):
        begin_backup(world.engines, actor=admin, at=NOW)
    assert runs == []


def test_missed_ones_are_counted_from_the_planned_moment(plan: Arrangement) -> None:
    run_backup(plan, at=NOW - timedelta(days=1))
    assert is_due(NOW, replace(plan, at=plan.at), LONG_AGO)
