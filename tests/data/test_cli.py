"""The command line: what it says, in Chinese, and the exit codes it ends with."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from data.cli import main
from data.settings import ROOT, SETTINGS
from data.startup import database_state
from tests.data.writes.test_points import points_of
from tests.data.writes.world import World, create_world

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A migrated database with a street and a ledger entry."""
    world = create_world(tmp_path)
    points_of(world)
    return world


def url_of(world: World) -> str:
    return world.engines.url.render_as_string()


def test_check_is_content_with_a_clean_database(world: World, capsys: Capture) -> None:
    assert main(["check", "--database", url_of(world)]) == 0
    assert capsys.readouterr().out == "核对完毕：没有不一致\n"


def test_check_names_a_row_altered_by_hand(world: World, capsys: Capture) -> None:
    connection = sqlite3.connect(str(world.engines.url.database))
    with connection:
        connection.execute("UPDATE points_entry SET points = 50")
    connection.close()
    assert main(["check", "--database", url_of(world)]) == 1
    said = capsys.readouterr().out
    assert said.startswith("points_entry 第 1 行：与封印不符")
    assert said.endswith("核对完毕：有 1 处不一致\n")


def test_check_uses_the_configured_database(
    world: World, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", url_of(world))
    assert main(["check"]) == 0
    assert "没有不一致" in capsys.readouterr().out


def test_check_of_a_missing_database_fails_and_makes_none(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "none.db"
    assert main(["check", "--database", f"sqlite:///{file}"]) == 2
    assert "还不存在" in capsys.readouterr().err
    assert not file.exists()


def test_migrate_makes_the_schema_and_says_when_there_is_nothing_to_do(
    tmp_path: Path, capsys: Capture
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert main(["migrate", "--database", url]) == 0
    assert "已升级到版本" in capsys.readouterr().out
    assert database_state(url).kind == "empty"
    assert main(["migrate", "--database", url]) == 0
    assert "已是最新版本" in capsys.readouterr().out


def test_migrate_leaves_a_foreign_file_alone(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "notes.db"
    file.write_text("买菜", "utf-8")
    assert main(["migrate", "--database", f"sqlite:///{file}"]) == 2
    assert "不是 SQLite" in capsys.readouterr().err
    assert file.read_text("utf-8") == "买菜"


def test_sample_refuses_a_database_in_use(world: World, capsys: Capture) -> None:
    assert main(["sample", "--database", url_of(world)]) == 2
    assert "已经有单位" in capsys.readouterr().err


def test_sample_of_an_unknown_method_is_refused(tmp_path: Path, capsys: Capture) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert main(["sample", "--database", url, "--method", "no_such"]) == 2
    assert "no_such.toml" in capsys.readouterr().err
    assert database_state(url).kind == "missing"


def test_sample_with_a_wrong_seed_in_the_settings_is_refused(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_SAMPLE_SEED", "十")
    assert main(["sample", "--database", f"sqlite:///{tmp_path / 'new.db'}"]) == 2
    assert "GRID_SAMPLE_SEED 须是整数" in capsys.readouterr().err


def test_settings_lists_every_setting(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_SAMPLE_SEED", "7")
    assert main(["settings"]) == 0
    said = capsys.readouterr().out
    for one in SETTINGS:
        assert one.name in said
        assert one.help in said
    assert "GRID_SAMPLE_SEED = 7（环境变量）" in said


@pytest.mark.parametrize("name", [one.name for one in SETTINGS if one.secret])
def test_settings_says_no_more_of_a_secret_than_that_it_is_set(
    name: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name in ("GRID_SECRET_KEY", "GRID_OIDC_SECRET")
    monkeypatch.setenv(name, "geheim")
    assert main(["settings"]) == 0
    said = capsys.readouterr().out
    assert "geheim" not in said
    assert f"{name} = （已设置，不显示）（环境变量）" in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://admin:geheim@db.example/grid",
        "postgresql://db.example/grid?password=geheim",
        "postgresql:/admin:geheim@db.example",
    ],
)
@pytest.mark.parametrize("command", ["settings", "check", "migrate"])
def test_no_command_prints_a_password(
    url: str, command: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", url)
    assert main([command]) == (0 if command == "settings" else 2)
    said = "".join(capsys.readouterr())
    assert "geheim" not in said
    assert "admin" not in said


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "缺少 命令"),
        (["dance"], "命令 不能写 'dance'"),
        (["sample"], "缺少 --database"),
        (["sample", "--database", "x", "--seed", "十"], "--seed 须是整数，现为 '十'"),
        (["check", "--database"], "--database 后面要写一个值"),
        (["settings", "--loud"], "不认识 --loud"),
    ],
)
def test_wrong_arguments_are_explained_in_chinese(
    argv: list[str], words: str, capsys: Capture
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("用法：python -m data")
    assert f"参数有误：{words}" in said


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data", "--help"], cwd=ROOT, capture_output=True, check=False
    )
    said = done.stdout.decode("utf-8")
    assert done.returncode == 0
    for command in ("sample", "check", "migrate", "settings"):
        assert command in said
