"""Rows of a file of cases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from data.scope import Scope
from tests.data.importing.taking import IN_WEST, Lines
from tests.data.writes.world import NOW

HEADER = [
    "工单编号",
    "受理时间",
    "签收时间",
    "办结时间",
    "状态",
    "诉求类别",
    "标题",
    "经度",
    "纬度",
]
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SCOPE = Scope("/", START, END, NOW)


def line(number: int, **values: Any) -> list[Any]:
    """A row of HEADER: closed on time in the west, unless told otherwise."""
    row = {
        "工单编号": f"GD-{number:04d}",
        "受理时间": "2026-03-02 09:00",
        "签收时间": "2026-03-02 10:00",
        "办结时间": "2026-03-04 17:00:00",
        "状态": "已办结",
        "诉求类别": "公共设施",
        "标题": f"路灯不亮 {number}",
        "经度": IN_WEST[0],
        "纬度": IN_WEST[1],
    }
    return [(row | values)[name] for name in HEADER]


def without(*names: str) -> tuple[list[str], Lines]:
    """The file of four cases without some columns: two closed, one under way, one just in."""
    rows = [
        line(1),
        line(2),
        line(3, 状态="办理中", 办结时间=None),
        line(4, 状态="待受理", 签收时间=None, 办结时间=None),
    ]
    keep = [n for n, name in enumerate(HEADER) if name not in names]
    return [HEADER[n] for n in keep], [[row[n] for n in keep] for row in rows]
