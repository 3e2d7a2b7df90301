"""Drilling, searching and filtering: the address always says what is being looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

from playwright.sync_api import Page, expect

from data.periods import local_date
from data.settings import zone
from tests.browser.looking import (
    card,
    expect_no_fault,
    map_frame,
    number_in,
    pick,
    settle,
    type_day,
    visit,
)
from tests.browser.street import Street, Unit


def stands_at(page: Page, unit: Unit) -> None:
    """Heading, breadcrumb and address all name the unit."""
    expect(page.locator(".st-key-panel_map_unit h2")).to_have_text(unit.name)
    expect(page.locator(f".st-key-map_crumb_{unit.code} button:visible")).to_be_disabled()
    expect(page).to_have_url(re.compile(rf"[?&]unit={unit.code}(&|$)"))
    settle(page)


def click_one(page: Page, units: list[Unit]) -> Unit:
    """Click the first of these units whose name can be read on the map."""
    names = map_frame(page, "map_main").locator(".name:not(.hidden) b")
    readable = names.all_text_contents()
    chosen = next(unit for unit in units if unit.name in readable)
    # The name lets the click through to the shape below it.
    names.get_by_text(chosen.name, exact=True).click(force=True)
    return chosen


def test_the_map_drills_down_and_back(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    visit(page, f"{site}/map")
    top = street.units("parent_id is null")[0]
    stands_at(page, top)
    trail = [top]
    while below := street.mapped_below(trail[-1]):
        shapes = map_frame(page, "map_main").locator("path.shape")
        expect(shapes).to_have_count(len(below))
        trail.append(click_one(page, below))
        stands_at(page, trail[-1])
    assert [unit.level for unit in trail] == ["street", "community", "grid", "micro_grid"]
    for unit in reversed(trail[:-1]):
        page.locator(f".st-key-map_crumb_{unit.code}").get_by_role("button").click()
        stands_at(page, unit)
    expect_no_fault(page)


def test_a_click_on_the_overviews_map_narrows_the_page(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page, grid = open_page(), street.grid(7)
    visit(page, f"{site}/")
    whole = number_in(card(page, "overview", "members"))
    shape = page.locator(f"[data-key=panel_overview_map] path.shape[data-code='{grid.code}']")
    shape.click(force=True)  # a light may lie on it, and means the same grid
    expect(page).to_have_url(re.compile(rf"[?&]unit={grid.code}(&|$)"))
    expect(page.locator(".choice")).to_contain_text(grid.name)
    expect(card(page, "overview", "grids")).to_contain_text("1")
    settle(page)
    assert 0 < number_in(card(page, "overview", "members")) < whole
    expect_no_fault(page)


def test_pinyin_initials_find_a_grid(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page, grid = open_page(), street.grid(5)
    visit(page, f"{site}/map")
    pick(page, "map_search", grid.initials, f"{grid.name}　{grid.initials}")
    stands_at(page, grid)
    expect_no_fault(page)


def test_units_without_a_boundary_are_named_beside_the_map(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    missing = street.units("boundary is null and level = 'grid'")[0]
    page = open_page()
    visit(page, f"{site}/map?unit={missing.code[:6]}")
    expect(page.locator(".st-key-panel_map_main .section-note")).to_contain_text(missing.name)
    names = map_frame(page, "map_main").locator(".name b")
    assert missing.name not in names.all_text_contents()


def test_unit_and_period_follow_and_can_be_shared(
    site: str, street: Street, open_page: Callable[..., Page]
) -> None:
    page, community = open_page(), street.units("level = 'community'")[1]
    visit(page, f"{site}/")
    page.get_by_label("单位").select_option(community.code)
    page.get_by_role("radio", name="本月").click()
    wanted = re.compile(rf"[?&]unit={community.code}&period=month(&|$)")
    expect(page).to_have_url(wanted)
    page.get_by_role("link", name="诉求漏斗").click()
    expect(page.locator(".st-key-panel_appeals_funnel h2")).to_be_visible()
    expect(page).to_have_url(re.compile("/appeals"))
    expect(page).to_have_url(wanted)
    settle(page)
    here = [number_in(card(page, "appeals", key)) for key in ("received_appeals", "open_appeals")]

    other = open_page()
    visit(other, page.url)
    there = [number_in(card(other, "appeals", key)) for key in ("received_appeals", "open_appeals")]
    assert there == here
    expect(other.get_by_role("radio", name="本月")).to_be_checked()
    expect_no_fault(other)


def test_a_period_of_ones_own(site: str, street: Street, open_page: Callable[..., Page]) -> None:
    page, year = open_page(), local_date(datetime.now(UTC), zone()).year - 1
    visit(page, f"{site}/appeals")
    page.get_by_role("radio", name="自定义").click()
    type_day(page, "filter_first", f"{year}1001")
    type_day(page, "filter_last", f"{year}1231")
    page.locator(".filter-note").click()
    expect(page).to_have_url(re.compile(f"first={year}-10-01"))
    expect(page).to_have_url(re.compile(f"last={year}-12-31"))
    expect(page.locator(".filter-note")).to_have_text(f"{year}年10月1日 — {year}年12月31日")
    edges = [
        datetime.combine(day, time(), zone()) for day in (date(year, 10, 1), date(year + 1, 1, 1))
    ]
    start, end = (edge.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") for edge in edges)
    received = street.value(
        "select count(*) from appeal where received_at >= ? and received_at < ?", start, end
    )
    expect(card(page, "appeals", "received_appeals")).to_contain_text(f"{received:,}")
    expect_no_fault(page)
