"""A real server and a real browser: every request that leaves the machine fails the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sqlalchemy.engine import make_url

from tests.browser.street import Street

ROOT = Path(__file__).parents[2]
LOCAL = {"127.0.0.1", "localhost", ""}
PATIENCE = 60_000  # milliseconds; a shared two-core machine may take its time
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One visitor whose browser keeps the framework's files from page to page."""
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        context.set_default_timeout(PATIENCE)
        yield context


@contextmanager
def served(environment: dict[str, str], log: Path, app: Path = ROOT / "app.py") -> Iterator[str]:
    """A server on a free port with these settings; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=app.parent, env=os.environ | environment, stdout=output, stderr=output
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{log.read_text()}")
        try:
            urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def site(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample street, for journeys that only look."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with served({"GRID_DATABASE": sample_url}, log) as address:
        yield address
    assert "Traceback" not in log.read_text()


@pytest.fixture
def street(sample_url: str, site: str) -> Street:
    """The database behind ``site``."""
    return Street(sample_url, site)


@pytest.fixture(scope="session")
def open_street(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One copy of the sample street, served, that every writing journey may write to.

    Journeys share it to save time, so each looks only at what its own entry moves.
    """
    folder = tmp_path_factory.mktemp("open")
    shutil.copy(make_url(sample_url).database or "", folder / "open.db")
    url = f"sqlite:///{folder / 'open.db'}"
    with served({"GRID_DATABASE": url}, folder / "log.txt") as address:
        yield Street(url, address)
    assert "Traceback" not in (folder / "log.txt").read_text()


@pytest.fixture
def open_page(visitor: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Opens an address in a new window; afterwards nothing may have left the machine."""
    pages: list[Page] = []
    abroad: list[str] = []

    def record(request: Request) -> None:
        if urlsplit(request.url).hostname not in {*LOCAL, None}:
            abroad.append(request.url)

    def open_(url: str = "about:blank", width: int = 1920, height: int = 1080) -> Page:
        page = visitor.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("request", record)
        page.goto(url)
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    assert abroad == []
