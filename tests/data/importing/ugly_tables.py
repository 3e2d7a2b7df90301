"""The larger of the ugly files: a survey's boundaries, a roster, cases and services."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

from tests.data.importing.files import xlsx
from tests.data.importing.taking import IN_EAST, IN_WEST, NOWHERE

Rows = list[list[Any]]
# as workbooks hold them
JULY, MORNING = datetime(2020, 7, 1), datetime(2026, 1, 6, 9)  # noqa: DTZ001


def texts(rows: Rows, separator: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def boundaries() -> bytes:
    """A survey's layer: a unit in two rows, holes, a bow tie, a name twice, one without."""

    def square(x: float, y: float, side: float = 0.004) -> Rows:
        return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]

    def feature(code: str, name: str | None, coordinates: Any, kind: str = "Polygon") -> Any:
        facts = {"网格编码": code, "网格名称": name, "层级": "网格", "上级编码": "U2"}
        shape = {"type": kind, "coordinates": coordinates}
        return {"type": "Feature", "properties": facts, "geometry": shape}

    x, y = 112.43, 29.70
    hole = [[x + 0.001, y + 0.001], [x + 0.002, y + 0.001], [x + 0.002, y + 0.002]]
    bow = [[x, y + 0.02], [x + 0.004, y + 0.024], [x + 0.004, y + 0.02], [x, y + 0.024]]
    features = [
        feature("G-01", "滨河网格", [square(x, y)[::-1], [*hole, hole[0]]]),
        feature("G-02", "东岸网格", [[square(x + 0.01, y)]], "MultiPolygon"),
        feature("G-02", "东岸网格", [square(x + 0.02, y)]),
        feature("G-03", "交叉网格", [[*bow, bow[0]]]),
        feature("G-04", "滨河网格", [square(x, y + 0.01)]),
        feature("G-05", None, [square(x + 0.01, y + 0.01)]),
        feature("U3", "第1网格", [square(112.40, 29.70, 0.01)]),
    ]
    layer = {"type": "FeatureCollection", "features": features}
    return b"\xef\xbb\xbf" + json.dumps(layer, ensure_ascii=False).encode()


def roster() -> bytes:
    """A title, a merged community, codes with zeros in front, days in four ways."""
    rows = [
        ["测试社区党员花名册", None, None, None, None],
        [None] * 5,
        ["党员编号", "姓名", "所属网格", "党员类别", "转入日期"],
        ["007", "甲某", "第1网格", "在职党员", JULY],
        ["008", "乙某", None, "退休党员", 44931],
        ["009", "丙某", None, "青年党员", "2023年1月5日"],
        ["010", "丁某", "第2网格", "在职党员", "20230105"],
        ["010", "丁某", "第2网格", "在职党员", "2023/1/5"],
        ["M5", "王小明", "第1网格", "退休党员", "2020-07-01"],
        ["合计", "6 人", None, None, None],
    ]

    def merge(book: Any) -> None:
        sheet = book.get_worksheet_by_name("党员")
        sheet.merge_range("A1:E1", rows[0][0])
        sheet.merge_range("C4:C6", "第1网格")

    return xlsx({"党员": rows}, merge)


CASES: Rows = [
    ["12345热线工单明细", "", "", "", "", "", "", ""],
    ["工单编号", "来电时间", "办结时间", "状态", "问题类别", "标题", "经度", "纬度"],
    ["0001", "2023/1/5 下午3:20", "2023/1/6 上午9:05", "已办结", "公共设施", "灯不亮", *IN_WEST],
    ["0002", "01/25/2023 03:20:11 PM", "01/26/2023 08:00:00 AM", "办结", "路面", "坑", *IN_EAST],
    ["0003", "44931.5", "", "办理中", "公共设施", "井盖", *IN_WEST[::-1]],
    ["0004", "20230105", "", "退件", "公共设施", "门禁", *IN_WEST],
    ["0005", "2023-01-05 10:00", "", "已办结", "公共设施", "=1+1", *IN_WEST],
    ["0006", "2023-01-05 10:00", "2023-01-04 10:00", "已办结", "公共设施", "倒", *IN_WEST],
    ["0007", "2023-01-05 10:00", "2023-01-06 10:00", "已办结", "公共设施", "外地", *NOWHERE],
    ["0001", "2023-01-05 10:00", "2023-01-06 10:00", "已办结", "公共设施", "又", *IN_WEST],
]
STATES = """kind = "appeals"
[columns]
code = "工单编号"
received_at = "来电时间"
closed_at = "办结时间"
state = "状态"
category = "问题类别"
title = "标题"
lon = "经度"
lat = "纬度"
[choices.category]
"路面" = "facilities"
"""

SERVICES: Rows = [
    ["一、服务时长", None, None, None, None, None, None, None],
    ["志愿者编号", "服务项目", "开始时间", "时长（分钟）", None, "队伍", "人数", None],
    ["V9", "政策宣讲", "2026/1/5 上午9:00", "120", None, "爱心服务队", 3, None],
    ["V9", "政策宣讲", "2026/1/5 上午10:00", "60", None, None, None, None],
    ["V10", "助老助餐", MORNING, 90.0, None, None, None, None],
    ["V11", "助老助餐", 46028.375, "1,200", None, None, None, None],
    ["V99", "助老助餐", "2026-01-06 09:00", "60", None, None, None, None],
    ["V11", "下棋", "2026-01-08 09:00", "2小时", None, None, None, None],
    ["合计", None, None, 1500, None, None, None, None],
]
