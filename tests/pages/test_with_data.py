"""Every page opens on a full street, under its headings, and says what the database says."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from components.navigation import PAGES, PageEntry
from data.metrics import METRICS, format_value
from data.settings import zone
from tests.conftest import STARTED
from tests.pages.driver import everything_said, figures, headings, html_of, open_page, reading

HEADINGS = {
    "总览": ["诉求漏斗", "红黄灯督办", "网格地图 · 按时办结率", "党员积分等次", "志愿服务排行"],
    "网格地图": ["网格地图 · 在办诉求", "杜家坪街道", "岗位", "下级单位"],
    "党员积分": [
        "积分分布",
        "单位比较",
        "类别比较",
        "党员积分等次",
        "积分排行",
        "季度党性体检",
        "一人一档",
    ],
    "诉求漏斗": [
        "办理漏斗",
        "各环节用时",
        "在办时长",
        "办理质量",
        "按单位",
        "诉求类别",
        "一件诉求的经过",
        "红黄灯督办",
    ],
    "志愿排行": [
        "个人排行",
        "服务时长走势",
        "队伍排行",
        "点单服务",
        "星级分布",
        "按单位",
        "时间银行",
    ],
    "数据填报": [],
    "我的填报": [],
    "待审核": [],
    "数据质量": ["待核实的填报", "更正记录"],
    "系统管理": [
        "1 选择数据",
        "导入记录",
        "撤销整批",
        "数据导出",
        "备份",
        "现行工作法",
        "更换工作法",
        "运行状况",
        "可选工作法",
        "执行过的工作法",
        "各类记录",
        "设置",
        "网格二维码",
        "账号与角色",
        "我的账号",
        "正在使用的登录",
        "大屏网址",
        "大屏密钥",
        "操作日志",
    ],
}

YEAR = STARTED.astimezone(zone()).year
# Figure → what the database says of it, asked in plain SQL.
COUNTS = {
    ("总览", "网格"): "select count(*) from unit where level = 'grid'",
    ("总览", "党员"): "select count(*) from member where left_on is null",
    ("总览", "志愿者"): "select count(*) from volunteer where left_on is null",
    ("总览", "在办诉求"): "select count(*) from appeal where closed_at is null",
    ("诉求漏斗", "在办诉求"): "select count(*) from appeal where closed_at is null",
    ("志愿排行", "志愿者"): "select count(*) from volunteer where left_on is null",
}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_page_opens_under_its_headings(street: str, entry: PageEntry) -> None:
    page = open_page(entry)
    assert not page.exception
    assert sorted(headings(page)) == sorted(HEADINGS[entry.title])


@pytest.mark.parametrize(("title", "figure"), COUNTS, ids="·".join)
def test_a_figure_is_what_the_table_holds(street: str, title: str, figure: str) -> None:
    with reading(street) as connection:
        counted = connection.scalar(text(COUNTS[title, figure]))
    assert counted
    assert figures(open_page(title))[figure] == f"{counted:,}"


def test_the_street_is_the_promised_one(street: str) -> None:
    said = figures(open_page("总览"))
    assert (said["网格"], said["党员"], said["志愿者"]) == ("69", "774", "803")


def test_the_map_panel_says_what_the_table_holds(street: str) -> None:
    with reading(street) as connection:
        counted = connection.scalar(text("select count(*) from appeal where closed_at is null"))
    tile = r'data-metric="open_appeals"><span>在办诉求</span><b>(.*?)</b>'
    assert re.findall(tile, html_of(open_page("网格地图"))) == [str(counted)]


def test_the_map_holds_every_grid_with_a_boundary(street: str) -> None:
    with reading(street) as connection:
        query = "select code, boundary is null as missing from unit where level = 'grid'"
        grids = {row.code: row.missing for row in connection.execute(text(query))}
    sent = everything_said(open_page("总览"))
    drawn = {code for code in grids if f'"code": "{code}"' in sent.replace('\\"', '"')}
    assert drawn == {code for code, missing in grids.items() if not missing}


def test_units_without_a_boundary_are_named_beside_the_map(street: str) -> None:
    with reading(street) as connection:
        query = "select name from unit where level = 'grid' and boundary is null order by path"
        missing = connection.scalars(text(query)).all()
    assert missing
    note = re.findall(r"尚无边界、未画在图上：(.*?)</p>", html_of(open_page("总览")))
    assert note == ["、".join(missing)]


def test_the_first_in_the_ranking_has_the_most_approved_points(street: str) -> None:
    best = """
        select m.code, sum(p.points) from points_entry p join member m on m.id = p.member_id
        where p.status = 'approved' and p.happened_on >= :first and m.left_on is null
        group by m.code order by 2 desc, 1 limit 1
    """
    with reading(street) as connection:
        code, points = connection.execute(text(best), {"first": f"{YEAR}-01-01"}).one()
    (table,) = (part for part in html_of(open_page("党员积分")).split("<table>") if "编号" in part)
    first = re.findall(r"<tr>(.*?)</tr>", table)[1]
    cells = [re.sub("<.*?>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", first)]
    assert cells[0] == "1"
    assert (cells[2], float(cells[-1])) == (code, points)


def test_the_volunteers_table_adds_up_approved_minutes_of_the_year(street: str) -> None:
    query = """
        select sum(minutes) / 60.0 from service_record
        where status = 'approved' and started_at >= :first
    """
    with reading(street) as connection:
        # the local year begins eight hours before the UTC one
        hours = connection.scalar(text(query), {"first": f"{YEAR - 1}-12-31 16:00"})
    assert hours > 100
    assert figures(open_page("志愿排行"))["服务时长"] == format_value(METRICS["hours"], hours)


def test_the_entry_page_offers_every_grid_and_nothing_else(street: str) -> None:
    with reading(street) as connection:
        grids = connection.scalar(text("select count(*) from unit where level = 'grid'"))
    page = open_page("数据填报")
    assert len(page.selectbox(key="entry_grid").options) == grids


def test_the_admin_page_counts_the_rows_of_each_table(street: str) -> None:
    with reading(street) as connection:
        counted = connection.scalar(text("select count(*) from points_entry"))
    page = html_of(open_page("系统管理"))
    assert f'<td class="num">{counted:,}</td>' in page


def test_the_admin_page_tells_the_method_in_force_in_words(street: str) -> None:
    with reading(street) as connection:
        name = connection.scalar(text("select name from method"))
    page = html_of(open_page("系统管理"))
    assert f"<b>{name} · 自 " in page
    assert "组织分4级：街道 → 社区 → 网格 → 微网格" in page
