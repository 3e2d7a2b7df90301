"""Recording quarterly check-ups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.method.loading import load_preset
from data.writes.checkups import RecordedCheckup, record_checkup
from tests.builders import create_method
from tests.data.writes.world import (
    STAMP,
    TODAY,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def checkup_of(world: World, **changes: Any) -> RecordedCheckup:
    given: dict[str, Any] = {
        "member_id": world.members[0],
        "quarter": "2026Q3",
        "self_score": 90,
        "democratic_score": 80,
        "organisation_score": 70,
        "checked_on": date(2026, 9, 25),
        "published_on": date(2026, 9, 30),
    }
    return record_checkup(world.engines, **STAMP | given | changes)


def test_record_checkup_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = checkup_of(world)
    (row,) = rows_of(world.engines, "checkup")
    assert recorded.total == 90 * 0.1 + 80 * 0.4 + 70 * 0.5
    assert (row.id, row.member_id, row.unit_id) == (
        recorded.id,
        world.members[0],
        world.units["grid1"],
    )
    assert (row.self_weight, row.democratic_weight, row.organisation_weight) == (10, 40, 50)
    assert (row.method_id, row.published_on) == (world.method_id, date(2026, 9, 30))
    assert revision_of(world.engines) == before + 1


def test_record_checkup_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        checkup_of(world)


def test_a_repeated_request_records_one_checkup(world: World) -> None:
    first = checkup_of(world, request_id="c-1")
    before = dump(world.engines)
    assert checkup_of(world, request_id="c-1") == first
    assert dump(world.engines) == before


def test_a_quarter_is_checked_once(world: World) -> None:
    checkup_of(world)
    with refused(world.engines, "季度", "每季度只记一次"):
        checkup_of(world)
    checkup_of(world, quarter="2026Q2")


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"member_id": 9999}, "党员", "找不到"),
        ({"quarter": "2026年三季度"}, "季度", "应如 2026Q3"),
        ({"quarter": "2026Q4"}, "季度", "早于 2026Q4"),
        ({"democratic_score": 101}, "民主测评", "0 至 100"),
        ({"self_score": -1}, "党员自评", "0 至 100"),
        ({"checked_on": TODAY + timedelta(days=1), "quarter": "2026Q4"}, "体检日期", "晚于今天"),
        ({"published_on": TODAY + timedelta(days=1)}, "公布日期", "不能晚于今天"),
        ({"published_on": date(2026, 9, 1)}, "公布日期", "不能早于体检日期"),
    ],
)
def test_a_wrong_checkup_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        checkup_of(world, **changes)


def test_a_method_without_checkups_takes_none(world: World) -> None:
    plain = load_preset("duerping_points")
    assert plain.checkup is None
    with world.engines.write() as connection:
        create_method(connection, plain, date(2026, 9, 1))
    with refused(world.engines, "体检", "没有党性体检"):
        checkup_of(world)
