"""运行状况 in words: the verdict, what it rests on, and nothing of anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from components import health_view
from components.health_view import backup_rows, errors, facts, verdict
from data.keeping.places import Arrangement, Found
from data.keeping.record import Attempt
from data.keeping.retention import Keep
from data.keeping.state import BackupState
from data.queries.condition import Health, Sessions
from data.queries.health import DatabaseHealth
from data.recent_errors import RecentError

NOW = datetime.now(UTC)
PLAN = Arrangement(
    Path("/srv/grid.db"), Path("/srv/backups"), True, (Path("/disk2"),), time(2, 30), Keep()
)
GOOD = BackupState(
    word="good",
    plan=PLAN,
    latest=Found(Path("/srv/backups/grid-20261120-023000.db"), datetime(2026, 11, 20, 2, 30)),  # noqa: DTZ001
    count=9,
    tried=Attempt(NOW, True, "已打开核对，没有不一致", "x.db", 5 * 1024 * 1024, 3.24),
    running=False,
    problems=(),
)
BACKUPS = {
    "good": GOOD,
    "never": BackupState("late", PLAN, None, 0, None, False, ("还没有任何备份",)),
    "failed": BackupState(
        "failed", PLAN, GOOD.latest, 9, Attempt(NOW, False, "磁盘已满"), False, ("磁盘已满",)
    ),
    "postgresql": BackupState("off", None, None, 0, None, False, (), "请用 pg_dump"),
}


def health(**changes: Any) -> Health:
    whole: dict[str, Any] = {
        "database": DatabaseHealth("SQLite", "3.53.4", 104 * 1024 * 1024, 1234, NOW, None),
        "schema": "0004",
        "newest_schema": "0004",
        "calendar_until": date(2026, 12, 31),
        "sessions": Sessions(5, 4, 2),
        "backups": GOOD,
        "errors": [],
        "errors_since": NOW - timedelta(hours=1),
        "problems": [],
    }
    return Health(**whole | changes)


def test_all_is_well_is_one_sentence() -> None:
    assert "一切正常" in verdict(health())


def test_every_problem_is_listed_and_escaped() -> None:
    said = verdict(health(problems=["磁盘<已满>", "日历"]))
    assert "有 2 件事需要处理" in said
    assert "<li>磁盘&lt;已满&gt;</li><li>日历</li>" in said
    assert "一切正常" not in said


def test_facts_tell_size_schema_calendar_and_logins() -> None:
    said = facts(health())
    for word in ("SQLite 3.53.4", "104.0 MB", "0004（已是最新）", "2026年12月31日", "1,234 次"):
        assert word in said
    assert "5 个登录有效（4 个账号），近 15 分钟有操作的 2 个" in said
    assert "0004（程序需要 0005）" in facts(health(newest_schema="0005"))
    assert "—" in facts(health(database=DatabaseHealth("X", "1", None, 0, None, None)))


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (None, "没有统计"),
        (NOW - timedelta(hours=1), "0 个（自"),
        (NOW - timedelta(days=3), "<dd>近一天 0 个</dd>"),
    ],
)
def test_the_count_of_errors_says_since_when(since: datetime | None, said: str) -> None:
    assert said in facts(health(errors_since=since))


def test_errors_of_one_place_are_told_together() -> None:
    at = NOW - timedelta(hours=2)
    one = RecentError(at, "components.problems", "KeyError", "pages/map.py:9")
    other = RecentError(at, "data.boot", "OSError", "")
    said = errors([one, other, one])
    assert said.count("pages/map.py:9") == 1
    assert said.index("KeyError") < said.index("OSError")
    assert "data.boot" in said


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("good", ("共 9 份，正常", "5.0 MB，用时 3.2 秒", "/disk2", "自动备份 每天 02:30")),
        ("never", ("还没有",)),
        ("failed", ("共 9 份，没有成功", "没有完成：磁盘已满")),
        ("postgresql", ("pg_dump",)),
    ],
)
def test_backups_are_told_in_plain_words(state: str, words: tuple[str, ...]) -> None:
    said = " ".join(f"{name} {text}" for name, text in backup_rows(BACKUPS[state]))
    for word in words:
        assert word in said


def test_the_button_begins_a_backup_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    said: list[str] = []
    monkeypatch.setattr(health_view, "engines", lambda: "engines")
    monkeypatch.setattr(health_view.identity, "actor", lambda surface: surface)
    monkeypatch.setattr(health_view.identity, "may", lambda *_: True)
    monkeypatch.setattr(health_view, "begin_backup", lambda *given, **_: begun.append(given))
    monkeypatch.setattr(health_view.st, "button", lambda *_, **options: not options["disabled"])
    monkeypatch.setattr(health_view.st, "html", said.append)
    monkeypatch.setattr(health_view.st, "success", said.append)
    monkeypatch.setattr(health_view, "_watch", lambda: said.append("watched"))
    health_view.show_backups(health())
    assert begun == [("engines",)]
    assert "已开始备份" in said[-2]
    assert said[-1] == "watched"
    running = BackupState("good", PLAN, GOOD.latest, 9, GOOD.tried, True, ())
    health_view.show_backups(health(backups=running))
    assert len(begun) == 1
