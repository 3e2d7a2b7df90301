"""Setting up a street and adding units."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.check import check
from data.engines import Engines
from data.errors import RuleError
from data.method import Method
from data.method.loading import load_preset, preset_keys
from data.queries.calendar import fetch_calendar
from data.queries.methods import fetch_method_in_force
from data.writes.units import CreatedUnit, create_units, parse_unit_outline, set_up_street
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    TODAY,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

OUTLINE = [("幸福社区", ["第一网格", "第二网格"]), ("和平社区", ["第一网格"])]


def set_up(engines: Engines, method: Method, **changes: Any) -> CreatedUnit:
    given: dict[str, Any] = {"method": method, "starts_on": TODAY, "street_name": "云杉街道"}
    return set_up_street(engines, **STAMP | given | {"communities": OUTLINE} | changes)


def test_set_up_street_commits(engines: Engines, method: Method) -> None:
    street = set_up(engines, method, street_name=ODD_TEXT)
    rows = rows_of(engines, "unit")
    assert [(r.name, r.level, r.code) for r in rows] == [
        (ODD_TEXT, "street", "01"),
        ("幸福社区", "community", "01-01"),
        ("和平社区", "community", "01-02"),
        ("第一网格", "grid", "01-01-01"),
        ("第二网格", "grid", "01-01-02"),
        ("第一网格", "grid", "01-02-01"),
    ]
    assert rows[5].path == f"/{street.id}/{rows[2].id}/{rows[5].id}/"
    assert rows[1].initials == "xfsq"
    with engines.read() as connection:
        assert fetch_method_in_force(connection, TODAY).method == method
        assert not fetch_calendar(connection).is_workday(date(2026, 10, 1))
    assert revision_of(engines) == 1
    assert check(engines) == []


def test_set_up_street_rolls_back(engines: Engines, method: Method) -> None:
    with rolled_back(engines):
        set_up(engines, method)


@pytest.mark.parametrize("key", preset_keys())
def test_every_preset_can_start_a_street(engines: Engines, key: str) -> None:
    method = load_preset(key)
    set_up(engines, method)
    grids = [r for r in rows_of(engines, "unit") if r.level == method.grid_level]
    assert len(grids) == 2 + 1
    assert check(engines) == []


def test_a_street_is_set_up_once(engines: Engines, method: Method) -> None:
    first = set_up(engines, method, request_id="u-1")
    before = dump(engines)
    assert set_up(engines, method, request_id="u-1") == first
    assert dump(engines) == before
    with refused(engines, "街道名称", "已经有单位"):
        set_up(engines, method)


def test_a_community_may_wait_for_its_grids(engines: Engines, method: Method) -> None:
    set_up(engines, method, communities=[("幸福社区", [])])
    assert [r.name for r in rows_of(engines, "unit")] == ["云杉街道", "幸福社区"]


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"street_name": ""}, "街道名称", "不能为空"),
        ({"street_name": "街" * 3000}, "街道名称", "现有 3000 个字"),
        ({"communities": []}, "社区和网格", "至少写一个社区"),
        (
            {"communities": [("甲", ["乙", "乙"])]},
            "社区和网格",
            "第 3 行：“甲” 里的网格 “乙” 写了两次",
        ),
        ({"starts_on": TODAY + timedelta(days=1)}, "启用日期", "不能晚于今天"),
        ({"starts_on": date(1999, 1, 1)}, "启用日期", "不能早于 2000 年"),
    ],
)
def test_a_wrong_set_up_is_refused(
    engines: Engines, method: Method, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(engines, field, word):
        set_up(engines, method, **changes)


def test_a_method_of_too_few_levels_cannot_start_a_street(engines: Engines, method: Method) -> None:
    flat = method.model_copy(update={"grid_level": method.levels[1].key})
    with refused(engines, "工作法", "不足两级"):
        set_up(engines, flat)


def test_an_outline_is_read_by_its_indentation() -> None:
    text = "幸福社区\n  第一网格\n\t第二网格\n\n和平社区\r\n　第一网格  \n"
    assert parse_unit_outline(text) == OUTLINE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "至少写一个社区"),
        ("  第一网格", "第 1 行：网格 “第一网格” 上面还没有社区"),
        ("幸福社区\n\n幸福社区", "第 3 行：社区 “幸福社区” 写了两次"),
        ("幸福社区\n 甲\n 甲", "第 3 行：“幸福社区” 里的网格 “甲” 写了两次"),
        ("幸福社区\n " + "长" * 61, "第 2 行：名称最多 60 个字，现有 61 个字"),
    ],
)
def test_a_wrong_outline_names_its_line(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        parse_unit_outline(text)


def adding(world: World, **changes: Any) -> list[CreatedUnit]:
    given: dict[str, Any] = {"parent_id": world.units["community"], "level": "grid"}
    return create_units(world.engines, **STAMP | given | {"names": ["第三网格"]} | changes)


def test_create_units_commits(world: World) -> None:
    before = revision_of(world.engines)
    third, fourth = adding(world, names=["第三网格", "第四网格"])
    rows = rows_of(world.engines, "unit")[-2:]
    assert [r.name for r in rows] == ["第三网格", "第四网格"]
    assert rows[0].sort < rows[1].sort
    assert (third.path, fourth.path) == (rows[0].path, rows[1].path)
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_create_units_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        adding(world)


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"names": []}, "单位名称", "至少写一个"),
        ({"names": [" "]}, "单位名称", "不能为空"),
        ({"names": ["第1网格"]}, "单位名称", "已经有了"),
        ({"names": ["新网格", "新网格"]}, "单位名称", "已经有了"),
        ({"level": "village"}, "层级", "没有层级"),
        ({"level": "street"}, "层级", "须低于上级"),
        ({"parent_id": 9999}, "上级单位", "找不到"),
    ],
)
def test_wrong_units_are_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        adding(world, **changes)


def test_nothing_is_created_before_a_method_is_in_force(world: World) -> None:
    with refused(world.engines, "工作法", "还没有启用任何工作法"):
        adding(world, at=NOW.replace(year=2023))
