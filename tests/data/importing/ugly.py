"""One ugly file of each kind, as street offices really send them, and what comes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.data.importing.files import xls, xlsx
from tests.data.importing.taking import IN_EAST, IN_WEST
from tests.data.importing.ugly_tables import (
    CASES,
    SERVICES,
    STATES,
    boundaries,
    roster,
    texts,
)


@dataclass(frozen=True)
class Ugly:
    """A file, what the command says of it, and what comes of its rows.

    ``counts``: rows new, changed, same and refused.  ``said``: among what is printed.
    ``stored``: what is in the database afterwards, by table and column.
    """

    kind: str
    name: str
    content: bytes
    counts: tuple[int, int, int, int]
    said: tuple[str, ...]
    stored: tuple[tuple[str, str, list[Any]], ...]
    mapping: str = ""


UGLY = [
    Ugly(
        "units",
        "边界.geojson",
        boundaries(),
        (3, 1, 0, 3),
        (
            "第 2、3 个要素编码相同",
            "与第 5 个要素同名",
            "第 4 行未通过：边界：边界与自己相交",
            "第 6 行未通过：新增的单位要有单位名称",
        ),
        (("unit", "code", ["U1", "U2", "U3", "U4", "G-01", "G-02"]),),
    ),
    Ugly(
        "buildings",
        "楼栋台账.csv",
        texts(
            [
                ["测试街道楼栋台账", "", "", "", "", ""],
                ["", "", "", "", "", ""],
                ["楼栋编码", "楼栋名称", "所属网格", "户数", "经度", "纬度"],
                ["0012", "一号楼", "测试社区/第1网格", "36户", *IN_WEST],
                ["0013", "二号楼", "第1网格", "1,036", *IN_WEST[::-1]],
                ["0014", "=三号楼", "第2网格", "４８", *IN_EAST],
                ["0015", "四号楼", "第9网格", "5", *IN_EAST],
                ["合计", "", "", "100", "", ""],
            ]
        ).encode("gb18030"),
        (1, 0, 0, 3),
        (
            "第 8 行是合计行",
            "“36户”带单位“户”",
            "第 5 行未通过：这个坐标不在",
            "没有叫 “第9网格” 的单位",
        ),
        (
            ("building", "code", ["0014"]),
            ("building", "name", ["=三号楼"]),
            ("building", "households", [48]),
        ),
    ),
    Ugly(
        "people",
        "岗位.xls",
        xls(
            {
                "岗位": [
                    ["网格岗位人员表", None, None, None],
                    ["单位名称", "岗位", "姓名", "任职日期"],
                    ["第1网格", "专职网格员", "张三", ("date", 45000)],
                    [None, "专职网格员", "李四", 20240105],
                    ["第2网格", "专职网格员", "王五", "2024.1.5"],
                    ["第2网格", "楼长王", "赵六", "2024-01-05"],
                    ["测试街道", "街道党工委书记", "钱七", "24/1/5"],
                ]
            },
            merged=((0, 0, 0, 3), (2, 3, 0, 0)),
        ),
        (3, 0, 0, 2),
        ("有 2 处合并的单元格", "不认识的岗位：楼长王（1 行）", "“24/1/5”的年份只有两位"),
        (("post", "since", [date(2023, 3, 15), date(2024, 1, 5), date(2024, 1, 5)]),),
    ),
    Ugly(
        "members",
        "党员.xlsx",
        roster(),
        (4, 1, 0, 1),
        ("第 10 行是合计行", "1 格是 Excel 的日期序号", "第 8 行未通过：党员编号与第 7 行相同"),
        (
            ("member", "code", ["M5", "M6", "M7", "007", "008", "009", "010"]),
            ("member", "joined_on", [*[date(2020, 7, 1)] * 4, *[date(2023, 1, 5)] * 3]),
        ),
    ),
    Ugly(
        "points",
        "积分.csv",
        texts(
            [
                ["党员编号", "积分项目", "发生日期", "分值", "说明"],
                ["M5", "参加主题党日", "13/05/2026", "", "第一次"],
                ["M6", "参加主题党日", "01/05/2026", "", "第一次"],
                ["M6", "参加主题党日", "01/05/2026", "", "第一次"],
                ["M7", "基础分", "2026-01-01", "60", ""],
                ["M8", "参加主题党日", "13/05/2026", "", ""],
            ]
        )
        .encode()
        .decode("latin-1")
        .encode(),
        (4, 0, 0, 1),
        ("文字曾被当作 Latin-1 转存成乱码", "“13/05/2026”只能这样读", "没有编号为 M8 的党员"),
        (
            (
                "points_entry",
                "happened_on",
                [date(2026, 5, 13), *[date(2026, 5, 1)] * 2, date(2026, 1, 1)],
            ),
        ),
    ),
    Ugly(
        "appeals",
        "工单.csv",
        texts(CASES).encode("gb18030"),
        (4, 0, 0, 4),
        (
            "按“月/日/年”读取",
            "1 行的经度和纬度写反了",
            "1 行归不到任何网格",
            "1 件已办结而没有办结时间",
            "不认识的环节：退件（1 行）",
            "办结时间早于受理时间",
            "第 10 行未通过：编号与第 3 行相同",
        ),
        (
            ("appeal", "code", ["0001", "0002", "0003", "0005"]),
            ("appeal", "title", ["灯不亮", "坑", "井盖", "=1+1"]),
            ("appeal", "unit_id", [3, 4, 3, 3]),
            (
                "appeal",
                "received_at",
                [
                    datetime(2023, 1, 5, 7, 20, tzinfo=UTC),
                    datetime(2023, 1, 25, 7, 20, 11, tzinfo=UTC),
                    datetime(2023, 1, 5, 4, tzinfo=UTC),
                    datetime(2023, 1, 5, 2, tzinfo=UTC),
                ],
            ),
        ),
        STATES,
    ),
    Ugly(
        "volunteers",
        "志愿者.txt",
        texts(
            [
                ["编号", "姓名", "网格", "队伍", "注册日期", "参加公开排行"],
                ["0001", "甲某", "第1网格", "爱心服务队", "2024-1-5", "√"],
                ["0002", "乙某", "第2网格", "新的队", "2024年1月5日", "否"],
                ["V9", "", "第1网格", "", "", ""],
                ["0003", "丙某", "第3网格", "", "2024-01-05", "也许"],
            ],
            "\t",
        ).encode("utf-16"),
        (2, 0, 1, 1),
        ("将新建队伍：新的队", "“也许”看不出是或否"),
        (
            ("volunteer", "code", ["V9", "V10", "V11", "0001", "0002"]),
            ("team", "name", ["爱心服务队", "新的队"]),
        ),
    ),
    Ugly(
        "service",
        "时长.xlsx",
        xlsx({"一月": SERVICES}),
        (3, 0, 0, 3),
        ("第 9 行是合计行", "时间重叠", "没有编号为 V99 的志愿者", "“2小时”带单位“小时”"),
        (("service_record", "minutes", [120, 90, 1200]),),
    ),
    Ugly(
        "visits",
        "走访.json",
        json.dumps(
            {
                "data": [
                    {
                        "网格": "第1网格",
                        "走访时间": "2026-03-02T09:00:00+08:00",
                        "走访情况": "家中平安",
                    },
                    {"网格": "第1网格", "走访时间": "2026-03-02 09:00", "走访情况": "家中平安"},
                    {
                        "网格": "第2网格",
                        "走访时间": 20260302,
                        "走访情况": "=cmd",
                        "必访事项": "困难家庭月访",
                    },
                    {"网格": "第2网格", "走访时间": "2999-01-01 09:00", "走访情况": "还没有去"},
                    "不是记录",
                ]
            },
            ensure_ascii=False,
        ).encode(),
        (3, 0, 0, 2),
        (
            "1 格只有日期、没有时刻",
            "第 4 行未通过：走访时间：2999 年",
            "第 5 行未通过：不是一条记录",
        ),
        (("visit", "finding", ["家中平安", "家中平安", "=cmd"]),),
    ),
    Ugly(
        "indicators",
        "指标.xlsx",
        xlsx(
            {
                "说明": [["本表由各网格填报"]],
                "指标": [
                    ["填报单位：测试社区", None, None, None],
                    ["单位", "指标", "上报周期", "数值"],
                    ["第1网格", "网格巡查", "2026W10", "１２"],
                    ["第2网格", "网格巡查", "2026年第10周", "1,012"],
                    ["第1网格", "住户联系覆盖率", "2026-03", "95%"],
                    ["第1网格", "网格巡查", "2026W10", 12],
                    ["第1网格", "下棋", "2026W10", 1],
                    ["填表人：张三", None, None, "审核人：李四"],
                ],
            }
        ),
        (1, 0, 0, 4),
        ("第 8 行是表格下方的说明", "现为 1012", "“95%”带百分号", "与第 3 行相同"),
        (("indicator_report", "value", [12]),),
    ),
    Ugly(
        "calendar",
        "日历.csv",
        texts(
            [
                ["日期", "是否上班", "节日名称"],
                ["46388", "休", "元旦"],
                ["2027年1月2日", "班", "调休上班"],
                ["2027/01/04", "0", "补休"],
                ["2027-02-30", "休息", "没有的一天"],
                ["2027-01-02", "上班", "又一次"],
            ]
        ).encode("utf-8-sig"),
        (3, 0, 0, 2),
        ("1 格是 Excel 的日期序号", "2 月 30 日不存在", "日期与第 3 行相同"),
        (),
    ),
]
