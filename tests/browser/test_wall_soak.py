"""The wall over thousands of changes: `uv run pytest -m soak -n 0 -s` is the long one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.wall import texts as t
from tests.browser.wall import drawn, new_key, wall
from tests.browser.wall_life import Life, expect_open_cases, live
from tests.browser.wall_server import Server, server

__all__ = ["server"]

RECOVERED = 10_000  # milliseconds after the server is back
CHANGES, STOPS, SHORT = 2000, 5, 12
GROWTH = 1.2  # of memory at the end against the first 200 changes


def restarts(server: Server, page: Page, changes: int, stops: int) -> Callable[[int], None]:
    """Stops and starts the server now and then; the wall has to come back by itself."""
    due = {changes * (n + 1) // (stops + 1) for n in range(stops)}

    def at(change: int) -> None:
        if change not in due:
            return
        server.stop()
        expect(page.locator("#state")).to_have_text(t.LOST)
        server.start()
        expect(page.locator("#state")).to_have_text(t.LIVE, timeout=RECOVERED)

    return at


def lived(server: Server, page: Page, changes: int, stops: int) -> Life:
    street = server.street
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(wall(street, new_key(street), "takeover=3"))
    drawn(page)
    step = restarts(server, page, changes, stops)
    life = live(page, street, changes, lambda: server.process.pid, at=step)
    expect_open_cases(page, street)
    assert broken == []
    assert len(life.scenes) == len(t.SCENES)
    return life


def test_a_dozen_changes_with_as_many_entries_and_one_stop(
    server: Server, open_page: Callable[..., Page]
) -> None:
    life = lived(server, open_page(), SHORT, 1)
    assert life.entered == SHORT
    assert sum(life.scenes.values()) == SHORT


@pytest.mark.soak
def test_two_thousand_changes_with_as_many_entries(
    server: Server, open_page: Callable[..., Page]
) -> None:
    life = lived(server, open_page(), CHANGES, STOPS)
    print(f"\n场景 {life.scenes}，登记 {life.entered} 件")
    for name, held in life.memory().items():
        last, most = held[-1] / held[0], max(held) / held[0]
        print(f"{name}内存末 ÷ 前200次：{last:.2f}（最高 {most:.2f}，目标 ≤ {GROWTH}）")
    assert all(held[-1] <= GROWTH * held[0] for held in life.memory().values())
