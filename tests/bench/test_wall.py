"""What walls cost, and how soon they show an entry.  Printed beside the targets, never asserted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from components.wall import ticks
from tests.bench.timing import open_until, show
from tests.browser.conftest import ROOT, served
from tests.browser.street import Street
from tests.browser.wall import OPEN_TILE, drawn, enter_appeal, new_key, wall
from tests.browser.wall_life import busy_share
from tests.browser.wall_server import Server, own_server, server

__all__ = ["own_server", "server"]

ROUNDS, ENTRIES, WALLS = 9, 50, 20
WATCHED = 120  # seconds: whole minutes, as walls are drawn anew at each
WALL_DRAWN = """() => document.querySelectorAll('.tile').length === 6 &&
  document.querySelectorAll('.quick-map path.shape').length > 60 &&
  document.querySelector('.box-volunteer_list li')"""
# As many charts of constants as the wall's first scene has: funnel, map, grades.
CONSTANT_PAGE = """import altair as alt
import pandas as pd
import streamlit as st

frame = pd.DataFrame({"x": list("abcdefgh"), "y": range(8)})
for n in range(3):
    st.altair_chart(alt.Chart(frame).mark_bar().encode(x="x", y="y"), key=str(n))
"""
CONSTANTS_DRAWN = "() => document.querySelectorAll('svg.marks, canvas.marks').length === 3"


@pytest.fixture
def constants(tmp_path: Path) -> Iterator[str]:
    """A Streamlit page of three charts of constants, served as ours is."""
    folder = tmp_path / "constants"
    (folder / ".streamlit").mkdir(parents=True)
    (folder / "page.py").write_text(CONSTANT_PAGE, encoding="utf-8")
    (folder / "app.py").write_text('import streamlit as st\n\napp = st.App("page.py")\n')
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    (folder / ".streamlit" / "config.toml").write_text(config, encoding="utf-8")
    with served({}, folder / "log.txt", folder / "app.py") as address:
        yield address


def test_load_against_a_page_of_constants(server: Server, constants: str, page: Page) -> None:
    street = server.street
    address = wall(street, new_key(street), "scenes=overview")
    walls, pages = [], []
    for round_ in range(ROUNDS + 2):
        plain = open_until(page, constants, CONSTANTS_DRAWN)
        load = open_until(page, address, WALL_DRAWN)
        if round_ >= 2:
            pages.append(plain)
            walls.append(load)
    base, load = statistics.median(pages), statistics.median(walls)
    print(f"\n常量图页 {base:.0f} ms，大屏 {load:.0f} ms")
    show("大屏打开 ÷ 常量图页", load / base, 1.25)


def test_server_time_of_a_tick_with_nothing_new(
    sample_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_DATABASE", sample_url)
    taken = []
    for _ in range(500):
        began = time.perf_counter()
        ticks.message_now()
        taken.append((time.perf_counter() - began) * 1000)
    print()
    show("一次心跳（中位数）", statistics.median(taken), 5, " ms")


def test_twenty_idle_walls(server: Server, browser: Browser) -> None:
    street = server.street
    address = wall(street, new_key(street), "scenes=overview&seconds=3600")
    with browser.new_context() as context:
        for _ in range(WALLS):
            window = context.new_page()
            window.goto(address)
            window.locator(".tile").first.wait_for()
        time.sleep(5)
        share = busy_share(server.process.pid, WATCHED)
    print()
    show(f"{WALLS} 块闲着的大屏占一个核", share * 100, 5, " %")


def test_from_entry_to_the_wall(server: Server, page: Page) -> None:
    street = server.street
    page.goto(wall(street, new_key(street), "scenes=overview&seconds=3600"))
    drawn(page)
    taken = [_seconds_to_show(page, street) for _ in range(ENTRIES)]
    print(f"\n登记到上屏：中位数 {statistics.median(taken):.2f} 秒，", end="")
    show("最长", max(taken), 2, " 秒")


def _seconds_to_show(page: Page, street: Street) -> float:
    shown = page.locator(OPEN_TILE)
    page.wait_for_timeout(1000)  # the number before has stopped rolling
    before = shown.inner_text()
    enter_appeal(street, "量一量多久上屏")
    began = time.monotonic()
    while shown.inner_text() == before:
        page.wait_for_timeout(10)
    return time.monotonic() - began
