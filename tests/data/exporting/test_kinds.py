"""Exports of kinds: the columns of the import, of one's own units, and always told to the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import AccessError, RuleError
from data.exporting.kinds import ROWS, export_file, export_kind, notes_of
from data.importing.kinds import KINDS
from tests.data.writes.actors import actor_of
from tests.data.writes.test_points import points_of, reversal_of
from tests.data.writes.world import (
    NOW,
    STAMP,
    World,
    copied,
    create_world,
    dump,
    rolled_back,
    rows_of,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    return create_world(tmp_path_factory.mktemp("out"))


@pytest.fixture
def world(made: World, tmp_path: Path) -> Iterator[World]:
    with copied(made, tmp_path) as world:
        yield world


def path_of(world: World, unit: str) -> str:
    return next(row.path for row in rows_of(world.engines, "unit") if row.id == world.units[unit])


@pytest.mark.parametrize("kind", ROWS)
def test_columns_are_the_labels_of_the_import(kind: str, world: World) -> None:
    found = export_kind(world.engines, kind=kind, **STAMP)
    assert list(found.columns) == [one.label for one in KINDS[kind].fields]


def test_export_kind_commits(world: World) -> None:
    export_kind(world.engines, kind="members", path=path_of(world, "grid1"), **STAMP)
    entry = rows_of(world.engines, "audit_entry")[-1]
    assert (entry.action, entry.subject) == ("export_kind", f"{path_of(world, 'grid1')} 党员")
    assert json.loads(entry.after) == {"rows": 3}


def test_export_kind_rolls_back(world: World) -> None:
    """Without its entry in the log there is no export."""
    with rolled_back(world.engines):
        export_kind(world.engines, kind="members", **STAMP)


def test_each_export_is_told_to_the_log(world: World) -> None:
    for _ in range(2):
        export_kind(world.engines, kind="people", **STAMP)
    told = [row.action for row in rows_of(world.engines, "audit_entry")]
    assert told.count("export_kind") == 2


def test_only_what_is_below_the_unit_goes_out(world: World) -> None:
    for unit, members in (("street", 3), ("grid1", 3), ("grid2", 0)):
        found = export_kind(world.engines, kind="members", path=path_of(world, unit), **STAMP)
        assert len(found) == members
    units = export_kind(world.engines, kind="units", path=path_of(world, "community"), **STAMP)
    assert units["单位名称"].tolist() == ["测试社区", "第1网格", "第2网格"]
    assert units["上级单位"].tolist() == ["测试街道", "测试社区", "测试社区"]


@pytest.mark.parametrize(
    ("role", "unit", "asked", "may"),
    [
        ("admin", "street", "street", True),
        ("leader", "community", "grid1", False),
        ("secretary", "community", "community", True),
        ("secretary", "grid1", "grid2", False),
        ("secretary", "grid1", "street", False),
        ("worker", "grid1", "grid1", False),
    ],
)
def test_names_go_out_only_to_those_who_may(
    role: str, unit: str, asked: str, may: bool, world: World
) -> None:
    who, path = actor_of(world, role, unit), path_of(world, asked)
    if may:
        export_kind(world.engines, kind="members", path=path, actor=who, at=NOW)
        return
    before = dump(world.engines)
    with pytest.raises(AccessError):
        export_kind(world.engines, kind="members", path=path, actor=who, at=NOW)
    assert dump(world.engines) == before


def test_what_was_taken_back_does_not_go_out(world: World) -> None:
    kept = points_of(world, rule_key="study")[0]
    reversal_of(world, points_of(world)[0].id)
    found = export_kind(world.engines, kind="points", **STAMP)
    assert found["分值"].tolist() == [kept.points]


def test_the_notes_tell_scope_time_and_every_column(world: World) -> None:
    found = export_kind(world.engines, kind="members", **STAMP)
    told = notes_of("members", found, "第1网格", NOW + timedelta(minutes=5))
    assert ("范围", "第1网格") in told
    assert ("数据截至", "2026-11-20 10:05") in told
    assert any(item == "个人信息" for item, _ in told)
    columns = [item.removeprefix("列：") for item, _ in told if item.startswith("列：")]
    assert columns == list(found.columns)
    calendar = export_kind(world.engines, kind="calendar", **STAMP)
    assert not any(item == "个人信息" for item, _ in notes_of("calendar", calendar, "", NOW))


def test_only_units_are_geojson(world: World) -> None:
    found = export_kind(world.engines, kind="calendar", **STAMP)
    with pytest.raises(RuleError, match="单位和边界"):
        export_file("calendar", found, "geojson", "", NOW)
    with pytest.raises(KeyError):
        export_kind(world.engines, kind="horses", **STAMP)
