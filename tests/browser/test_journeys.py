"""Each form once through, on a phone: what was tapped and typed is what stands in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.method import Method
from data.periods import local_date
from data.reporting import period_name, recent_periods
from data.settings import zone
from tests.browser.looking import expect_no_fault, settle
from tests.browser.phone import REFUSED, SAVED, SIZE, Thumb, logged_in
from tests.browser.street import Street, Unit


@pytest.fixture
def thumb(browser: Browser, open_street: Street, tmp_path: Path) -> Iterator[Thumb]:
    """A grid worker's phone; what it showed last is kept as a picture."""
    with logged_in(
        browser, open_street, "demo-worker", viewport=SIZE, has_touch=True, is_mobile=True
    ) as context:
        page = context.new_page()
        yield Thumb(page)
        page.screenshot(path=tmp_path / "last.png", full_page=True)


@pytest.fixture
def grid(open_street: Street) -> Unit:
    """The worker's own grid."""
    return open_street.units(
        "id = (select g.unit_id from account_grant g join account a on a.id = g.account_id "
        "where a.login = 'demo-worker')"
    )[0]


def begin(thumb: Thumb, street: Street, form: str) -> Page:
    """Open a form as a worker of one grid does: there is no grid to pick."""
    thumb.scan(f"{street.address}/entry?form={form}")
    expect(thumb.page.locator(".st-key-entry_grid")).to_have_count(0)
    return thumb.page


def saved(page: Page, words: str) -> None:
    expect(page.locator(SAVED)).to_contain_text(words)
    settle(page)
    expect_no_fault(page)


def test_an_appeal(thumb: Thumb, open_street: Street, grid: Unit, method: Method) -> None:
    page = begin(thumb, open_street, "appeal")
    thumb.choose("entry_appeal_category", method.categories[5].name)
    thumb.write("诉求标题", "健身器材松动")
    thumb.submit("appeal")
    saved(page, "已登记")
    told = open_street.rows(
        "select title, unit_id, recorded_by, surface from appeal order by id desc limit 1"
    )
    assert told == [("健身器材松动", grid.id, "体验网格员", "entry")]


def test_a_similar_appeal_is_carried_on(thumb: Thumb, open_street: Street, method: Method) -> None:
    page = begin(thumb, open_street, "appeal")
    thumb.choose("entry_appeal_category", method.categories[-1].name)
    settle(page)
    thumb.write("诉求标题", "楼前停车")
    thumb.submit("appeal")
    saved(page, "已登记")
    thumb.choose("entry_appeal_category", method.categories[-1].name)
    offer = page.locator(".st-key-entry_appeal_similar")
    expect(offer).to_contain_text("楼前停车")
    expect(page.locator("[class*=_submit] button")).to_have_text("仍要新登记")


def test_a_step(thumb: Thumb, browser: Browser, open_street: Street) -> None:
    page = begin(thumb, open_street, "step")
    cases = page.locator(".st-key-entry_step_cases")
    if cases.locator("button").count():
        thumb.tap(cases.locator("button").first)
    else:
        thumb.tap(cases.locator("input"))
        thumb.tap(page.get_by_role("option").first)
    expect(page.locator(".st-key-entry_step_next")).to_be_visible()
    held = open_street.value("select count(*) from appeal_event")
    page.get_by_label("答复或说明", exact=True).fill("已到现场处理")
    for label, key in (("已解决", "resolved"), ("5", "rating")):
        if page.locator(f".st-key-entry_step_{key}").count():
            thumb.choose(f"entry_step_{key}", label)
    thumb.submit("step")
    saved(page, "已记录")
    assert open_street.value("select count(*) from appeal_event") == held + 1


def test_a_visit(thumb: Thumb, open_street: Street, grid: Unit) -> None:
    page = begin(thumb, open_street, "visit")
    thumb.write("走访情况", "老人身体好")
    thumb.submit("visit")
    saved(page, "已记录普通走访")
    told = open_street.rows("select finding, unit_id from visit order by id desc limit 1")
    assert told == [("老人身体好", grid.id)]


def test_a_visit_becomes_an_appeal_at_one_tap(
    thumb: Thumb, open_street: Street, method: Method
) -> None:
    page = begin(thumb, open_street, "visit")
    thumb.write("走访情况", "厨房顶渗水")
    thumb.submit("visit")
    saved(page, "已记录普通走访")
    visit_id = open_street.value("select max(id) from visit")
    count = thumb.count
    thumb.tap(page.get_by_role("button", name="把走访情况转为诉求"))
    assert thumb.count == count + 1
    expect(page.locator(".origin")).to_contain_text(f"来自走访 编号 {visit_id}")
    drop = page.get_by_role("button", name="取消关联").bounding_box()
    assert drop is not None
    assert drop["height"] >= 44
    thumb.choose("entry_appeal_category", method.categories[0].name)
    settle(page)
    thumb.write("诉求标题", "楼上渗水")
    thumb.submit("appeal")
    saved(page, "已登记")
    told = open_street.rows(
        "select a.title, a.content, e.visit_id from appeal a join appeal_event e "
        "on e.appeal_id = a.id order by a.id desc limit 1"
    )
    assert told == [("楼上渗水", "厨房顶渗水", visit_id)]
    thumb.tap(page.locator(".entry-today a"))
    mine = page.locator("[class*=st-key-my_entry_visit]", has_text="厨房顶渗水").first
    expect(mine).to_contain_text("已转为诉求")


def test_points(thumb: Thumb, open_street: Street) -> None:
    page = begin(thumb, open_street, "points")
    held = open_street.value("select count(*) from points_entry")
    thumb.choose("entry_points_group", "服务群众")
    thumb.choose("entry_points_rule", "调解矛盾成功")
    people = page.locator(".st-key-entry_points_members button")
    for place in (0, 1):
        thumb.tap(people.nth(place))
        expect(page.get_by_text(f"已选 {place + 1} 人")).to_be_visible()
    thumb.submit("points")
    saved(page, "已记录 2 名党员“调解矛盾成功”，待审核后生效")
    assert open_street.value("select count(*) from points_entry") == held + 2


def test_hours(thumb: Thumb, open_street: Street, method: Method) -> None:
    page = begin(thumb, open_street, "service")
    thumb.choose("entry_service_activity", method.volunteering.activities[1])
    thumb.tap(page.locator(".st-key-entry_service_people button").first)
    thumb.choose("entry_service_length", "30分钟")
    thumb.submit("service")
    saved(page, "已记录 1 名志愿者，每人 30分钟，待审核后计入排行")
    # the same people at the same time: refused, and nothing typed is lost
    thumb.choose("entry_service_activity", method.volunteering.activities[1])
    thumb.tap(page.locator(".st-key-entry_service_people button").first)
    thumb.submit("service")
    expect(page.locator(REFUSED)).to_contain_text("时间重叠")
    expect(page.get_by_text("已选 1 人")).to_be_visible()


def test_a_part_of_a_check_up(thumb: Thumb, open_street: Street) -> None:
    page = begin(thumb, open_street, "checkup")
    held = open_street.value("select count(*) from checkup_part")
    people = page.locator(".st-key-entry_checkup_member button")
    for part in ("党员自评", "民主测评", "组织点评"):
        thumb.choose("entry_checkup_part", part)
        expect(page.get_by_text(re.compile(f"记{part}|{part}都已记录"))).to_be_visible()
        if people.count():
            break
    thumb.tap(people.first)
    thumb.write("得分（0 至 100）", "88")
    thumb.submit("checkup")
    saved(page, part)
    assert open_street.value("select count(*) from checkup_part") == held + 1


def test_signing_in(thumb: Thumb, open_street: Street, grid: Unit) -> None:
    page = begin(thumb, open_street, "signin")
    thumb.choose("entry_signin_activity", "新活动")
    thumb.choose("entry_signin_kind", "五步联动主题党日")
    thumb.choose("entry_signin_members_quick", "全选")
    expect(page.locator(".picked")).not_to_have_text("已选 0 人")
    thumb.submit("signin")
    saved(page, "已登记活动")
    assert open_street.value("select unit_id from activity order by id desc limit 1") == grid.id


def test_an_indicator(thumb: Thumb, open_street: Street, grid: Unit, method: Method) -> None:
    page = begin(thumb, open_street, "indicator")
    today = local_date(datetime.now(UTC), zone())
    query = "select indicator_key, period from indicator_report where unit_id = ?"
    reported = set(open_street.rows(query, grid.id))
    one, free = next(
        (one, period)
        for one in method.indicators
        for period in recent_periods(one.every, today, 3)
        if one.level == method.grid_level and (one.key, period) not in reported
    )
    thumb.choose("entry_indicator_indicator", one.name)
    thumb.choose(f"entry_indicator_period_{one.every}", period_name(free))
    thumb.write(f"{one.name}（{one.measure}）", "12")
    thumb.submit("indicator")
    saved(page, one.name)
    told = open_street.rows("select value from indicator_report order by id desc limit 1")
    assert told == [(12,)]


def test_what_i_entered_is_listed_and_can_be_taken_back(thumb: Thumb, open_street: Street) -> None:
    page = begin(thumb, open_street, "visit")
    thumb.write("走访情况", "走错了门")
    thumb.submit("visit")
    saved(page, "已记录")
    thumb.tap(page.locator(".entry-today a"))
    mine = page.locator("[class*=st-key-my_entry_]", has_text="走错了门").first
    expect(mine).to_contain_text("已记录")
    thumb.tap(mine.get_by_role("button", name="撤回"))
    expect(page.get_by_label("原因", exact=True)).to_be_visible()
    thumb.write("原因", "登记错了")
    thumb.tap(page.locator("[class*=st-key-my_undo_submit] button"))
    expect(mine).to_contain_text("已撤回")
    expect(mine.get_by_role("button")).to_have_count(0)
    finding = "select count(*) from visit where reverses_id is not null"
    assert open_street.value(finding) >= 1
