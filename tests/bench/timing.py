"""Times by the browser's own clock, and how they are told."""

from __future__ import annotations

from playwright.sync_api import Page

PATIENCE = 120_000  # milliseconds
# By the browser's own clock, so that the time of driving it from here is left out:
# milliseconds since the page was asked for, in the frame in which ``test`` comes true.
CLOCK = """window.until = (test) => new Promise((done) => {
  const look = () => test() ? done(performance.now()) : requestAnimationFrame(look);
  look();
});"""


def open_until(page: Page, url: str, drawn: str) -> float:
    """Milliseconds from asking for an address until what is meant is drawn."""
    page.goto(url, wait_until="commit")
    return float(page.evaluate(f"until({drawn})"))


def show(name: str, value: float, target: float, unit: str = "") -> None:
    print(f"{name}: {value:.2f}{unit}（目标 ≤ {target}{unit}）")
