"""A wall's life, quickly: scenes change and entries come in, and what that leaves behind."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.plain_tab import PlainTab, resident
from tests.browser.street import Street
from tests.browser.wall import OPEN_TILE, enter_appeal

ONE_CHANGE = "wall.step(1).then(() => wall.state.scene)"
FREE = "document.getElementById('takeover').hidden && wall.$('state').className === 'live'"
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
    tab: PlainTab,
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
    tab.evaluate("wall.state.paused = true")
    for n in range(1, changes + 1):
        at(n)
        enter_appeal(street, f"第{n}件事", grid=n % 60)
        life.entered += 1
        scene = next_scene(tab)
        life.scenes[scene] = life.scenes.get(scene, 0) + 1
        if n % every == 0:
            weigh(tab, server_pid(), life)
            print(f"{n}:", *(f"{held[-1] / MEGABYTE:.1f} MB" for held in life.memory().values()))
    return life


def next_scene(tab: PlainTab) -> str:
    """Turn to the next scene, after whatever has taken the wall over; its name."""
    before = tab.evaluate("wall.state.scene")
    for _ in range(MOST_TURNS):
        if tab.evaluate(FREE):
            scene = tab.evaluate(ONE_CHANGE)
            if scene != before:
                return str(scene)
        time.sleep(0.2)
    raise AssertionError(f"the wall stays at {before}")


def weigh(tab: PlainTab, server_pid: int, life: Life) -> None:
    """Add what the server, the tab and the page's scripts hold now."""
    life.heap.append(tab.heap())
    life.server.append(resident(server_pid))
    life.tab.append(tab.memory())


def open_cases_shown(tab: PlainTab, street: Street) -> None:
    """The overview shows as many open cases as there are."""
    for _ in range(6):
        if tab.evaluate(ONE_CHANGE) == "overview":
            break
    ended = "('closed', 'rejected', 'withdrawn')"
    cases = street.value(f"select count(*) from appeal where state_type not in {ended}")
    tab.until(f"[...document.querySelectorAll('{OPEN_TILE}')].at(-1)?.innerText === '{cases:,}'")


def busy_share(pid: int, seconds: float) -> float:
    """The share of one core that a process takes over some seconds."""
    before, began = _ticks(pid), time.monotonic()
    time.sleep(seconds)
    per_second = int(subprocess.check_output(["getconf", "CLK_TCK"]))
    return (_ticks(pid) - before) / per_second / (time.monotonic() - began)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
