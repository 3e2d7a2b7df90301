"""Indicators: periods as people write them, and values that are corrected by counter-entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from data.importing.kinds.indicators import period_of
from data.writes.corrections import reverse_indicator
from tests.data.importing.taking import planned, taken, undone
from tests.data.writes.world import STAMP, World, rows_of

HEADER = ["网格", "指标", "周期", "数值", "数据来源"]
REPORT = ["第1网格", "发现并报告安全隐患", "2026-10", 4, "巡查台账"]


def reports(world: World) -> list[tuple[str, float, int | None]]:
    rows = rows_of(world.engines, "indicator_report")
    return [(row.period, row.value, row.reverses_id) for row in rows]


@pytest.mark.parametrize(
    ("cell", "every", "key"),
    [
        ("2026-10", "month", "2026-10"),
        ("2026年10月", "month", "2026-10"),
        ("２０２６年１月份", "month", "2026-01"),
        ("202603", "month", "2026-03"),
        (202603, "month", "2026-03"),
        (202603.0, "month", "2026-03"),
        (date(2026, 10, 1), "month", "2026-10"),
        (datetime(2026, 10, 1), "quarter", "2026Q4"),  # noqa: DTZ001 (as a workbook has it)
        ("2026年第四季度", "quarter", "2026Q4"),
        ("2026q3", "quarter", "2026Q3"),
        ("2026-2季度", "quarter", "2026Q2"),
        ("2026年上半年", "half_year", "2026H1"),
        ("2026年第7周", "week", "2026W07"),
        (2026, "year", "2026"),
        ("2026年度", "year", "2026"),
        ("2026-13", "month", None),
        ("2026-10", "year", None),
        ("去年", "month", None),
        ("2026年第54周", "week", None),
    ],
)
def test_periods_are_read_as_people_write_them(cell: Any, every: Any, key: str | None) -> None:
    assert period_of(cell, every) == key


def test_reports_come_in_once(town: World) -> None:
    other = ["第2网格", "hazards", "2026年10月", 0, ""]
    report = taken(town, "indicators", HEADER, [REPORT, other])
    assert report.counts["new"] == 2
    assert reports(town) == [("2026-10", 4, None), ("2026-10", 0, None)]
    assert taken(town, "indicators", HEADER, [REPORT, other]).batch_id is None
    undone(town, report)
    assert reports(town)[2:] == [("2026-10", -4, 1), ("2026-10", 0, 2)]
    assert taken(town, "indicators", HEADER, [REPORT, other]).counts["new"] == 2


def test_another_value_counters_the_first_and_undoing_enters_the_first_again(town: World) -> None:
    taken(town, "indicators", HEADER, [REPORT])
    report = taken(town, "indicators", HEADER, [[*REPORT[:3], 7, ""]])
    assert report.counts["changed"] == 1
    assert reports(town) == [("2026-10", 4, None), ("2026-10", -4, 1), ("2026-10", 7, None)]
    undone(town, report)
    assert reports(town)[3:] == [("2026-10", -7, 3), ("2026-10", 4, None)]
    assert rows_of(town.engines, "indicator_report")[4].note == "巡查台账"


def test_a_value_that_somebody_took_back_meanwhile_stays_taken_back(town: World) -> None:
    taken(town, "indicators", HEADER, [REPORT])
    report = taken(town, "indicators", HEADER, [[*REPORT[:3], 7, ""]])
    reverse_indicator(town.engines, report_id=3, reason="报错了", **STAMP)
    taken(town, "indicators", HEADER, [[*REPORT[:3], 9, ""]])
    undone(town, report)
    standing = [value for _, value, reverses in reports(town) if reverses is None]
    assert standing == [4, 7, 9]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({1: "没有的指标"}, "不认识"),
        ({0: "测试社区"}, "由网格上报"),
        ({2: "2027-01"}, "还没有到"),
        ({2: "第三季度"}, "写法不对"),
        ({3: 1.5}, "整数"),
        ({3: -1}, "不能小于 0"),
        ({3: ""}, "数值不能为空"),
        ({2: ""}, "上报周期不能为空"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    town: World, changes: dict[int, Any], words: str
) -> None:
    row = [changes.get(n, cell) for n, cell in enumerate(REPORT)]
    plan = planned(town, "indicators", HEADER, [row, REPORT])
    assert plan.states == ["refused", "new"]
    assert words in plan.reasons[0]


def test_one_period_twice_in_a_file_is_refused_the_second_time(town: World) -> None:
    plan = planned(town, "indicators", HEADER, [REPORT, [*REPORT[:2], "2026年10月", 5, ""]])
    assert plan.states == ["new", "refused"]
