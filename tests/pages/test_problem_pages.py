"""A database that cannot be used: every address says in Chinese what is wrong and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from components.navigation import PAGES, PageEntry
from data.engines import open_engines
from data.migrate import upgrade
from tests.pages.conftest import configure
from tests.pages.driver import notice, open_page, page_links, settle


def write_text(file: Path) -> str:
    file.write_text("这不是数据库", encoding="utf-8")
    return f"sqlite:///{file}"


def other_tables(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        connection.execute("create table customers (id integer)")
    connection.close()
    return f"sqlite:///{file}"


def newer_schema(file: Path) -> str:
    url = f"sqlite:///{file}"
    upgrade(url)
    set_version(url, "9999_from_tomorrow")
    return url


def set_version(url: str, version: str) -> str:
    """Write the schema's revision and return the one it was."""
    with open_engines(url).writer.begin() as connection:
        was = connection.scalar(text("select version_num from alembic_version"))
        connection.execute(text("update alembic_version set version_num = :v"), {"v": version})
    return str(was)


def no_server(file: Path) -> str:
    return "postgresql://grid:secret-word@127.0.0.1:9/grid"


def a_folder(file: Path) -> str:
    file.mkdir()
    return f"sqlite:///{file}"


def no_address(file: Path) -> str:
    return "grid.db"


KINDS: dict[str, tuple[Callable[[Path], str], str]] = {
    "a text file": (write_text, "不是 SQLite 数据库文件"),
    "another system's tables": (other_tables, "别的系统的表"),
    "a newer schema": (newer_schema, "比本程序新"),
    "no server": (no_server, "请"),
    "a folder": (a_folder, "是文件夹"),
    "not an address": (no_address, "数据库地址的写法不对"),
}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
@pytest.mark.parametrize("kind", KINDS)
def test_every_address_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, entry: PageEntry
) -> None:
    make, words = KINDS[kind]
    configure(monkeypatch, make(tmp_path / "grid.db"))
    page = open_page(entry)
    assert not page.exception
    title, said = notice(page)
    assert title == "暂时不能使用"
    assert words in said
    assert len(page_links(page)) == 0


def test_the_database_password_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, no_server(tmp_path))
    assert "secret-word" not in "".join(notice(open_page("总览")))


def test_a_foreign_file_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "grid.db"
    configure(monkeypatch, write_text(file))
    open_page("总览")
    assert file.read_text(encoding="utf-8") == "这不是数据库"
    assert [p.name for p in tmp_path.iterdir()] == ["grid.db"]


def test_a_database_from_a_newer_release_is_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = configure(monkeypatch, newer_schema(tmp_path / "grid.db"))
    open_page("总览")
    assert set_version(url, "unchanged") == "9999_from_tomorrow"


def test_checking_again_opens_a_mended_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'grid.db'}"
    upgrade(url)
    right = set_version(url, "9999_from_tomorrow")
    configure(monkeypatch, url)
    page = open_page("总览")
    set_version(url, right)
    page.button(key="problem_retry").click().run()
    assert settle().kind == "empty"
    assert notice(page.run())[0] == "还没有管理员"


def test_checking_again_repeats_what_is_still_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, write_text(tmp_path / "grid.db"))
    page = open_page("总览")
    page.button(key="problem_retry").click().run()
    settle()
    assert "不是 SQLite 数据库文件" in notice(page.run())[1]
