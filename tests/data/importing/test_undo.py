"""Taking an import back: whole, once, by whoever may, until something depends on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from data.check import check
from data.errors import AccessError
from data.importing.undo import undo_import
from tests import builders
from tests.data.importing.taking import taken, unit_code
from tests.data.writes.actors import actor_of
from tests.data.writes.world import NOW, STAMP, World, dump, refused, rolled_back, rows_of

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "户数"]
ROWS = [["A", "一号楼", "第1网格", 36], ["B", "二号楼", "第1网格", 48]]
WHY = {"reason": "导错了文件"}


def imported(world: World) -> int:
    batch_id = taken(world, "buildings", HEADER, ROWS).batch_id
    assert batch_id is not None
    return batch_id


def test_undo_import_commits(town: World) -> None:
    with town.engines.write() as connection:
        builders.create_building(connection, town.units["grid1"], code="OTHER")
    first = imported(town)
    later = NOW + timedelta(hours=1)
    assert undo_import(town.engines, first, **STAMP | WHY | {"at": later}) == 2
    assert [row.code for row in rows_of(town.engines, "building")] == ["OTHER"]
    (batch,) = rows_of(town.engines, "import_batch")
    assert (batch.undone_at, batch.undone_by, batch.undo_reason) == (
        later,
        "网格员甲",
        "导错了文件",
    )
    entry = rows_of(town.engines, "audit_entry")[-1]
    assert (entry.action, entry.subject_id) == ("undo_import", first)
    assert entry.after == '{"kind": "buildings", "rows": 2}'
    assert check(town.engines) == []


def test_undo_import_rolls_back(town: World) -> None:
    first = imported(town)
    with rolled_back(town.engines):
        undo_import(town.engines, first, **STAMP | WHY)


def test_an_import_is_undone_once_and_may_then_come_again(town: World) -> None:
    first = imported(town)
    undo_import(town.engines, first, **STAMP | WHY)
    with refused(town.engines, "导入", "已经撤销过"):
        undo_import(town.engines, first, **STAMP | WHY)
    again = taken(town, "buildings", HEADER, ROWS)
    assert again.counts["new"] == 2
    assert again.earlier == []


def test_an_import_that_is_not_there_is_said_to_be_missing(town: World) -> None:
    with refused(town.engines, "导入", "找不到"):
        undo_import(town.engines, 99, **STAMP | WHY)


def test_undoing_wants_a_reason(town: World) -> None:
    first = imported(town)
    with refused(town.engines, "撤销原因", "不能为空"):
        undo_import(town.engines, first, **STAMP | {"reason": " "})


# what would be left without its unit, by what it is called
DEPENDENT = {
    "楼栋 1 条": lambda c, unit, _: builders.create_building(c, unit),
    "岗位任职 1 条": lambda c, unit, _: builders.create_post(c, unit, "grid_worker"),
    "党员 1 条": lambda c, unit, _: builders.create_member(c, unit),
    "诉求 1 条": lambda c, unit, method: builders.create_appeal(c, unit, method),
    "走访记录 1 条": lambda c, unit, _: builders.create_visit(c, unit),
    "下级单位 1 条": lambda c, unit, _: builders.create_unit(c, unit, "micro_grid"),
    "服务订单 1 条": lambda c, unit, _: builders.create_order(c, unit),
}


@pytest.mark.parametrize("called", DEPENDENT)
def test_what_depends_on_a_unit_is_named_and_the_unit_stays(town: World, called: str) -> None:
    rows = [["N1", "新网格", unit_code(town, "community")]]
    report = taken(town, "units", ["编码", "名称", "上级编码"], rows)
    unit_id = rows_of(town.engines, "unit")[-1].id
    with town.engines.write() as connection:
        DEPENDENT[called](connection, unit_id, town.method_id)
    assert report.batch_id is not None
    with refused(town.engines, "导入", called):
        undo_import(town.engines, report.batch_id, **STAMP | WHY)


def test_rows_of_the_import_itself_do_not_stand_in_its_way(town: World) -> None:
    street = unit_code(town, "street")
    rows = [["C9", "九里社区", street], ["G9", "九网格", "C9"], ["W9", "九微网格", "G9"]]
    report = taken(town, "units", ["编码", "名称", "上级编码"], rows)
    before = len(rows_of(town.engines, "unit"))
    assert report.batch_id is not None
    undo_import(town.engines, report.batch_id, **STAMP | WHY)
    assert len(rows_of(town.engines, "unit")) == before - 3
    assert check(town.engines) == []


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("secretary", "grid1", True),
        ("secretary", "community", True),
        ("secretary", "grid2", False),
        ("worker", "grid1", False),
        ("leader", "grid1", False),
        ("admin", "", True),
    ],
)
def test_whoever_reaches_its_units_may_undo_it(
    town: World, role: str, unit: str, may: bool
) -> None:
    first = imported(town)
    given: dict[str, Any] = STAMP | WHY | {"actor": actor_of(town, role, unit)}
    before = dump(town.engines)
    if may:
        undo_import(town.engines, first, **given)
        assert rows_of(town.engines, "building") == []
    else:
        with pytest.raises(AccessError):
            undo_import(town.engines, first, **given)
        assert dump(town.engines) == before


def test_units_are_undone_by_the_administrator_alone(town: World) -> None:
    rows = [["N1", "新网格", unit_code(town, "community")]]
    report = taken(town, "units", ["编码", "名称", "上级编码"], rows)
    assert report.batch_id is not None
    secretary = actor_of(town, "secretary", "street")
    with pytest.raises(AccessError):
        undo_import(town.engines, report.batch_id, **STAMP | WHY | {"actor": secretary})
