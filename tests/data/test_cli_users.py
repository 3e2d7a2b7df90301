"""Accounts from the command line, and the first way in."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import pytest

from data import boot, cipher, setup_code
from data.check import check
from data.cli import main
from data.errors import RuleError
from data.sample import accounts as demo
from tests.data.writes.world import World, create_world, dump, rows_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return create_world(tmp_path)


def run(world: World, *words: str) -> int:
    return main(["user", *words, "--database", world.engines.url.render_as_string()])


def test_an_administrator_is_added_and_the_password_shown_once(
    world: World, capsys: Capture
) -> None:
    assert run(world, "add", "wang", "--name", "王主任") == 0
    said = capsys.readouterr().out
    password = said.strip().rpartition("：")[2]
    assert len(password) == 19
    assert password not in str(dump(world.engines))
    assert [(r.role, r.unit_id) for r in rows_of(world.engines, "account_grant")] == [
        ("admin", None)
    ]
    assert check(world.engines) == []


def test_accounts_are_listed_with_their_roles(world: World, capsys: Capture) -> None:
    run(world, "list")
    assert "还没有账号" in capsys.readouterr().out
    run(world, "add", "wang", "--name", "王主任")
    unit = rows_of(world.engines, "unit")[2].code
    assert run(world, "add", "li", "--name", "李", "--role", "worker", "--unit", unit) == 0
    assert run(world, "grant", "li", "--role", "secretary", "--unit", unit) == 0
    assert run(world, "revoke", "li", "--role", "worker", "--unit", unit) == 0
    assert run(world, "disable", "li") == 0
    capsys.readouterr()
    assert run(world, "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "li　李（已停用）　书记/社区·第1网格",
        "wang　王主任　管理员·全部单位",
    ]
    assert run(world, "enable", "li") == 0


def test_a_password_is_read_from_a_pipe(
    world: World, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(world, "add", "wang", "--name", "王主任")
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    capsys.readouterr()
    assert run(world, "password", "wang", "--ask") == 0
    assert "correct" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("password", "nobody"), "没有账号 nobody"),
        (("add", "li", "--name", "李", "--role", "worker"), "须选一个单位"),
        (("add", "li", "--name", "李", "--unit", "X-1", "--role", "worker"), "没有编码为 X-1"),
        (("add", "li", "--name", "李", "--role", "king"), "没有所选的角色"),
        (("revoke", "wang", "--role", "worker"), "没有这个角色"),
        (("disable", "wang"), "至少要留一位"),
    ],
)
def test_what_cannot_be_done_is_explained(
    world: World, capsys: Capture, words: tuple[str, ...], said: str
) -> None:
    run(world, "add", "wang", "--name", "王主任")
    assert run(world, *words) == 2
    assert said in capsys.readouterr().err


def test_a_missing_database_is_not_made(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "none.db"
    assert main(["user", "list", "--database", f"sqlite:///{file}"]) == 2
    assert "还不存在" in capsys.readouterr().err
    assert not file.exists()


def test_a_key_is_made_and_never_shown_by_settings(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["key"]) == 0
    key = capsys.readouterr().out.strip().removeprefix("GRID_SECRET_KEY=")
    monkeypatch.setenv("GRID_SECRET_KEY", key)
    assert cipher.open_text(cipher.seal_text("13800000000")) == "13800000000"
    main(["settings"])
    assert key not in capsys.readouterr().out


def test_a_key_can_be_replaced_and_a_lost_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = cipher.new_key(), cipher.new_key()
    monkeypatch.setenv("GRID_SECRET_KEY", old)
    sealed = cipher.seal_text("13800000000")
    monkeypatch.setenv("GRID_SECRET_KEY", f"{new}, {old}")
    assert cipher.open_text(sealed) == "13800000000"
    monkeypatch.setenv("GRID_SECRET_KEY", new)
    with pytest.raises(RuleError, match="另一把密钥"):
        cipher.open_text(sealed)
    monkeypatch.setenv("GRID_SECRET_KEY", "not a key")
    with pytest.raises(RuleError, match="写法不对"):
        cipher.seal_text("1")


def test_only_the_sample_makes_its_own_key_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRID_SECRET_KEY", raising=False)
    monkeypatch.delenv("GRID_DATABASE", raising=False)
    monkeypatch.setattr(cipher, "SAMPLE_FILE", tmp_path / "sample.db")
    assert cipher.open_text(cipher.seal_text("1")) == "1"
    assert stat.S_IMODE((tmp_path / "sample.key").stat().st_mode) == 0o600
    monkeypatch.setenv("GRID_DATABASE", "sqlite:////srv/grid.db")
    with pytest.raises(RuleError, match="还没有设置加密密钥"):
        cipher.seal_text("1")


def welcome(world: World, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    monkeypatch.delenv("GRID_DATABASE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    boot._welcome(world.engines.url.render_as_string())


def test_the_console_shows_a_code_while_nobody_can_log_in(
    world: World, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = world.engines.url.render_as_string()
    welcome(world, monkeypatch, GRID_DATABASE=url)
    code = capsys.readouterr().out.strip().rpartition("：")[2]
    assert setup_code.matches(code)
    run(world, "add", "wang", "--name", "王主任")
    capsys.readouterr()
    welcome(world, monkeypatch, GRID_DATABASE=url)
    assert capsys.readouterr().out == ""


def test_demo_accounts_exist_in_the_sample_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = world.engines.url.render_as_string()
    welcome(world, monkeypatch, GRID_DATABASE=url)
    assert rows_of(world.engines, "account") == []
    for _ in range(2):
        welcome(world, monkeypatch)
    found: list[Any] = rows_of(world.engines, "account")
    assert [(r.login, r.is_demo, r.password_hash) for r in found] == [
        (login, 1, "!") for login, *_ in demo.DEMO
    ]
