"""What becomes of the ugly files whose journeys are alike: questions, counts, reasons, rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from data.method import Method
from tests.browser import import_files as files
from tests.browser.import_desk import answer, map_column, match
from tests.browser.street import Street

Counts = tuple[int, int, int, int]  # new, changed, same, refused
Step = Callable[[Page], None]


@dataclass(frozen=True)
class Paper:
    """A file, and what the screen and afterwards the database say of it.

    ``read``: what is told of the file itself.  ``before``: the counts before the ``steps``
    that answer its questions, None where there is no preview yet.  ``says``: of the rows
    left out.  ``told``: the rows that ``question`` then finds.
    """

    kind: str
    name: str
    content: bytes
    after: Counts
    question: str
    told: list[tuple[Any, ...]]
    read: str = ""
    before: Counts | None = None
    steps: tuple[Step, ...] = ()
    says: tuple[str, ...] = field(default=())


def buildings(street: Street, _method: Method) -> Paper:
    return Paper(
        "楼栋和户数",
        "楼栋底册.xlsx",
        files.buildings(street),
        (2, 1, 1, 2),
        "select b.code, b.households, u.path like (select path from unit where code = "
        f"'{street.grid(0).code}') || '%' from building b join unit u on u.id = b.unit_id "
        "where b.code like '000_' order by b.code",
        [("0007", 36, 1), ("0008", 40, 1)],
        read="合计行，没有读",
        steps=(lambda page: answer(page, "WGS84"),),
        says=("坐标不在任何单位的边界内", "楼栋编码与第 5 行相同"),
    )


def posts(street: Street, _method: Method) -> Paper:
    return Paper(
        "人员和岗位",
        "网格队伍.xls",
        files.posts(street),
        (2, 0, 0, 2),
        "select p.name, t.since from post t join person p on p.id = t.person_id "
        "where p.name in ('周全', '吴用') order by t.since",
        [("吴用", "2024-01-01"), ("周全", "2024-03-01")],
        read="合并的单元格，已逐格填上",
        before=(1, 0, 0, 3),
        steps=(lambda page: match(page, "支书", "网格党支部书记"),),
        says=("“街道党工委书记”是街道的岗位", "姓名不能为空"),
    )


def history(street: Street, method: Method) -> Paper:
    old = "left_on is null and joined_on < '2020-01-01' and code like 'D%'"
    members = [row[0] for row in street.rows(f"select code from member where {old} limit 2")]
    rules = method.points.rules if method.points else []
    return Paper(
        "积分历史",
        "积分台账.csv",
        files.history(members, [rule.name for rule in rules[:2]]),
        (2, 0, 0, 2),
        "select m.code, e.happened_on, e.points, e.status from points_entry e "
        "join member m on m.id = e.member_id where e.happened_on in ('2026-04-03', '2026-06-05') "
        f"and m.code in {tuple(members)} and e.surface = 'import' order by e.happened_on",
        [
            (members[0], "2026-04-03", 1.0, "approved"),
            (members[1], "2026-06-05", rules[1].points, "approved"),
        ],
        before=(0, 0, 0, 4),
        steps=(lambda page: answer(page, "日/月/年"),),
        says=("没有编号为 查无此人 的党员", "分值须为 0.5 的整数倍"),
    )


def volunteers(street: Street, _method: Method) -> Paper:
    public = "in_public_ranking = 1 and left_on is null"
    known = street.value(f"select code from volunteer where {public} limit 1")
    return Paper(
        "志愿者",
        "志愿者.csv",
        files.volunteers(street, known),
        (2, 1, 0, 1),
        "select code, joined_on, in_public_ranking from volunteer "
        f"where code in ('0101', '0102') or (code = '{known}' and in_public_ranking = 0) "
        "order by code limit 2",
        [("0101", "2024-03-05", 1), ("0102", "2024-03-05", 1)],
        read="已还原为中文",
        says=("新增的要有队伍",),
    )


def service(street: Street, method: Method) -> Paper:
    who = "select code from volunteer where joined_on < '2022-01-01' and left_on is null limit 1"
    activity = method.volunteering.activities[0]
    return Paper(
        "服务时长",
        "服务记录.json",
        files.services(street.value(who), activity, "2022-02-05"),
        (1, 0, 0, 3),
        "select minutes, status from service_record where started_at like '2022-02-05%'",
        [(90, "approved")],
        says=("时间重叠", "请换算后只写数字", "不认识 “看星星”"),
    )


def visits(street: Street, _method: Method) -> Paper:
    return Paper(
        "走访",
        "走访台账.xlsx",
        files.visits(street),
        (2, 0, 0, 2),
        "select substr(visited_at, 1, 16) from visit where surface = 'import' order by visited_at",
        [("2026-03-02 01:05",), ("2026-03-02 04:00",)],
        read="文件里有 2 个表",
        says=("走访时间晚于现在", "没有编码为 没有这个网格 的单位"),
    )


def reports(street: Street, method: Method) -> Paper:
    percent, money = (
        next(one.name for one in method.indicators if (one.level, one.every) == (level, "quarter"))
        for level in ("grid", "community")
    )
    return Paper(
        "指标上报",
        "指标.csv",
        files.reports(street, percent, money),
        (2, 0, 0, 2),
        "select period, value from indicator_report where period like '2022%' order by period",
        [("2022Q3", 88.5), ("2022Q4", 3.25)],
        says=("不能大于 100", "由社区上报"),
    )


def days(_street: Street, _method: Method) -> Paper:
    return Paper(
        "工作日历",
        "放假安排.tsv",
        files.days(),
        (3, 0, 0, 1),
        "select day, is_workday, name from calendar_day where day like '2031%' order by day",
        [("2031-01-01", 0, "元旦"), ("2031-01-02", 1, ""), ("2031-01-04", 1, "")],
        steps=(
            lambda page: map_column(page, "是否上班", "安排"),
            lambda page: match(page, "半天", "上班"),
        ),
        says=("日期与第 2 行相同",),
    )


PAPERS: tuple[Callable[[Street, Method], Paper], ...] = (
    buildings,
    posts,
    history,
    volunteers,
    service,
    visits,
    reports,
    days,
)
