"""A display that hangs on a street: its key, its pages, and what is entered while it hangs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from data.engines import open_engines
from data.identity import system
from data.writes.appeals import record_appeal
from data.writes.displays import create_display_key
from tests.browser.street import Street

ME = system("大屏测试", "test")
LOOKS = Path(__file__).with_name("wall_looks.js").read_text(encoding="utf-8")
MOST_WAITS = 400
STILL = """document.fonts.status === 'loaded' &&
  document.getAnimations().every((a) => a.playState !== 'running')"""
SMALLEST = 18  # pixels at 1920×1080
OPEN_TILE = "[data-part=tile_open_appeals] [data-roll]"


def new_key(street: Street, unit: str = "") -> str:
    """A display's key for a unit (by code; the whole street unless told)."""
    condition = f"code = '{unit}'" if unit else "parent_id is null"
    unit_id = street.units(condition)[0].id
    engines, at = open_engines(street.url), datetime.now(UTC)
    made = create_display_key(engines, name="测试大屏", unit_id=unit_id, actor=ME, at=at)
    return made.key


def enter_appeal(street: Street, title: str, category: str = "property", grid: int = 0) -> int:
    """Register an appeal just now; its id."""
    at = datetime.now(UTC)
    made = record_appeal(
        open_engines(street.url),
        unit_id=street.grid(grid).id,
        category_key=category,
        channel="来电",
        title=title,
        content="",
        received_at=at - timedelta(seconds=1),
        at=at,
        actor=ME,
    )
    return made.id


def wall(street: Street, key: str, query: str = "") -> str:
    """The address of a wall."""
    return f"{street.address}/wall?key={key}&{query}".rstrip("&")


def drawn(page: Page) -> None:
    """Wait until a scene stands alone, with its map where it has one."""
    expect(page.locator("#stage > .scene")).to_have_count(1)
    for place in page.locator("#stage .quick-map").all():
        expect(place.locator("path").first).to_be_attached()
    # asked from here: the wall's own policy forbids a waiting expression to be evaluated in it
    for _ in range(MOST_WAITS):
        if page.evaluate(STILL):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the wall does not come to rest")


def faults(page: Page, width: int, height: int) -> list[str]:
    """What is wrong with how the wall looks, in words."""
    return page.evaluate(LOOKS, SMALLEST * min(width / 1920, height / 1080))


def number(text: str) -> float:
    return float(text.replace(",", ""))
