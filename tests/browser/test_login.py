"""Logging in as a person does it: one tap, another page, out again; and what stays shut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.looking import (
    english_words,
    expect_no_fault,
    expect_no_sideways_scroll,
    settle,
    visit,
)
from tests.browser.street import Street

SIZES = {"phone": (390, 844), "desk": (1920, 1080)}


@pytest.fixture
def open_site(open_street: Street) -> str:
    """A served street that may be written to: whoever logs in does."""
    return open_street.address


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Windows of browsers that have never been here, with or without scripts."""
    contexts = []

    def open_(size: str = "desk", **options: bool) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            java_script_enabled=options.get("scripts", True),
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", SIZES)
def test_one_tap_in_another_page_and_out_again(
    open_site: str, fresh: Callable[..., Page], size: str
) -> None:
    page = fresh(size)
    visit(page, open_site)
    page.get_by_role("link", name="登录").click()
    page.get_by_role("button", name="体验书记").click()
    corner = page.locator(".corner")
    expect(corner).to_contain_text("体验书记")
    settle(page)
    page.get_by_role("link", name="党员积分").click()
    expect(page).to_have_url(re.compile("/members"))
    settle(page)
    expect(corner).to_contain_text("体验书记")
    expect_no_fault(page)
    expect_no_sideways_scroll(page)
    corner.get_by_role("button", name="退出").click()
    expect(page.locator(".corner")).to_have_text("登录")
    assert page.context.cookies(open_site) == [] or all(
        cookie["name"] != "grid_session" for cookie in page.context.cookies(open_site)
    )


def test_the_cookie_cannot_be_read_by_scripts(open_site: str, fresh: Callable[..., Page]) -> None:
    page = fresh()
    page.goto(f"{open_site}/login")
    page.get_by_role("button", name="体验管理员").click()
    expect(page.locator(".corner")).to_contain_text("体验管理员")
    assert "grid_session" not in page.evaluate("document.cookie")
    held = [c for c in page.context.cookies(open_site) if c["name"] == "grid_session"]
    assert [(c["httpOnly"], c["sameSite"], c["path"]) for c in held] == [(True, "Lax", "/")]


def test_logging_out_in_one_window_shuts_the_other(
    open_site: str, fresh: Callable[..., Page]
) -> None:
    first = fresh()
    first.goto(f"{open_site}/login?next=/admin")
    first.get_by_role("button", name="体验管理员").click()
    expect(first.get_by_text("现行工作法")).to_be_visible()
    second = first.context.new_page()
    visit(second, open_site)
    second.locator(".corner").get_by_role("button", name="退出").click()
    expect(second.locator(".corner")).to_have_text("登录")
    first.get_by_role("link", name="系统管理").click()
    expect(first.locator(".notice")).to_contain_text("登录已失效")
    expect(first.get_by_text("现行工作法")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_the_login_page_works_without_scripts_and_speaks_chinese(
    open_site: str, fresh: Callable[..., Page], size: str
) -> None:
    page = fresh(size, scripts=False)
    page.goto(f"{open_site}/login")
    page.get_by_label("账号").fill("nobody")
    page.get_by_label("密码").fill("wrong-password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
    spoken = fresh(size)
    spoken.goto(f"{open_site}/login")
    assert english_words(spoken) == set()


@pytest.mark.parametrize("size", SIZES)
def test_a_gate_stands_before_what_needs_a_login(
    site: str, fresh: Callable[..., Page], size: str
) -> None:
    page = fresh(size)
    visit(page, f"{site}/admin")
    expect(page.locator(".notice")).to_contain_text("请先登录")
    assert english_words(page) == set()
    expect_no_sideways_scroll(page)
    page.locator(".notice").get_by_role("link", name="登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    assert "next=" in page.url
