"""``python -m data import``, ``template`` and ``undo-import``: what they say and do."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.check import check
from data.cli import main
from data.importing.kinds import KINDS
from data.importing.mapping import load_mapping
from data.importing.sources import read_source
from tests.data.writes.world import World, create_world, dump, rows_of

Capture = pytest.CaptureFixture[str]
ROWS = "楼栋编码,楼栋名称,网格名称,户数\n0001,一号楼,第1网格,36\n0002,二号楼,第9网格,40\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return create_world(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "楼栋.csv"
    made.write_text(ROWS, "utf-8")
    return made


def run(world: World, *arguments: object) -> int:
    url = world.engines.url.render_as_string()
    return main([*map(str, arguments), "--database", url])


def test_import_says_what_went_in_and_why_the_rest_did_not(
    world: World, file: Path, capsys: Capture
) -> None:
    assert run(world, "import", "buildings", file) == 1  # something was left out
    said = capsys.readouterr().out
    assert "楼栋编码←楼栋编码" in said
    assert "第 3 行未通过：没有叫 “第9网格” 的单位" in said
    assert "新增 1 行，未通过 1 行（第 1 次导入）" in said
    assert [row.code for row in rows_of(world.engines, "building")] == ["0001"]
    assert rows_of(world.engines, "import_batch")[0].recorded_by == "命令行"
    assert check(world.engines) == []


def test_a_dry_run_writes_nothing(world: World, file: Path, capsys: Capture) -> None:
    before = dump(world.engines)
    assert run(world, "import", "buildings", file, "--dry-run") == 1
    assert "只核对，没有写入：新增 1 行" in capsys.readouterr().out
    assert dump(world.engines) == before


def test_several_files_and_the_same_one_again(
    world: World, file: Path, tmp_path: Path, capsys: Capture
) -> None:
    other = tmp_path / "又.csv"
    other.write_text("楼栋编码,楼栋名称,网格名称\n0003,三号楼,第2网格\n", "utf-8")
    assert run(world, "import", "buildings", other, other) == 0
    said = capsys.readouterr().out
    assert "新增 1 行" in said
    assert "相同 1 行。这个文件在" in said
    assert "什么也没有写入" in said
    assert len(rows_of(world.engines, "building")) == 1


def test_a_mapping_is_saved_and_used_again(
    world: World, file: Path, tmp_path: Path, capsys: Capture
) -> None:
    saved = tmp_path / "对应.toml"
    run(world, "import", "buildings", file, "--dry-run", "--save-mapping", saved)
    assert load_mapping(saved.read_text("utf-8")).columns["unit_name"] == "网格名称"
    odd = tmp_path / "怪.csv"
    odd.write_text("甲,乙,丙\n0005,五号楼,第1网格\n", "utf-8")
    saved.write_text(
        'kind = "buildings"\n[columns]\ncode = "甲"\nname = "乙"\nunit_name = "丙"\n'
        'households = "没有这一列"\n',
        "utf-8",
    )
    assert run(world, "import", "buildings", odd) == 2
    assert "还没有指明哪一列是“楼栋编码”" in capsys.readouterr().err
    assert run(world, "import", "buildings", odd, "--mapping", saved) == 0
    assert rows_of(world.engines, "building")[-1].name == "五号楼"


def test_refused_rows_are_saved_as_a_workbook(
    world: World, file: Path, tmp_path: Path, capsys: Capture
) -> None:
    report = tmp_path / "未通过.xlsx"
    run(world, "import", "buildings", file, "--report", report)
    assert "改好后可以直接再导入" in capsys.readouterr().out
    table = read_source(report.name, report.read_bytes()).tables[0]
    assert table.rows[0][:3] == ["0002", "二号楼", "第9网格"]


def test_a_template_goes_in_as_it_is(world: World, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "模板.xlsx"
    assert run(world, "template", "members", file) == 0
    assert "党员的模板已存到" in capsys.readouterr().out
    assert run(world, "import", "members", file) == 0
    assert "新增 1 行" in capsys.readouterr().out


def test_an_import_is_undone_by_its_number(world: World, file: Path, capsys: Capture) -> None:
    run(world, "import", "buildings", file)
    assert run(world, "undo-import", 1, "--reason", "导错了") == 0
    assert "已撤销第 1 次导入，涉及 1 条记录" in capsys.readouterr().out
    assert rows_of(world.engines, "building") == []
    assert run(world, "undo-import", 1, "--reason", "再来") == 2
    assert "已经撤销过" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "buildings", "没有.csv"], "请检查"),
        (["import", "buildings", "{file}", "--table", "7"], "没有第 7 个表"),
        (["import", "buildings", "{file}", "--mapping", "{file}"], "不是有效的 TOML"),
    ],
)
def test_what_cannot_be_done_is_said(
    world: World, file: Path, arguments: list[str], said: str, capsys: Capture
) -> None:
    before = dump(world.engines)
    assert run(world, *(one.format(file=file) for one in arguments)) == 2
    assert said in capsys.readouterr().err
    assert dump(world.engines) == before


def test_an_unknown_kind_is_refused_in_chinese(world: World, file: Path, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(world, "import", "nonsense", file)
    assert stopped.value.code == 2
    assert "不能写 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize("key", KINDS)
def test_help_names_every_kind(key: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    assert key in capsys.readouterr().out
