"""The wall over thousands of changes: `uv run pytest -m soak -n 0 -s` is the long one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from components.wall import texts as t
from tests.browser.plain_tab import PlainTab
from tests.browser.wall import new_key, wall
from tests.browser.wall_life import Life, live, open_cases_shown
from tests.browser.wall_server import Server, own_server, server

__all__ = ["own_server", "server"]

RECOVERED = 10  # seconds after the server is back
CHANGES, STOPS, SHORT = 2000, 5, 8  # short: every scene once more after the stop
GROWTH = 1.2  # of memory at the end against the first 200 changes


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[PlainTab]:
    """Where ``browser`` does not skip: there is a Chromium."""
    with PlainTab(tmp_path / "chromium") as plain:
        yield plain


def restarts(server: Server, tab: PlainTab, changes: int, stops: int) -> Callable[[int], None]:
    """Stops and starts the server now and then; the wall has to come back by itself."""
    due = {changes * (n + 1) // (stops + 1) for n in range(stops)}
    says = "document.getElementById('state').innerText.trim().startsWith('{}')"

    def at(change: int) -> None:
        if change not in due:
            return
        server.stop()
        tab.until(says.format(t.LOST))
        server.start()
        tab.until(says.format(t.LIVE), RECOVERED)

    return at


def lived(server: Server, tab: PlainTab, changes: int, stops: int) -> Life:
    street = server.street
    tab.goto(wall(street, new_key(street), "takeover=3"))
    tab.until("document.querySelectorAll('#stage > .scene').length === 1")
    step = restarts(server, tab, changes, stops)
    life = live(tab, street, changes, lambda: server.process.pid, at=step)
    open_cases_shown(tab, street)
    assert tab.broken == []
    assert len(life.scenes) == len(t.SCENES)
    return life


def test_a_few_changes_with_as_many_entries_and_one_stop(server: Server, tab: PlainTab) -> None:
    life = lived(server, tab, SHORT, 1)
    assert life.entered == SHORT
    assert sum(life.scenes.values()) == SHORT


@pytest.mark.soak
def test_two_thousand_changes_with_as_many_entries(server: Server, tab: PlainTab) -> None:
    life = lived(server, tab, CHANGES, STOPS)
    print(f"\n场景 {life.scenes}，登记 {life.entered} 件")
    for name, held in life.memory().items():
        last, most = held[-1] / held[0], max(held) / held[0]
        print(f"{name}内存末 ÷ 前200次：{last:.2f}（最高 {most:.2f}，目标 ≤ {GROWTH}）")
    assert all(held[-1] <= GROWTH * held[0] for held in life.memory().values())
