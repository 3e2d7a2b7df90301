"""Check-ups entered part by part."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.check import check
from data.method.loading import load_preset
from data.writes.checkup_parts import PARTS, RecordedPart, record_checkup_part
from tests.builders import create_method
from tests.data.writes.test_checkups import checkup_of
from tests.data.writes.world import (
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def part_of(world: World, **changes: Any) -> RecordedPart:
    given: dict[str, Any] = {
        "member_id": world.members[0],
        "quarter": "2026Q3",
        "part": "self",
        "score": 90,
        "checked_on": date(2026, 9, 25),
    }
    return record_checkup_part(world.engines, **STAMP | given | changes)


def test_record_checkup_part_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = part_of(world)
    (row,) = rows_of(world.engines, "checkup_part")
    assert (row.id, row.part, row.score) == (recorded.id, "self", 90)
    assert row.unit_id == world.units["grid1"]
    assert (recorded.missing, recorded.total) == (("democratic", "organisation"), None)
    assert rows_of(world.engines, "checkup") == []
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_checkup_part_rolls_back(world: World) -> None:
    part_of(world)
    part_of(world, part="democratic")
    with rolled_back(world.engines):
        part_of(world, part="organisation")


def test_the_third_part_makes_the_check_up_in_any_order(world: World) -> None:
    part_of(world, part="organisation", score=70, checked_on=date(2026, 9, 28))
    part_of(world)
    last = part_of(world, part="democratic", score=80, checked_on=date(2026, 9, 26))
    assert (last.missing, last.total) == ((), 90 * 0.1 + 80 * 0.4 + 70 * 0.5)
    (row,) = rows_of(world.engines, "checkup")
    assert (row.self_score, row.democratic_score, row.organisation_score) == (90, 80, 70)
    assert (row.self_weight, row.democratic_weight, row.organisation_weight) == (10, 40, 50)
    assert (row.quarter, row.checked_on, row.published_on) == ("2026Q3", date(2026, 9, 28), None)
    assert check(world.engines) == []


def test_a_repeated_request_records_one_part_and_one_check_up(world: World) -> None:
    part_of(world)
    part_of(world, part="democratic")
    first = part_of(world, part="organisation", request_id="k-1")
    before = dump(world.engines)
    assert part_of(world, part="organisation", request_id="k-1") == first
    assert dump(world.engines) == before


def test_a_part_is_recorded_once_and_none_beside_a_whole_check_up(world: World) -> None:
    code = rows_of(world.engines, "member")[0].code
    part_of(world)
    with refused(world.engines, "体检部分", code, "党员自评已经记过", "请先冲正"):
        part_of(world)
    checkup_of(world, member_id=world.members[1])
    with refused(world.engines, "季度", "已有体检记录"):
        part_of(world, member_id=world.members[1])


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"member_id": 9999}, "党员", "找不到"),
        ({"part": "public"}, "体检部分", "从列表里选择"),
        ({"part": "", "score": 1}, "体检部分", "还没有选"),
        ({"score": 100.5}, "党员自评", "0 至 100"),
        ({"part": "democratic", "score": -1}, "民主测评", "0 至 100"),
        ({"quarter": "三季度"}, "季度", "应如 2026Q3"),
        ({"quarter": "2026Q4"}, "季度", "早于 2026Q4"),
        ({"checked_on": date(2027, 1, 1)}, "体检日期", "晚于今天"),
        ({"checked_on": date(2020, 1, 1), "quarter": "2020Q1"}, "体检日期", "还没有加入"),
    ],
)
def test_a_wrong_part_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        part_of(world, **changes)


def test_a_method_without_checkups_takes_no_part(world: World) -> None:
    with world.engines.write() as connection:
        create_method(connection, load_preset("duerping_points"), date(2026, 9, 1))
    with refused(world.engines, "体检", "没有党性体检"):
        part_of(world)


def test_the_parts_are_those_a_method_weighs() -> None:
    scheme = load_preset("quannan_1234").checkup
    assert scheme is not None
    assert {p.key for p in scheme.parts} == set(PARTS)
