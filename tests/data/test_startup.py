"""What stands at a database URL, and what people are told about it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from data import startup
from data.engines import open_engines
from data.migrate import upgrade
from data.startup import DatabaseState, database_state
from tests.builders import create_unit


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "grid.db"


def state_of(file: Path) -> DatabaseState:
    return database_state(f"sqlite:///{file}")


def migrated(file: Path) -> None:
    upgrade(f"sqlite:///{file}")


def set_revision(file: Path, revision: str) -> None:
    with open_engines(f"sqlite:///{file}").writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_a_file_that_is_not_there_is_missing_and_stays_so(file: Path) -> None:
    state = state_of(file)
    assert state.kind == "missing"
    assert str(file) in state.message
    assert not file.exists()


def test_an_empty_file_is_missing_its_tables(file: Path) -> None:
    file.touch()
    assert state_of(file).kind == "missing"


def test_a_database_without_tables_is_missing_them(file: Path) -> None:
    sqlite3.connect(file).execute("VACUUM").connection.close()
    assert state_of(file).kind == "missing"


def test_our_schema_without_a_unit_is_empty(file: Path) -> None:
    migrated(file)
    state = state_of(file)
    assert state.kind == "empty"
    assert "初始设置" in state.message


def test_our_schema_with_a_unit_is_ready(file: Path) -> None:
    migrated(file)
    with open_engines(f"sqlite:///{file}").write() as connection:
        create_unit(connection)
    assert state_of(file).kind == "ready"


def test_a_file_of_another_kind_is_foreign_and_left_alone(file: Path) -> None:
    file.write_text("姓名,电话\n", "utf-8")
    state = state_of(file)
    assert (state.kind, file.read_text("utf-8")) == ("foreign", "姓名,电话\n")
    assert "不是 SQLite" in state.message


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE orders (id INTEGER)"],
        ["CREATE TABLE unit (id INTEGER)", "CREATE TABLE revision (id INTEGER)"],
        [
            "CREATE TABLE orders (id INTEGER)",
            "CREATE TABLE alembic_version (version_num TEXT)",
            "INSERT INTO alembic_version VALUES ('0001')",
        ],
    ],
)
def test_tables_of_another_system_are_foreign(file: Path, statements: list[str]) -> None:
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    assert state_of(file).kind == "foreign"


def test_a_schema_from_a_later_program_is_newer(file: Path) -> None:
    migrated(file)
    set_revision(file, "9999")
    state = state_of(file)
    assert state.kind == "newer"
    assert "9999" in state.message


def test_a_schema_from_an_earlier_program_is_outdated(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(file)
    monkeypatch.setattr(startup, "head_revision", lambda: "0002")
    state = state_of(file)
    assert state.kind == "outdated"
    assert "python -m data migrate" in state.message


def test_a_damaged_file_is_unreachable(file: Path) -> None:
    migrated(file)
    open_engines(f"sqlite:///{file}").dispose()
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 5000)
    state = state_of(file)
    assert state.kind == "unreachable"
    assert "损坏" in state.message


def test_a_folder_is_unreachable(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    assert (state.kind, "文件夹" in state.message) == ("unreachable", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_unreachable(file: Path) -> None:
    migrated(file)
    file.chmod(0)
    assert state_of(file).kind == "unreachable"


@pytest.mark.parametrize("url", ["", "grid.db", "oracle+nothing://x/y", "sqlite://"])
def test_an_address_that_cannot_be_used_is_unreachable(url: str) -> None:
    state = database_state(url)
    assert state.kind == "unreachable"
    assert "GRID_DATABASE" in state.message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://admin:geheim@127.0.0.1:1/grid",
        "postgresql://127.0.0.1:1/grid?user=admin&password=geheim",
        "mysql://admin:geheim@127.0.0.1/grid",
        "sqlite:////no/such/folder/geheim.db?password=geheim2",
        "postgresql:/admin:geheim@127.0.0.1",
    ],
)
def test_no_message_repeats_a_password(url: str) -> None:
    state = database_state(url)
    assert state.kind in ("unreachable", "missing")
    assert "admin" not in state.message
    assert "geheim" not in state.message.replace("geheim.db", "")
