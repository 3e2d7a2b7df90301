"""Indicators reported by period."""

from __future__ import annotations

from typing import Any

import pytest

from data.check import check
from data.writes.indicators import RecordedIndicator, record_indicator
from tests.builders import create_method
from tests.data.writes.world import (
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


def report_of(world: World, **changes: Any) -> RecordedIndicator:
    given: dict[str, Any] = {
        "unit_id": world.units["grid1"],
        "indicator_key": "hazards",
        "period": "2026-11",
        "value": 3,
    }
    return record_indicator(world.engines, **STAMP | given | changes)


def test_record_indicator_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = report_of(world, source=ODD_TEXT)
    (row,) = rows_of(world.engines, "indicator_report")
    assert (row.id, row.value, row.period) == (recorded.id, 3, "2026-11")
    assert (row.indicator_name, row.measure) == ("发现并报告安全隐患", "处")
    assert (row.note, row.method_id) == (ODD_TEXT, world.method_id)
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_indicator_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        report_of(world)


def test_a_repeated_request_reports_once(world: World) -> None:
    first = report_of(world, request_id="i-1")
    before = dump(world.engines)
    assert report_of(world, request_id="i-1") == first
    assert dump(world.engines) == before


def test_a_period_takes_one_report_and_zero_is_one(world: World) -> None:
    report_of(world, value=0)
    with refused(world.engines, "上报周期", "2026年11月", "已经报过 0处", "请先冲正"):
        report_of(world)
    report_of(world, period="2026-10")
    report_of(world, unit_id=world.units["grid2"])
    report_of(world, indicator_key="policy_talks")


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"unit_id": 9999}, "单位", "找不到"),
        ({"unit_id": 2}, "单位", "由网格上报，测试社区不是网格"),
        ({"indicator_key": "income"}, "指标", "从列表里选择"),
        ({"period": "11月"}, "上报周期", "应如 2026-11"),
        ({"period": "2026-12"}, "上报周期", "还没有到"),
        ({"value": -1}, "发现并报告安全隐患", "不能小于 0"),
        ({"value": 1.5}, "发现并报告安全隐患", "须填整数"),
        ({"indicator_key": "policy_talks", "value": 201}, "政策宣传", "不能大于 200"),
        ({"source": "长" * 501}, "数据来源", "最多 500 个字"),
    ],
)
def test_a_wrong_report_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        report_of(world, **changes)


def test_a_method_without_indicators_takes_none(world: World) -> None:
    with world.engines.write() as connection:
        create_method(connection, world.method.model_copy(update={"indicators": []}), TODAY)
    with refused(world.engines, "指标", "没有列出上报指标"):
        report_of(world)
