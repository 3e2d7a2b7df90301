"""Nothing typed is lost: the server is killed under the form, and killed while it writes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import make_url

from tests.browser.conftest import ROOT
from tests.browser.looking import settle, visit
from tests.browser.phone import SAVED, SIZE, logged_in
from tests.browser.street import Street

TITLE, CONTENT = "三单元楼道灯不亮", "昨晚起，二楼到三楼"


class Server:
    """The app on one port, started and killed as often as it takes."""

    def __init__(self, url: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url, self.log, self.address = url, log, f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        environment = os.environ | {"GRID_DATABASE": self.url}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        for _ in range(300):
            try:
                urlopen(f"{self.address}/_stcore/health", timeout=2).close()
                return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(self.log.read_text())

    def send(self, signal_: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(signal_)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture
def server(sample_url: str, tmp_path: Path) -> Iterator[Server]:
    shutil.copy(make_url(sample_url).database or "", tmp_path / "own.db")
    found = Server(f"sqlite:///{tmp_path / 'own.db'}", tmp_path / "log.txt")
    found.start()
    yield found
    found.kill()


@pytest.fixture
def street(server: Server) -> Street:
    return Street(server.url, server.address)


@pytest.fixture
def page(browser: Browser, street: Street) -> Iterator[Page]:
    """A grid worker's phone."""
    with logged_in(
        browser, street, "demo-worker", viewport=SIZE, has_touch=True, is_mobile=True
    ) as context:
        yield context.new_page()


def begin(page: Page, street: Street) -> None:
    """Choose a category and type, without leaving the last field or pressing anything."""
    visit(page, f"{street.address}/entry?form=appeal")
    page.locator(".st-key-entry_appeal_category button").first.tap()
    settle(page)
    page.get_by_label("诉求标题", exact=True).press_sequentially(TITLE)
    page.get_by_label("具体情况", exact=True).press_sequentially(CONTENT)
    expect(page.locator(".kept")).to_contain_text("已保存草稿")
    wait_for(street, CONTENT)


def wait_for(street: Street, words: str) -> None:
    """Wait until the draft holds some words."""
    for _ in range(100):
        drafts = street.rows("select content from draft")
        if any(words.encode("unicode_escape").decode() in content for (content,) in drafts):
            return
        time.sleep(0.1)
    raise AssertionError("the draft was never kept")


def appeals(street: Street) -> int:
    return int(street.value("select count(*) from appeal where title = ?", TITLE))


def expect_typed(page: Page) -> None:
    expect(page.get_by_label("诉求标题", exact=True)).to_have_value(TITLE)
    expect(page.get_by_label("具体情况", exact=True)).to_have_value(CONTENT)


def submit(page: Page) -> None:
    page.locator("[class*=st-key-entry_appeal_submit] button").tap()


def test_what_was_typed_survives_a_killed_server(
    page: Page, server: Server, street: Street, tmp_path: Path
) -> None:
    begin(page, street)
    server.kill()
    # the page says that it has lost the server, and keeps what is on it
    expect(page.locator("[data-testid=stApp]")).not_to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    page.screenshot(path=tmp_path / "lost.png")
    expect_typed(page)
    server.start()
    # on the page that stayed open
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    settle(page)
    expect_typed(page)
    # and on one that is opened anew
    visit(page, f"{street.address}/entry?form=appeal")
    expect(page.locator(".restored")).to_contain_text("已恢复上次未提交的内容")
    expect_typed(page)
    page.screenshot(path=tmp_path / "restored.png")
    submit(page)
    expect(page.locator(SAVED)).to_contain_text("已登记")
    assert appeals(street) == 1
    visit(page, f"{street.address}/entry?form=appeal")
    expect(page.get_by_label("诉求标题", exact=True)).to_have_value("")
    expect(page.locator(".entry-today")).to_contain_text("诉求登记")


def test_a_form_that_is_sent_on_both_sides_of_a_restart_is_written_once(
    page: Page, server: Server, street: Street
) -> None:
    begin(page, street)
    submit(page)
    # killed as soon as the entry is there, whether or not its answer was
    for _ in range(200):
        if appeals(street):
            break
        time.sleep(0.02)
    server.kill()
    server.start()
    visit(page, f"{street.address}/entry?form=appeal")
    expect(page.get_by_label("诉求标题", exact=True)).to_have_value("")
    expect(page.locator(".entry-today")).to_contain_text("诉求登记")
    assert appeals(street) == 1


def test_an_impatient_thumb_makes_one_record(page: Page, street: Street) -> None:
    begin(page, street)
    button = page.locator("[class*=st-key-entry_appeal_submit] button")
    button.evaluate("b => { b.click(); b.click(); b.click(); }")
    expect(page.locator(SAVED)).to_contain_text("已登记")
    settle(page)
    assert appeals(street) == 1


def test_a_network_that_hangs_makes_one_record_and_loses_nothing(
    page: Page, server: Server, street: Street
) -> None:
    begin(page, street)
    server.send(signal.SIGSTOP)
    try:
        page.get_by_label("具体情况", exact=True).press_sequentially("，请尽快")
        submit(page)
        page.wait_for_timeout(3000)
        submit(page)
    finally:
        server.send(signal.SIGCONT)
    expect(page.locator(SAVED)).to_contain_text("已登记")
    settle(page)
    assert appeals(street) == 1
    told = street.value("select content from appeal where title = ?", TITLE)
    assert told == f"{CONTENT}，请尽快"


def test_a_locked_phone_keeps_what_was_typed_a_moment_ago(page: Page, street: Street) -> None:
    """The page goes to the background within the pause that typing is given."""
    visit(page, f"{street.address}/entry?form=appeal")
    page.get_by_label("诉求标题", exact=True).fill(TITLE)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }"
    )
    wait_for(street, TITLE)
