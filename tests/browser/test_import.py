"""数据导入 as an administrator meets it: an ugly file of each kind, questions, what stands there.

All journeys share one street of their own and one window, as somebody does who takes in a
street's papers in one morning; each looks only at what its own file moves.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy.engine import make_url

from data.check import check
from data.engines import open_engines
from data.method import Method
from tests.browser import import_files as files
from tests.browser.conftest import LOCAL, served
from tests.browser.import_desk import (
    answer,
    expect_chinese,
    expect_counts,
    give,
    hand_over,
    match,
    panel,
    put_away,
    take_back,
    take_in,
)
from tests.browser.import_papers import PAPERS, Paper
from tests.browser.looking import expect_no_fault, expect_no_sideways_scroll, settle, visit
from tests.browser.phone import logged_in
from tests.browser.street import Street

SIZE = {"width": 1920, "height": 1080}


@pytest.fixture(scope="module")
def street(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """A copy of the sample street that only these journeys write to."""
    folder = tmp_path_factory.mktemp("imports")
    shutil.copy(make_url(sample_url).database or "", folder / "street.db")
    url = f"sqlite:///{folder / 'street.db'}"
    with served({"GRID_DATABASE": url}, folder / "log.txt") as address:
        yield Street(url, address)
    assert "Traceback" not in (folder / "log.txt").read_text()


@pytest.fixture(scope="module")
def window(browser: Browser, street: Street) -> Iterator[Page]:
    """The tab on an office screen; nothing may be asked of another machine."""
    abroad: list[str] = []

    def record(request: Request) -> None:
        if urlsplit(request.url).hostname not in {*LOCAL, None}:
            abroad.append(request.url)

    with logged_in(browser, street, "demo-admin", viewport=SIZE) as context:
        page = context.new_page()
        page.on("request", record)
        visit(page, f"{street.address}/admin")
        page.get_by_role("tab", name="数据导入").click()
        settle(page)
        yield page
    assert abroad == []


@pytest.fixture
def page(window: Page) -> Page:
    """The shared window, the report of the journey before put away."""
    put_away(window)
    return window


def faults(street: Street) -> list[Any]:
    """What ``python -m data check`` finds."""
    engines = open_engines(street.url)
    try:
        return list(check(engines))
    finally:
        engines.dispose()


def lowest_around(street: Street, grid: str) -> str:
    """The code of the lowest unit that has a grid's centre inside."""
    where = "select centre_lon, centre_lat from unit where code = ?"
    centre = shapely.Point(*street.rows(where, grid)[0])
    below = "select code, boundary, path from unit where boundary is not null"
    around = [u for u in street.rows(below) if shapely.from_geojson(u[1]).intersects(centre)]
    return str(max(around, key=lambda unit: len(unit[2].split("/")))[0])


def test_boundaries_with_an_ugly_one_among_them(page: Page, street: Street) -> None:
    held = street.value("select count(*) from unit")
    give(page, "单位和边界", "网格边界.geojson", files.boundaries(street))
    preview = panel(page, "preview")
    expect(preview).to_contain_text("请先选定坐标系")
    expect(page.get_by_role("button", name="导入 ")).to_have_count(0)
    answer(page, "WGS84")
    expect_counts(preview, new=3, changed=0, same=1, refused=1)
    expect(preview).to_contain_text("边界与自己相交")
    expect(preview).to_contain_text("第 3、4 个要素编码相同，合成一个单位")
    drawn = page.locator(".import-map")
    expect(drawn.locator("path.new")).to_have_count(4)
    expect(drawn.locator("path.present").first).to_be_attached()
    expect(drawn.locator("g.refused")).to_have_count(1)
    expect_chinese(page, "DJP", "N1", "N2", "N3")
    expect_no_sideways_scroll(page)
    assert street.value("select count(*) from unit") == held
    take_in(page, 3)
    expect_counts(panel(page, "job"), new=3, changed=0, same=1, refused=1)
    assert street.value("select count(*) from unit") == held + 2  # N3 is one unit
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载未通过的要素（GeoJSON）").click()
    left = json.loads(Path(kept.value.path()).read_text("utf-8"))
    assert [one["properties"]["单位编码"] for one in left["features"]] == ["N2"]
    expect_no_fault(page)


def test_a_roster_as_offices_keep_it(page: Page, street: Street, method: Method) -> None:
    klass = method.member_classes[0].name
    give(page, "党员", "党员名册.xlsx", files.roster(street, klass))
    expect_counts(panel(page, "preview"), new=2, changed=0, same=0, refused=2)
    samples = panel(page, "mapping").locator(".samples")
    expect(samples.filter(has_text="0012").first).to_contain_text("0013")
    match(page, "老同志", klass)
    expect_counts(panel(page, "preview"), new=3, changed=0, same=0, refused=1)
    expect(panel(page, "preview")).to_contain_text("党员编号不能为空")
    expect_chinese(page, "DJP")
    take_in(page, 3)
    expect_counts(panel(page, "job"), new=3, changed=0, same=0, refused=1)
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载未通过的行（XLSX）").click()
    left = pd.read_excel(BytesIO(Path(kept.value.path()).read_bytes()), engine="calamine")
    assert list(left["姓名"]) == ["孙七"]
    assert "党员编号不能为空" in str(left.iloc[0].to_dict())
    told = street.rows(
        "select m.code, u.code, m.joined_on from member m join unit u on u.id = m.unit_id "
        "where m.code in ('0012', '0013', '0014') order by m.code"
    )
    one, other = street.grid(0).code, street.grid(1).code
    assert told == [
        ("0012", one, "2020-07-01"),
        ("0013", one, "2020-01-01"),
        ("0014", other, "2020-01-05"),
    ]


def test_the_same_file_again_brings_nothing_new(page: Page, method: Method, street: Street) -> None:
    file = files.roster(street, method.member_classes[0].name)
    give(page, "党员", "党员名册.xlsx", file)
    expect(panel(page, "mapping")).to_contain_text("已沿用上次导入")
    expect_counts(panel(page, "preview"), new=0, changed=0, same=3, refused=1)
    expect(panel(page, "preview")).to_contain_text("没有可以写入的行")
    expect(page.get_by_role("button", name="导入 ")).to_have_count(0)


def test_years_of_appeals_from_another_system(page: Page, street: Street, method: Method) -> None:
    first, second = (category.name for category in method.categories[:2])
    give(page, "诉求", "三年诉求.csv", files.cases(street, first, second))
    expect(panel(page, "read")).to_contain_text("GB18030")
    answer(page, "WGS84")
    answer(page, "月/日/年")
    expect_counts(panel(page, "preview"), new=2, changed=0, same=0, refused=2)
    match(page, "天外来客", first)
    expect_counts(panel(page, "preview"), new=3, changed=0, same=0, refused=1)
    expect(panel(page, "preview")).to_contain_text("坐标不在任何网格的边界内")
    expect_chinese(page, "DJP")
    take_in(page, 3)
    expect_counts(panel(page, "job"), new=3, changed=0, same=0, refused=1)
    told = street.rows(
        "select a.code, u.code, a.received_at from appeal a join unit u on u.id = a.unit_id "
        "where a.code like 'T-00_' order by a.code"
    )
    one, other = street.grid(0).code, street.grid(1).code
    assert [(code, unit, str(at)[:16].replace("T", " ")) for code, unit, at in told] == [
        ("T-001", one, "2026-01-05 07:20"),
        ("T-002", lowest_around(street, one), "2026-01-06 16:00"),
        ("T-003", other, "2026-01-05 07:20"),
    ]
    take_back(page, "导错了年份")
    assert street.value("select count(*) from appeal where code like 'T-00_'") == 0


@pytest.mark.parametrize("make", PAPERS, ids=lambda make: make.__name__)
def test_an_ugly_file_of_each_other_kind(
    page: Page,
    street: Street,
    method: Method,
    make: Callable[[Street, Method], Paper],
) -> None:
    paper, preview = make(street, method), panel(page, "preview")
    give(page, paper.kind, paper.name, paper.content)
    expect(panel(page, "read")).to_contain_text(paper.read)
    if paper.before:
        expect_counts(preview, *paper.before)
    for step in paper.steps:
        step(page)
    expect_counts(preview, *paper.after)
    for said in paper.says:
        expect(preview).to_contain_text(said)
    expect_chinese(page, "DJP")
    new, changed, *_ = paper.after
    take_in(page, new + changed)
    expect_counts(panel(page, "job"), *paper.after)
    expect_no_fault(page)
    assert street.rows(paper.question) == paper.told


def test_a_cancelled_import_leaves_nothing(page: Page, street: Street) -> None:
    """The import waits for another writer; meanwhile the pages can be looked at."""
    held = street.value("select count(*) from calendar_day")
    give(page, "工作日历", "明年.csv", files.lines("日期,是否上班", "2032-01-01,休息"))
    engines = open_engines(street.url)
    with engines.write():
        page.get_by_role("button", name="导入 1 行", exact=True).click()
        cancel = page.get_by_role("button", name="取消导入")
        expect(cancel).to_be_enabled()
        cancel.click()
        expect(panel(page, "job")).to_contain_text("正在取消")
        other = page.context.new_page()
        visit(other, f"{street.address}/")
        expect_no_fault(other)
        other.close()
    engines.dispose()
    expect(panel(page, "job")).to_contain_text("已取消导入，没有写入任何内容")
    assert street.value("select count(*) from calendar_day") == held
    put_away(page)
    expect_counts(panel(page, "preview"), new=1, changed=0, same=0, refused=0)  # nothing was lost


def test_a_file_that_is_none_of_these_is_told_so(page: Page) -> None:
    place = panel(page, "kind")
    expect_chinese(page, "DJP")
    hand_over(page, "照片.png", b"\x89PNG\r\n\x1a\n")
    expect(place.get_by_test_id("stAlertContentError")).to_contain_text("照片.png")
    expect(panel(page, "mapping")).to_have_count(0)
    expect_chinese(page, "png", "PNG")


def test_everything_adds_up_after_all_of_it(page: Page, street: Street) -> None:
    assert faults(street) == []
    kinds = street.value("select count(distinct kind) from import_batch")
    assert kinds == 11
    expect(panel(page, "history").locator("tbody tr")).to_have_count(11)
