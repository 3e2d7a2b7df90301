"""How long a page takes, as a ratio to an empty Streamlit page in the same run.

`uv run pytest -m bench -s` prints the figures beside their targets.  Times are
never asserted: the machine's load decides them as much as the code does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit.runtime.scriptrunner.script_runner as script_runner
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest

from data import boot
from tests.browser.conftest import ROOT, served

pytest_plugins = ["tests.browser.conftest"]
pytestmark = pytest.mark.bench

ROUNDS = 9
EMPTY_PAGE = 'import streamlit as st\n\nst.write("空")\n'
EMPTY_APP = 'import streamlit as st\n\napp = st.App("page.py")\n'


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[str]:
    """The emptiest page that the same Streamlit serves under the same configuration."""
    (tmp_path / "page.py").write_text(EMPTY_PAGE, encoding="utf-8")
    (tmp_path / "app.py").write_text(EMPTY_APP, encoding="utf-8")
    (tmp_path / ".streamlit").mkdir()
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    (tmp_path / ".streamlit" / "config.toml").write_text(config, encoding="utf-8")
    with served({}, tmp_path / "log.txt", tmp_path / "app.py") as address:
        yield address


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def open_empty(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("空", exact=True).wait_for()


def open_overview(page: Page, address: str) -> None:
    """Until the six figures, both charts and the map's shapes are drawn."""
    page.goto(address)
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    page.locator(".card").nth(5).wait_for()
    page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)").nth(1).wait_for()
    page.frame_locator("iframe").locator("path.shape").nth(60).wait_for()


def change_period(page: Page, words: str, dates: str) -> None:
    """Choose a period and wait for its dates, its figures and its map."""
    page.get_by_role("radio", name=words, exact=True).click()
    page.locator(".filter-note", has_text=dates).wait_for()
    wait_until_drawn(page)


def show(name: str, value: float, target: float, unit: str = "") -> None:
    print(f"{name}: {value:.2f}{unit}（目标 ≤ {target}{unit}）")


def test_page_load_and_filter_change_against_an_empty_page(
    browser: Browser, site: str, empty_site: str
) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.set_default_timeout(60_000)
    open_overview(page, site)
    open_empty(page, empty_site)
    loads, empties, changes = [], [], []
    for _ in range(ROUNDS):
        empties.append(seconds(lambda: open_empty(page, empty_site)))
        loads.append(seconds(lambda: open_overview(page, f"{site}/?period=year")))
        changes.append(seconds(lambda: change_period(page, "本月", "月1日 —")))
    page.close()
    empty = statistics.median(empties)
    print(f"\n空白页 {empty * 1000:.0f} ms，总览 {statistics.median(loads) * 1000:.0f} ms")
    show("总览打开 ÷ 空白页", statistics.median(loads) / empty, 1.6)
    show("换期间 ÷ 空白页", statistics.median(changes) / empty, 0.6)
    assert len(loads) == len(changes) == ROUNDS


@pytest.mark.parametrize("page", ["overview.py", "map.py", "members.py", "appeals.py"])
def test_server_time_of_a_rerun_with_nothing_new(
    page: str, sample_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", sample_url)
    while boot.status().kind == "building":
        time.sleep(0.05)
    taken: list[float] = []
    run_script = script_runner.exec_func_with_error_handling

    def timed(*arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return run_script(*arguments)
        finally:
            taken.append(time.perf_counter() - start)

    monkeypatch.setattr(script_runner, "exec_func_with_error_handling", timed)
    app = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()
    if page != "overview.py":
        app.switch_page(page).run()
    taken.clear()
    for _ in range(30):
        app.run()
    warm = taken[5:]
    print(f"\n{page}", end=" ")
    show("重跑用时（中位数）", statistics.median(warm) * 1000, 30, " ms")
    show("　其中最快", min(warm) * 1000, 30, " ms")
    assert len(warm) == 25
    assert not app.exception
