"""Logging in by the office's identity provider, as a person does it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import make_url

from data.engines import open_engines
from data.identity import system
from data.writes.accounts_admin import create_account
from tests.browser.conftest import PATIENCE, served
from tests.browser.looking import expect_no_fault, settle
from tests.components.login.provider import BUTTON, FakeProvider, providing

LABEL = "用统一身份认证登录"


@pytest.fixture
def office(sample_url: str, tmp_path: Path) -> Iterator[tuple[str, FakeProvider]]:
    """A street with a provider and 李娜, who was never told her first password."""
    shutil.copy(make_url(sample_url).database or "", tmp_path / "own.db")
    url = f"sqlite:///{tmp_path / 'own.db'}"
    engines, at = open_engines(url), datetime.now(UTC)
    who = {"login": "li.na", "display_name": "李娜"}
    create_account(engines, **who, grants=[("admin", None)], actor=system("测试", "test"), at=at)
    engines.dispose()
    with providing(asks=True) as fake:
        environment = fake.settings() | {"GRID_DATABASE": url}
        with served(environment, tmp_path / "log.txt") as address:
            yield address, fake
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of a browser that has never been here."""
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def test_to_the_provider_and_back_and_out_again(
    office: tuple[str, FakeProvider], page: Page
) -> None:
    address, fake = office
    page.goto(f"{address}/login?next=/members")
    page.get_by_role("link", name=LABEL).click()
    expect(page).to_have_url(re.compile(re.escape(fake.address)))
    page.get_by_role("link", name=BUTTON).click()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}/members"))
    corner = page.locator(".corner")
    expect(corner).to_contain_text("李娜")
    settle(page)
    expect_no_fault(page)
    names = {cookie["name"] for cookie in page.context.cookies(f"{address}/login/oidc")}
    assert "grid_session" in names
    assert "grid_oidc" not in names
    corner.get_by_role("button", name="退出").click()
    expect(page.locator(".corner")).to_have_text("登录")

    fake.user = "nobody.here"
    page.goto(f"{address}/login")
    page.get_by_role("link", name=LABEL).click()
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_role("alert")).to_contain_text("“nobody.here”")
    expect(page.get_by_label("密码")).to_be_visible()
