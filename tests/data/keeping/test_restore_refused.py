"""What is not restored, and that nothing is touched then."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest

from data.errors import RuleError
from data.keeping.places import checksum_file
from data.keeping.restore import restore
from data.keeping.turns import turn
from data.settings import ROOT
from tests.data.keeping.conftest import (
    STAMP,
    file_of,
    untouched,
    url_of,
)
from tests.data.writes.world import World

HOLD = """
import sys
from data.engines import open_engines
with open_engines(sys.argv[1]).read() as connection:
    connection.exec_driver_sql("SELECT count(*) FROM unit").all()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_database_that_another_process_has_open_is_not_replaced(world: World, kept: Path) -> None:
    command = [sys.executable, "-c", HOLD, url_of(world)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)
    with holder:  # idle, as an app is between two pages
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with untouched(world, "正在使用", "停止看板"):
            restore(url_of(world), kept, **STAMP)
    assert restore(url_of(world), kept, **STAMP).aside is not None


def test_not_while_a_backup_goes_on(
    world: World, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.keeping.turns.PATIENCE", 0)
    with untouched(world, "正在进行"), turn(file_of(world)):
        restore(url_of(world), kept, **STAMP)


def test_a_newer_version_is_refused(world: World, kept: Path) -> None:
    checksum_file(kept).unlink()
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with untouched(world, "比本程序新", "升级"):
        restore(url_of(world), kept, **STAMP)


def test_a_single_bit_that_flipped_is_found_by_the_checksum(world: World, kept: Path) -> None:
    content = bytearray(kept.read_bytes())
    place = content.rindex("测试街道".encode())
    content[place + 2] ^= 1
    kept.write_bytes(content)
    with untouched(world, "校验码不符"):
        restore(url_of(world), kept, **STAMP)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_refused(share: float, world: World, kept: Path) -> None:
    checksum_file(kept).unlink()
    content = kept.read_bytes()
    kept.write_bytes(content[: int(len(content) * share)])
    with untouched(world):
        restore(url_of(world), kept, **STAMP)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("买菜".encode(), "不是 SQLite 数据库文件"),
        (b"PK\x03\x04 a spreadsheet", "不是 SQLite 数据库文件"),
        (b"", "还没有表"),
        (b"SQLite format 3\x00" + b"\xff" * 9000, "损坏"),
    ],
)
def test_what_is_no_database_is_refused(
    content: bytes, words: str, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "odd.db"
    file.write_bytes(content)
    with untouched(world, words):
        restore(url_of(world), file, **STAMP)


def test_somebody_elses_database_is_refused(world: World, tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY)")
    with untouched(world, "别的系统"):
        restore(url_of(world), file, **STAMP)


def test_a_backup_at_odds_with_itself_is_only_taken_when_that_is_said(
    world: World, kept: Path
) -> None:
    checksum_file(kept).unlink()
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE points_entry SET points = 50 WHERE id = 1")
    with untouched(world, "有 1 处不一致", "封印不符", "--accept-differences"):
        restore(url_of(world), kept, **STAMP)
    done = restore(url_of(world), kept, accept_differences=True, **STAMP)
    assert [one.row_id for one in done.differences] == [1]


def test_a_file_that_is_not_there_or_is_the_database_itself(world: World, tmp_path: Path) -> None:
    with untouched(world, "找不到备份文件"):
        restore(url_of(world), tmp_path / "none.db", **STAMP)
    with untouched(world, "数据库本身"):
        restore(url_of(world), file_of(world), **STAMP)


def test_postgresql_is_told_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="pg_restore"):
        restore("postgresql://db.example/grid", tmp_path / "x.dump", **STAMP)
