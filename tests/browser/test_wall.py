"""The wall as people pass it by: whole, legible, fresh, and there again after every fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from components.wall import texts as t
from data.engines import open_engines
from tests.browser.looking import ENGLISH
from tests.browser.street import Street
from tests.browser.wall import OPEN_TILE, drawn, enter_appeal, faults, new_key, number, wall
from tests.browser.wall_server import Server, own_server, server

__all__ = ["own_server", "server"]

SIZES = ((1920, 1080), (3840, 2160), (3840, 1080), (1366, 768))
ROWS_SHOWN = """[...document.querySelectorAll('.box-lights li')]
  .map((row, i) => row.hidden ? '' : `${i}`).filter(Boolean)"""
RECOVERED = 10_000  # milliseconds after the server is back
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def key(open_street: Street) -> str:
    return new_key(open_street)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_scene_is_whole_and_legible(
    open_street: Street, key: str, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_page("about:blank", *size)
    for theme in ("dark", "light"):
        for scene in t.SCENES:
            page.goto(wall(open_street, key, f"scenes={scene}&theme={theme}"))
            drawn(page)
            assert faults(page, *size) == [], f"{scene} {theme}"
            assert ENGLISH.findall(page.locator("body").inner_text()) == []


def test_scenes_follow_one_another_and_leave_nothing_behind(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "scenes=overview,appeals&seconds=3"))
    tab = page.locator("#tabs [aria-current]")
    for name in ("总览", "诉求", "总览"):
        expect(tab).to_have_text(name)
        drawn(page)


def test_news_never_bring_back_a_scene_that_is_being_left(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "scenes=overview,appeals,members&seconds=3600"))
    drawn(page)
    tab = page.locator("#tabs [aria-current]")
    page.evaluate("Promise.all([wall.step(1), wall.refresh()])")
    expect(tab).to_have_text("诉求", timeout=100)
    page.evaluate("Promise.all([wall.refresh(), wall.step(1), wall.refresh()])")
    expect(tab).to_have_text("党员", timeout=100)


def test_an_entry_shows_without_a_touch(open_street: Street, key: str, open_page: Open) -> None:
    page = open_page(wall(open_street, key, "scenes=overview"))
    drawn(page)
    page.evaluate("document.querySelector('.quick-map path').dataset.kept = 'yes'")
    before = number(page.locator(OPEN_TILE).last.inner_text())
    enter_appeal(open_street, "楼道灯不亮")
    expect(page.locator(OPEN_TILE).last).to_have_text(f"{before + 1:,.0f}")
    expect(page.locator("#ticker")).to_contain_text("收到诉求“楼道灯不亮”")
    # the map was not drawn afresh
    expect(page.locator(".quick-map path[data-kept]")).to_have_count(1)


def test_urgent_cases_take_the_wall_over_one_after_another(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "scenes=overview&takeover=3"))
    drawn(page)
    enter_appeal(open_street, "不算急的事")
    enter_appeal(open_street, "高空坠物险情", "danger")
    enter_appeal(open_street, "整栋停水", "utilities")
    place = page.locator("#takeover")
    expect(place).to_contain_text("高空坠物险情")
    expect(place).to_contain_text("安全险情")
    expect(place).to_contain_text("责任岗位")
    assert faults(page, 1920, 1080) == []
    expect(place).to_contain_text("整栋停水")
    expect(place).to_be_hidden()
    expect(place).not_to_contain_text("不算急的事")


def test_a_case_that_turns_red_takes_the_wall_over(
    open_street: Street, key: str, open_page: Open
) -> None:
    appeal_id = enter_appeal(open_street, "马上到期的事")
    page = open_page(wall(open_street, key, "scenes=overview&takeover=3"))
    drawn(page)
    with open_engines(open_street.url).write() as connection:
        due = (datetime.now(UTC) + timedelta(seconds=3)).strftime("%Y-%m-%d %H:%M:%S.000000")
        connection.exec_driver_sql(
            "update appeal set due_at = ?, yellow_at = ? where id = ?", (due, due, appeal_id)
        )
    expect(page.locator("#takeover")).to_contain_text("马上到期的事")
    expect(page.locator("#takeover")).to_contain_text("诉求超过办理时限")


def test_the_gate_is_plain_and_a_revoked_key_shuts_it(open_street: Street, open_page: Open) -> None:
    page = open_page(f"{open_street.address}/wall?key=wrong")
    expect(page.locator("h1")).to_have_text(t.GATE_TITLE)
    page.goto(wall(open_street, new_key(open_street), "scenes=overview"))
    drawn(page)
    with open_engines(open_street.url).write() as connection:
        newest = "(select max(id) from display_key)"
        connection.exec_driver_sql(
            f"update display_key set revoked_at = '2026-01-01 00:00:00' where id = {newest}"
        )
    expect(page.locator("h1")).to_have_text(t.GATE_TITLE)


def test_a_wrong_option_is_named_on_the_display(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "scenes=overvew"))
    expect(page.locator(".notice")).to_contain_text("“overvew”不是大屏的场景")


def test_a_key_opens_its_own_unit_only(open_street: Street, open_page: Open) -> None:
    mine, other = open_street.units("level = 'community'")[:2]
    its_key = new_key(open_street, mine.code)
    page = open_page(wall(open_street, its_key, "scenes=overview"))
    expect(page.locator("#title")).to_contain_text(mine.name)
    page.goto(wall(open_street, its_key, f"unit={other.code}"))
    expect(page.locator(".notice")).to_contain_text("不是可以查看的单位")


def test_a_presenter_turns_scenes_opens_figures_and_looks_at_one_unit(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "present=1"), 1366, 768)
    drawn(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tabs [aria-current]")).to_have_text("地图")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#tabs [aria-current]")).to_have_text("总览")
    drawn(page)
    page.locator("[data-part=tile_on_time_rate]").click()
    detail = page.locator("#detail")
    expect(detail).to_contain_text("时段内在时限内办结的诉求")
    expect(detail.locator("tbody tr").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    street = page.locator("#title").inner_text()
    page.locator(".quick-map path.shape").first.click(force=True)  # a light may lie on it
    expect(page.locator("#title")).not_to_have_text(street)
    drawn(page)
    page.keyboard.press("Escape")
    expect(page.locator("#title")).to_have_text(street)


def test_outside_its_hours_the_wall_is_dark_with_a_clock(
    open_street: Street, key: str, open_page: Open
) -> None:
    hour = (datetime.now(UTC) + timedelta(hours=8)).hour
    page = open_page(wall(open_street, key, f"schedule={(hour + 2) % 24}-{(hour + 4) % 24}"))
    quiet = page.locator("#quiet")
    expect(quiet).to_be_visible()
    expect(quiet).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(quiet).to_contain_text(f"{(hour + 2) % 24:02}:00 恢复")


def test_the_wall_outlives_its_server(server: Server, open_page: Open) -> None:
    street = server.street
    page = open_page(wall(street, new_key(street), "scenes=overview"))
    drawn(page)
    expect(page.locator("#state")).to_have_text(t.LIVE)
    before = number(page.locator(OPEN_TILE).last.inner_text())
    server.stop()  # though a wall is listening
    expect(page.locator("#state")).to_have_text(t.LOST)
    expect(page.locator("#fault")).to_contain_text("中断")
    expect(page.locator(OPEN_TILE).last).to_have_text(f"{before:,.0f}")
    assert faults(page, 1920, 1080) == []
    enter_appeal(street, "停机时登记的事")
    server.start()
    expect(page.locator("#state")).to_have_text(t.LIVE, timeout=RECOVERED)
    expect(page.locator("#fault")).to_be_hidden()
    expect(page.locator(OPEN_TILE).last).to_have_text(f"{before + 1:,.0f}")


def test_a_new_version_makes_the_page_load_itself_again(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page("about:blank")

    def old(route) -> None:
        answer = route.fetch()
        body = re.sub(r'"build": "\w+"', '"build": "old"', answer.text(), count=1)
        route.fulfill(response=answer, body=body)

    page.route("**/wall?**", old, times=1)
    with page.expect_navigation(), page.expect_navigation():
        page.evaluate(f"location.href = '{wall(open_street, key, 'scenes=overview')}'")
    drawn(page)


def test_lists_turn_pages_until_every_row_was_seen(
    open_street: Street, key: str, open_page: Open
) -> None:
    page = open_page(wall(open_street, key, "scenes=overview&seconds=3600"))
    drawn(page)
    rows = page.locator(".box-lights li")
    every = {f"{i}" for i in range(rows.count())}
    told = page.locator(".box-lights .page")
    expect(told).to_have_text(re.compile(rf"^1–\d+ / {len(every)}$"))
    seen: set[str] = set()
    for _ in every:
        seen |= set(page.evaluate(ROWS_SHOWN))
        page.evaluate("wallDraw.turn(document.querySelector('.scene'))")
    assert seen == every
    assert faults(page, 1920, 1080) == []


def test_the_longest_texts_break_nothing(server: Server, open_page: Open) -> None:
    street = server.street
    key = new_key(street)
    with open_engines(street.url).write() as connection:
        for change in (
            "unit set name = substr(name || '有一个特别特别长的名字', 1, 60)",
            "team set name = name || '暨党员先锋志愿服务总队'",
            "appeal set title = substr(title || replace(hex(zeroblob(60)), '0', '长'), 1, 120)",
        ):
            connection.exec_driver_sql(f"update {change}")
        connection.exec_driver_sql("update revision set value = value + 1")
    enter_appeal(street, "急" * 120, "danger")
    for size in ((1920, 1080), (3840, 1080)):
        page = open_page("about:blank", *size)
        for scene in t.SCENES:
            page.goto(wall(street, key, f"scenes={scene}"))
            drawn(page)
            assert faults(page, *size) == [], scene
    enter_appeal(street, "险" * 120, "danger")
    expect(page.locator("#takeover")).to_contain_text("险" * 120)
    assert faults(page, *size) == []
