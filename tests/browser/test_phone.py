"""Entry on a phone: few taps, each fit for a thumb, and nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.entry_forms import FORMS
from data.method import Method
from tests.browser.looking import (
    english_words,
    expect_no_fault,
    expect_no_sideways_scroll,
    settle,
    visit,
)
from tests.browser.phone import SAVED, SIZE, Thumb, logged_in
from tests.browser.street import Street, Unit

THUMB = 44  # pixels
TARGETS = ".st-key-entry_page :is(button, input, textarea, summary, a)"


@pytest.fixture
def page(browser: Browser, open_street: Street) -> Iterator[Page]:
    """A phone on which an administrator is logged in, who may enter for every grid."""
    with logged_in(
        browser, open_street, "demo-admin", viewport=SIZE, has_touch=True, is_mobile=True
    ) as context:
        yield context.new_page()


def small_targets(page: Page) -> list[str]:
    """What can be touched but is too small for it."""
    found = []
    for target in page.locator(TARGETS).all():
        box = target.bounding_box()
        if box and box["width"] > 0 and target.is_visible() and box["height"] < THUMB:
            found.append(f"{box['height']:.0f} {target.evaluate('e => e.outerHTML')[:120]}")
    return found


def grid_with(street: Street, people: str, low: int, high: int) -> Unit:
    """A grid that has a certain number of people at or below it."""
    code = street.value(
        "select g.code from unit g join unit u on u.path like g.path || '%' "
        f"join {people} p on p.unit_id = u.id and p.left_on is null "
        "where g.level = 'grid' group by g.id having count(*) between ? and ? limit 1",
        low,
        high,
    )
    return street.units(f"code = '{code}'")[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_fits_a_phone(page: Page, open_street: Street, form: str, tmp_path: Path) -> None:
    grid = open_street.grid(5)
    visit(page, f"{open_street.address}/entry?grid={grid.code}&form={form}")
    expect(page.locator("[class*=_submit] button")).to_be_visible()
    assert small_targets(page) == []
    expect_no_sideways_scroll(page)
    expect_no_fault(page)
    assert english_words(page, [grid.code]) == set()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    page.screenshot(path=tmp_path / f"{form}.png", full_page=True)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_fits_a_desk(page: Page, open_street: Street, form: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    visit(page, f"{open_street.address}/entry?grid={open_street.grid(5).code}&form={form}")
    expect(page.locator("[class*=_submit] button")).to_be_visible()
    expect_no_sideways_scroll(page)
    expect_no_fault(page)


def test_an_appeal_takes_at_most_six_interactions(
    page: Page, open_street: Street, method: Method
) -> None:
    thumb, grid = Thumb(page), open_street.grid(6)
    category = method.categories[0].name
    thumb.scan(f"{open_street.address}/entry?grid={grid.code}&form=appeal")
    thumb.choose("entry_appeal_category", category)
    thumb.write("诉求标题", "三单元楼道灯不亮")
    thumb.submit("appeal")
    expect(page.locator(SAVED)).to_contain_text("已登记")
    assert thumb.count == 4
    told = open_street.rows("select title, unit_id from appeal order by id desc limit 1")
    assert told == [("三单元楼道灯不亮", grid.id)]

    # with the details too it is still six
    thumb.scan(f"{open_street.address}/entry?grid={grid.code}&form=appeal")
    thumb.choose("entry_appeal_category", method.categories[3].name)
    thumb.write("诉求标题", "凌晨施工")
    thumb.write("具体情况", "昨晚一点起")
    thumb.submit("appeal")
    expect(page.locator(SAVED)).to_contain_text("已登记")
    assert thumb.count == 6


def test_a_visit_takes_at_most_five_interactions(
    page: Page, open_street: Street, method: Method
) -> None:
    thumb, grid = Thumb(page), open_street.grid(6)
    thumb.scan(f"{open_street.address}/entry?grid={grid.code}&form=visit")
    thumb.choose("entry_visit_rule", method.must_visit[0].name)
    thumb.write("走访情况", "一切都好")
    thumb.submit("visit")
    expect(page.locator(SAVED)).to_contain_text("已记录")
    assert thumb.count == 4 <= 5
    told = open_street.rows("select finding, unit_id from visit order by id desc limit 1")
    assert told == [("一切都好", grid.id)]


def test_hours_for_ten_people_take_at_most_eight_interactions(
    page: Page, open_street: Street, method: Method
) -> None:
    """Everybody at one tap, without the two who stayed at home; another day: last time's ten."""
    grid = grid_with(open_street, "volunteer", 12, 12)
    thumb = Thumb(page)
    held = open_street.value("select count(*) from service_record")
    thumb.scan(f"{open_street.address}/entry?grid={grid.code}&form=service")
    thumb.choose("entry_service_activity", method.volunteering.activities[0])
    thumb.choose("entry_service_people_quick", "全选 12 人")
    expect(page.get_by_text("已选 12 人")).to_be_visible()
    people = page.locator(".st-key-entry_service_people button")
    for place, left in ((3, 11), (7, 10)):
        thumb.tap(people.nth(place))
        expect(page.get_by_text(f"已选 {left} 人")).to_be_visible()
    thumb.choose("entry_service_length", "30分钟")
    thumb.submit("service")
    expect(page.locator(SAVED)).to_contain_text("已记录 10 名志愿者")
    assert thumb.count == 6 <= 8
    assert open_street.value("select count(*) from service_record") == held + 10

    thumb.scan(f"{open_street.address}/entry?grid={grid.code}&form=service")
    thumb.choose("entry_service_people_quick", "上次 10 人")
    expect(page.get_by_text("已选 10 人")).to_be_visible()
    settle(page)
    assert thumb.count == 1
