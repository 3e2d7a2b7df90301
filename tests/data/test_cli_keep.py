"""backup, restore and export on the command line: what they say and how they end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.cli import main
from data.keeping.places import find_backups
from tests.data.writes.test_points import points_of
from tests.data.writes.world import World, create_world, rows_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A street, configured; its database is ``grid.db``."""
    folder = tmp_path / "srv"
    folder.mkdir()
    world = create_world(folder)
    points_of(world)
    monkeypatch.setenv("GRID_DATABASE", f"sqlite:///{folder / 'grid.db'}")
    for name in ("AT", "FOLDER", "COPY", "DAYS", "WEEKS"):
        monkeypatch.delenv(f"GRID_BACKUP_{name}", raising=False)
    yield world
    world.engines.dispose()


def file_of(world: World) -> Path:
    return Path(str(world.engines.url.database))


def test_backup_and_restore_lead_back(world: World, tmp_path: Path, capsys: Capture) -> None:
    second = tmp_path / "disk2"
    second.mkdir()
    assert main(["backup", "--copy", str(second)]) == 0
    (kept,) = find_backups(file_of(world).parent / "backups", file_of(world))
    said = capsys.readouterr().out
    assert f"已备份到 {kept.path}（" in said
    assert "已打开核对，没有不一致" in said
    assert f"另有一份：{second / kept.path.name}" in said
    points_of(world, rule_key="study")
    assert main(["restore", str(kept.path)]) == 0
    said = capsys.readouterr().out
    assert f"已恢复到 {file_of(world)}" in said
    assert "恢复前的数据库另存为" in said
    assert "请重新登录" in said
    assert len(rows_of(world.engines, "points_entry")) == 1


def test_backup_goes_where_it_is_told(world: World, tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert main(["backup", "--to", str(folder)]) == 0
    assert len(find_backups(folder, file_of(world))) == 1
    assert not (file_of(world).parent / "backups").exists()


def test_the_daily_one_is_made_once(world: World, capsys: Capture) -> None:
    assert main(["backup", "--daily"]) == 0
    assert "已备份到" in capsys.readouterr().out
    assert main(["backup", "--daily"]) == 0
    assert capsys.readouterr().out == "今天的备份已经有了，或正在进行\n"
    assert len(find_backups(file_of(world).parent / "backups", file_of(world))) == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["backup", "--to", "/nowhere/at/all"], "不存在"),
        (["backup", "--database", "postgresql://u:geheim@db/grid"], "pg_dump"),
        (["restore", "/nowhere/at/all.db"], "找不到备份文件"),
        (["restore", "x.db", "--database", "postgresql://u:geheim@db/grid"], "pg_restore"),
        (["export", "people", "--database", "sqlite:////nowhere/x.db"], "还不存在"),
        (["export", "horses"], "没有“horses”这一类，可写 units（单位和边界）"),
        (["export", "units", "--format", "pdf"], "没有“pdf”这种格式"),
        (["export", "units", "--unit", "X-9"], "没有编码为 X-9 的单位"),
        (["export", "members", "--format", "geojson"], "只有“单位和边界”"),
    ],
)
def test_what_cannot_be_done_is_explained(
    argv: list[str], words: str, world: World, capsys: Capture, tmp_path: Path
) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert "geheim" not in said.err


@pytest.mark.parametrize("form", ["xlsx", "csv", "geojson"])
def test_export_writes_a_file(form: str, world: World, tmp_path: Path, capsys: Capture) -> None:
    assert main(["export", "units", "--format", form, "--to", str(tmp_path)]) == 0
    (file,) = tmp_path.glob(f"单位和边界_全部单位_*.{form}")
    assert capsys.readouterr().out == f"已导出 4 行到 {file}\n"
    content = file.read_bytes()
    if form == "geojson":
        assert len(json.loads(content)["features"]) == 4
    else:
        assert content.startswith({"xlsx": b"PK", "csv": b"\xef\xbb\xbf"}[form])
    entry = rows_of(world.engines, "audit_entry")[-1]
    assert (entry.action, entry.role, entry.surface) == ("export_kind", "system", "cli")


def test_export_of_a_unit_is_that_and_below(world: World, tmp_path: Path, capsys: Capture) -> None:
    code = next(row.code for row in rows_of(world.engines, "unit") if row.name == "第1网格")
    target = tmp_path / "members.csv"
    argv = ["export", "members", "--unit", code, "--format", "csv", "--to", str(target)]
    assert main(argv) == 0
    assert capsys.readouterr().out == f"已导出 3 行到 {target}\n"
    other = next(row.code for row in rows_of(world.engines, "unit") if row.name == "第2网格")
    argv[3] = other
    assert main(argv) == 0
    assert capsys.readouterr().out == f"已导出 0 行到 {target}\n"
