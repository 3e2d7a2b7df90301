"""A wall's life, quickly: scenes change and entries come in, and what that leaves behind."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.street import Street
from tests.browser.wall import OPEN_TILE, enter_appeal

ONE_CHANGE = "() => wall.step(1).then(() => wall.state.scene)"
FREE = "() => document.getElementById('takeover').hidden && wall.$('state').className === 'live'"
MEGABYTE = 1024 * 1024
MOST_TURNS = 600


@dataclass
class Life:
    """What a wall has been through: memory in bytes by number of changes, scenes by count.

    ``tab`` is the whole process of the tab, ``heap`` what the page's scripts hold in it.
    """

    server: list[int] = field(default_factory=list)
    tab: list[int] = field(default_factory=list)
    heap: list[int] = field(default_factory=list)
    scenes: dict[str, int] = field(default_factory=dict)
    entered: int = 0

    def memory(self) -> dict[str, list[int]]:
        """The three by what people call them."""
        return {"服务器": self.server, "页面进程": self.tab, "页面脚本": self.heap}


def live(
    page: Page,
    street: Street,
    changes: int,
    server_pid: Callable[[], int],
    *,
    every: int = 200,
    at: Callable[[int], None] = lambda n: None,
) -> Life:
    """Change scenes ``changes`` times with an entry before each; memory every ``every``.

    ``at`` is called with the number of the change before it happens.
    """
    life = Life()
    page.evaluate("wall.state.paused = true")
    for n in range(1, changes + 1):
        at(n)
        enter_appeal(street, f"第{n}件事", grid=n % 60)
        life.entered += 1
        scene = next_scene(page)
        life.scenes[scene] = life.scenes.get(scene, 0) + 1
        if n % every == 0:
            weigh(page, server_pid(), life)
            print(f"{n}:", *(f"{held[-1] / MEGABYTE:.1f} MB" for held in life.memory().values()))
    return life


def next_scene(page: Page) -> str:
    """Turn to the next scene, after whatever has taken the wall over; its name."""
    before = page.evaluate("wall.state.scene")
    for _ in range(MOST_TURNS):
        if page.evaluate(FREE):
            scene = page.evaluate(ONE_CHANGE)
            if scene != before:
                return str(scene)
        page.wait_for_timeout(200)
    raise AssertionError(f"the wall stays at {before}")


def weigh(page: Page, server_pid: int, life: Life) -> None:
    """Add what the server, the tab and the page's scripts hold now."""
    life.heap.append(heap_of(page))
    life.server.append(memory_of(server_pid))
    life.tab.append(tab_of(page))


def tab_of(page: Page) -> int:
    """Resident memory of the largest tab, which is the wall's: the others are empty."""
    browser = page.context.browser
    assert browser is not None
    devtools = browser.new_browser_cdp_session()
    processes = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
    devtools.detach()
    return max(memory_of(one["id"]) for one in processes if one["type"] == "renderer")


def memory_of(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def heap_of(page: Page) -> int:
    """What the page's scripts hold after a collection."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    held = int(devtools.send("Runtime.getHeapUsage")["usedSize"])
    devtools.detach()
    return held


def expect_open_cases(page: Page, street: Street) -> None:
    """The overview shows as many open cases as there are."""
    for _ in range(6):
        if page.evaluate(ONE_CHANGE) == "overview":
            break
    ended = "('closed', 'rejected', 'withdrawn')"
    cases = street.value(f"select count(*) from appeal where state_type not in {ended}")
    expect(page.locator(OPEN_TILE).last).to_have_text(f"{cases:,}")


def busy_share(pid: int, seconds: float) -> float:
    """The share of one core that a process takes over some seconds."""
    before, began = _ticks(pid), time.monotonic()
    time.sleep(seconds)
    per_second = int(subprocess.check_output(["getconf", "CLK_TCK"]))
    return (_ticks(pid) - before) / per_second / (time.monotonic() - began)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
