"""``python -m data import`` with one ugly file of each kind: every count, every reason, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from data.check import check
from data.cli import main
from data.importing.kinds import KINDS
from data.schema import metadata
from tests.data.importing.taking import draw_boundaries
from tests.data.importing.ugly import UGLY, Ugly
from tests.data.importing.ugly_tables import texts
from tests.data.writes.world import World, copied, create_world, dump, rows_of


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = create_world(tmp_path_factory.mktemp("street"))
    draw_boundaries(world)
    # the codes that stand in the files: those of the world differ from run to run
    codes = {"unit": "U1 U2 U3 U4", "member": "M5 M6 M7", "volunteer": "V9 V10 V11"}
    with world.engines.write() as connection:
        for name, given in codes.items():
            table = metadata.tables[name]
            for row_id, code in enumerate(given.split(), 1):
                connection.execute(update(table).where(table.c.id == row_id).values(code=code))
    return world


@pytest.fixture
def world(street: World, tmp_path: Path) -> Iterator[World]:
    with copied(street, tmp_path) as own:
        yield own


@pytest.fixture
def run(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs the command with the file; its exit code and all it printed."""

    def run(ugly: Ugly, *more: object) -> tuple[int, str]:
        file, url = tmp_path / ugly.name, world.engines.url.render_as_string()
        file.write_bytes(ugly.content)
        if ugly.mapping:
            (tmp_path / "对应.toml").write_text(ugly.mapping, "utf-8")
            more = (*more, "--mapping", tmp_path / "对应.toml")
        arguments = ["import", ugly.kind, file, *more, "--database", url]
        code = main([str(one) for one in arguments])
        out = capsys.readouterr()
        return code, out.out + out.err

    return run


@pytest.mark.parametrize("ugly", UGLY, ids=lambda one: one.kind)
def test_an_ugly_file_of_each_kind(world: World, run: Callable[..., Any], ugly: Ugly) -> None:
    before, (new, changed, same, refused) = dump(world.engines), ugly.counts
    shown = zip(("新增", "更新", "相同", "未通过"), ugly.counts, strict=True)
    counts = "，".join(f"{word} {count} 行" for word, count in shown if count)
    assert run(ugly, "--dry-run")[0] == 1
    assert dump(world.engines) == before
    code, said = run(ugly)
    assert code == 1  # something was left out
    assert f"{ugly.name}：{counts}（第 1 次导入）" in said
    for words in ugly.said:
        assert words in said
    for table, column, values in ugly.stored:
        assert [getattr(row, column) for row in rows_of(world.engines, table)] == values
    assert check(world.engines) == []
    kept = dump(world.engines)
    again = run(ugly)[1]
    assert f"{ugly.name}：相同 {new + changed + same} 行，未通过 {refused} 行" in again
    assert "没有写入" in again
    assert dump(world.engines) == kept


def test_days_that_may_be_months_are_asked_about(world: World, run: Callable[..., Any]) -> None:
    rows = [["党员编号", "积分项目", "发生日期"], ["M5", "参加主题党日", "01/05/2026"]]
    asked = Ugly("points", "问.csv", texts(rows).encode(), (0, 0, 0, 0), (), ())
    before = dump(world.engines)
    code, said = run(asked)
    assert (code, dump(world.engines)) == (2, before)
    assert "前面是日还是月" in said
    columns = '[columns]\nmember = "党员编号"\nrule = "积分项目"\nhappened_on = "发生日期"\n'
    answer = f'kind = "points"\norder = "dmy"\n{columns}'
    assert run(replace(asked, mapping=answer))[0] == 0
    assert rows_of(world.engines, "points_entry")[0].happened_on == date(2026, 5, 1)


def test_each_kind_has_its_ugly_file() -> None:
    assert [ugly.kind for ugly in UGLY] == list(KINDS)
