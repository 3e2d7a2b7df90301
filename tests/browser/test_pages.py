"""Every page opens on a wall screen: its figures, in Chinese, with nothing sticking out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from components import entry_texts as e
from components import texts as t
from components.navigation import PAGES, PageEntry
from data.entry_forms import FORMS
from data.method.loading import preset_keys
from data.periods import local_date
from data.settings import SETTINGS, zone
from tests.browser.looking import (
    card,
    english_words,
    expect_no_fault,
    expect_no_sideways_scroll,
    expect_whole_tables,
    number_in,
    press,
    sign_in,
    submit_button,
    type_day,
    visit,
)
from tests.browser.street import Street

Check = Callable[[Page, Street], None]


def overview(page: Page, street: Street) -> None:
    found = [number_in(card(page, "overview", key)) for key in ("grids", "members", "volunteers")]
    assert found == [69, 774, 803]
    open_now = street.value("select count(*) from appeal where closed_at is null")
    assert number_in(card(page, "overview", "open_appeals")) == open_now
    mapped = street.units("level = 'grid' and boundary is not null")
    expect(page.locator("[data-key=panel_overview_map] path.shape")).to_have_count(len(mapped))


def grid_map(page: Page, street: Street) -> None:
    facts = page.locator(".st-key-panel_map_unit .facts")
    expect(facts.locator("[data-metric=members] b")).to_have_text("774")
    expect(page.locator(".st-key-panel_map_main h2")).to_contain_text("网格地图")


def members(page: Page, street: Street) -> None:
    expect(page.locator(".st-key-panel_members_ranking h2")).to_have_text(t.MEMBER_RANKING)
    grades = page.locator(".st-key-panel_members_grades")
    expect(grades).to_contain_text("人 ·")
    heads = [int(n) for n in re.findall(r"(\d+) 人 ·", grades.inner_text())]
    assert sum(heads) == 774


def appeals(page: Page, street: Street) -> None:
    expect(page.locator(".st-key-panel_appeals_funnel h2")).to_have_text(t.APPEAL_FUNNEL)
    open_now = street.value("select count(*) from appeal where closed_at is null")
    assert number_in(card(page, "appeals", "open_appeals")) == open_now


def volunteers(page: Page, street: Street) -> None:
    expect(page.locator(".st-key-panel_volunteers_people h2")).to_have_text(t.VOLUNTEER_PEOPLE)
    assert number_in(card(page, "volunteers", "volunteers")) == 803


def entry(page: Page, street: Street) -> None:
    for name in FORMS.values():
        expect(page.get_by_role("radio", name=name)).to_be_visible()
    expect(submit_button(page, "entry_appeal")).to_be_visible()


def mine(page: Page, street: Street) -> None:
    last = street.value("select max(recorded_at) from appeal where recorded_by = ?", WHO["mine"])
    built_on = local_date(datetime.fromisoformat(last).replace(tzinfo=UTC), zone())
    type_day(page, "my_day", f"{built_on:%Y%m%d}")  # midnight may have passed since
    page.keyboard.press("Tab")
    listed = page.locator("[class*=st-key-my_entry_]")
    expect(page.locator(".st-key-my_page .section-note")).to_contain_text(f"{listed.count()} 条")
    expect(listed.filter(has_text="诉求登记").first).to_be_visible()


def approvals(page: Page, street: Street) -> None:
    expect(page.locator(".st-key-approvals_page").get_by_role("radiogroup").first).to_be_visible()
    expect(submit_button(page, "decide")).to_be_visible()


def quality(page: Page, street: Street) -> None:
    found = page.locator(".st-key-panel_quality").get_by_test_id("stExpander")
    expect(found.first).to_be_visible()
    said = page.locator(".st-key-panel_quality p.section-note").last.inner_text()
    assert str(found.count()) in said


def admin(page: Page, street: Street) -> None:
    expect(page.locator(".st-key-panel_admin_method h2")).to_have_text(t.ADMIN_METHOD)
    appeals_held = street.value("select count(*) from appeal")
    expect(page.locator(".st-key-panel_admin_rows")).to_contain_text(f"{appeals_held:,}")


NAMES = (
    "CSV",
    "SQLite",
    "SQLAlchemy",
    "Python",
    "Streamlit",
    "MB",
)  # of formats, programs and units

WHO = {"mine": "体验网格员", "approvals": "体验书记", "quality": "体验书记"}

CHECKS: dict[str, Check] = {
    "": overview,
    "map": grid_map,
    "members": members,
    "appeals": appeals,
    "volunteers": volunteers,
    "entry": entry,
    "mine": mine,
    "approvals": approvals,
    "quality": quality,
    "admin": admin,
}


def known_words(street: Street) -> set[str]:
    """What may stand on a page in Latin letters: names of things, not sentences."""
    settings = {text for s in SETTINGS for text in (s.name, s.default, s.help) if text}
    presets = {text for key in preset_keys() for text in (f"{key}.toml", key)}
    units = {str(row[0]) for row in street.rows("select code from unit where parent_id is null")}
    return settings | presets | units | {street.url, e.QR_HOST_HINT, *NAMES}


@pytest.mark.parametrize("listed", PAGES, ids=lambda p: p.url or "overview")
def test_the_page_opens_with_its_figures(
    listed: PageEntry, site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    if listed.needs != "view_board":
        sign_in(page, site, WHO.get(listed.url, "体验管理员"))
    visit(page, f"{site}/{listed.url}")
    CHECKS[listed.url](page, street)
    expect(page).to_have_title(f"{listed.title} · {t.APP}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("link[rel~=icon]")).to_have_attribute("href", re.compile("favicon.svg"))
    expect_no_sideways_scroll(page)
    expect_whole_tables(page)
    expect_no_fault(page)
    assert english_words(page, known_words(street) | {site}) == set()


def test_what_fields_open_speaks_chinese(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    sign_in(page, site)
    visit(page, f"{site}/entry?form=points")
    known = known_words(street)
    press(page, "entry_points_when", e.OTHER_DAY)
    page.locator(".st-key-entry_points_day").get_by_test_id("stDateInputCalendarButton").click()
    expect(page.get_by_test_id("stDateInputCalendar")).to_be_visible()
    assert english_words(page, known) == set()
    page.keyboard.press("Escape")
    page.locator(".st-key-entry_grid input").click()
    expect(page.get_by_role("listbox")).to_be_visible()
    assert english_words(page, known) == set()
    page.keyboard.type("没有这个网格")
    expect(page.get_by_text("没有匹配的选项")).to_be_visible()


SKIP_LINK = """window.linkSaid = [];
(function look() {
  const link = document.querySelector("[data-testid=stSkipToContent]");
  if (link && !window.linkSaid.includes(link.textContent)) window.linkSaid.push(link.textContent);
  requestAnimationFrame(look);
})();"""


def test_the_way_past_the_head_is_chinese_from_the_first_picture_on(
    site: str, open_page: Callable[..., Page]
) -> None:
    """Also where our script arrives after the framework's: that has to wait for it."""
    page = open_page()
    page.add_init_script(SKIP_LINK)
    page.route("**/assets/chinese.js*", lambda route: (time.sleep(1), route.continue_()))
    page.goto("about:blank")
    visit(page, f"{site}/quality")
    link = page.get_by_test_id("stSkipToContent")
    expect(link).to_have_text("跳到正文")
    assert page.evaluate("window.linkSaid") == ["跳到正文"]
    assert link.evaluate("e => e.clientWidth") <= 1
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.evaluate("e => e.clientWidth") > 40
