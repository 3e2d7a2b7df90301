"""Nothing typed is lost: the server is killed under the form, and killed while it writes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import make_url

from tests.browser.conftest import ROOT
from tests.browser.looking import settle, visit
from tests.browser.phone import PATIENCE, SAVED, SIZE, logged_in
from tests.browser.street import Street

CONTENT = "昨晚起，二楼到三楼"


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


@pytest.fixture(scope="module")
def own_server(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests here: starting it takes longer than most of them."""
    folder = tmp_path_factory.mktemp("drafts")
    shutil.copy(make_url(sample_url).database or "", folder / "own.db")
    found = Server(f"sqlite:///{folder / 'own.db'}", folder / "log.txt")
    yield found
    found.kill()


@pytest.fixture
def server(own_server: Server) -> Server:
    """It runs, whatever the test before has left."""
    if own_server.process is None:
        own_server.start()
    return own_server


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


def begin(page: Page, street: Street, title: str) -> int:
    """Choose a category and type, without leaving the last field or pressing anything.

    How much this person had entered today before.
    """
    visit(page, f"{street.address}/entry?form=appeal")
    entered = entered_today(page)
    page.locator(".st-key-entry_appeal_category button").first.tap()
    settle(page)
    page.get_by_label("诉求标题", exact=True).press_sequentially(title)
    page.get_by_label("具体情况", exact=True).press_sequentially(CONTENT)
    expect(page.locator(".kept")).to_contain_text("已保存草稿")
    wait_for(street, title)
    wait_for(street, CONTENT)
    return entered


def entered_today(page: Page) -> int:
    found = re.search(r"(\d+) 条", page.locator(".entry-today").inner_text())
    return int(found[1]) if found else 0


def wait_for(street: Street, words: str) -> None:
    """Wait until the draft holds some words."""
    patiently(
        lambda: any(
            words.encode("unicode_escape").decode() in content
            for (content,) in street.rows("select content from draft")
        )
    )


def patiently(found: Callable[[], bool]) -> None:
    """Wait for what the database is to hold, however slow the machine."""
    latest = time.monotonic() + PATIENCE / 1000
    while not found():
        assert time.monotonic() < latest, "it was never written"
        time.sleep(0.02)


def appeals(street: Street, title: str) -> int:
    return int(street.value("select count(*) from appeal where title = ?", title))


def drafts(street: Street) -> int:
    return int(street.value("select count(*) from draft"))


def expect_typed(page: Page, title: str) -> None:
    expect(page.get_by_label("诉求标题", exact=True)).to_have_value(title)
    expect(page.get_by_label("具体情况", exact=True)).to_have_value(CONTENT)


def expect_restored(page: Page, title: str) -> None:
    expect(page.locator(".restored")).to_contain_text("已恢复上次未提交的内容")
    expect_typed(page, title)


def expect_entered(page: Page, street: Street, title: str, entered: int) -> None:
    """The form, opened anew, is empty and stays so; the day's line counts what was sent."""
    visit(page, f"{street.address}/entry?form=appeal")
    expect(page.locator(".entry-today")).to_contain_text("诉求登记")
    assert entered_today(page) == entered
    expect(page.locator(".restored")).to_have_count(0)
    expect(page.get_by_label("诉求标题", exact=True)).to_have_value("")
    assert (appeals(street, title), drafts(street)) == (1, 0)


def submit(page: Page) -> None:
    page.locator("[class*=st-key-entry_appeal_submit] button").tap()


def test_what_was_typed_survives_a_killed_server(
    page: Page, server: Server, street: Street, tmp_path: Path
) -> None:
    title = "三单元楼道灯不亮"
    before = begin(page, street, title)
    server.kill()
    # the page says that it has lost the server, and keeps what is on it
    expect(page.locator("[data-testid=stApp]")).not_to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    page.screenshot(path=tmp_path / "lost.png")
    expect_typed(page, title)
    server.start()
    # on the page that stayed open
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    settle(page)
    expect_typed(page, title)
    # and on one that is opened anew
    visit(page, f"{street.address}/entry?form=appeal")
    expect_restored(page, title)
    page.screenshot(path=tmp_path / "restored.png")
    submit(page)
    expect(page.locator(SAVED)).to_contain_text("已登记")
    expect_entered(page, street, title, before + 1)


def test_a_form_whose_server_is_killed_once_it_is_written_is_not_offered_again(
    page: Page, server: Server, street: Street
) -> None:
    title = "电梯停在五楼"
    before = begin(page, street, title)
    submit(page)
    # whether or not the answer was on its way
    patiently(lambda: appeals(street, title) == 1)
    server.kill()
    server.start()
    expect_entered(page, street, title, before + 1)


def test_a_form_whose_server_is_killed_before_it_is_written_comes_back(
    page: Page, server: Server, street: Street
) -> None:
    title = "围墙外堆满建筑垃圾"
    before = begin(page, street, title)
    server.send(signal.SIGSTOP)  # what is sent now is never read
    submit(page)
    page.wait_for_timeout(300)
    server.kill()
    page.goto("about:blank")  # nor is it sent again by itself
    assert appeals(street, title) == 0
    server.start()
    visit(page, f"{street.address}/entry?form=appeal")
    expect_restored(page, title)
    submit(page)
    expect(page.locator(SAVED)).to_contain_text("已登记")
    expect_entered(page, street, title, before + 1)


def test_an_impatient_thumb_makes_one_record(page: Page, street: Street) -> None:
    title = "下水道返味"
    begin(page, street, title)
    button = page.locator("[class*=st-key-entry_appeal_submit] button")
    button.evaluate("b => { b.click(); b.click(); b.click(); }")
    expect(page.locator(SAVED)).to_contain_text("已登记")
    settle(page)
    assert appeals(street, title) == 1


def test_a_network_that_hangs_makes_one_record_and_loses_nothing(
    page: Page, server: Server, street: Street
) -> None:
    title = "晾衣架挡住消防通道"
    begin(page, street, title)
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
    assert appeals(street, title) == 1
    told = street.value("select content from appeal where title = ?", title)
    assert told == f"{CONTENT}，请尽快"


def test_a_locked_phone_keeps_what_was_typed_a_moment_ago(page: Page, street: Street) -> None:
    """The page goes to the background within the pause that typing is given."""
    title = "路口红绿灯太短"
    visit(page, f"{street.address}/entry?form=appeal")
    page.get_by_label("诉求标题", exact=True).fill(title)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }"
    )
    wait_for(street, title)


def test_what_is_typed_before_a_tap_is_answered_stays(
    page: Page, server: Server, street: Street
) -> None:
    """The answer moves the fields: similar appeals are put above them."""
    visit(page, f"{street.address}/entry?form=appeal")
    field = page.get_by_label("诉求标题", exact=True)
    server.send(signal.SIGSTOP)
    try:
        page.locator(".st-key-entry_appeal_category button").first.tap()
        field.press_sequentially("垃圾桶满了")
    finally:
        server.send(signal.SIGCONT)
    page.keyboard.type("没有人来清运", delay=150)  # while the answer comes
    wait_for(street, "垃圾桶满了没有人来清运")
    settle(page)
    expect(page.get_by_text("同类在办诉求")).to_be_visible()
    expect(field).to_have_value("垃圾桶满了没有人来清运")
