"""A tab that nobody looks over the shoulder of, for measuring what a page itself holds.

Playwright asks Chromium for the network's events, and Chromium then keeps the body of every
answer in the tab's own process: over thousands of them that is more than the page.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.conftest import CHROMIUM, FLAGS

STARTING, ANSWER = 30.0, 60.0  # seconds
LARGEST = 64 * 1024 * 1024


class PlainTab:
    """One tab of a Chromium of its own, at 1920×1080; ``broken`` are the errors of its scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broken: list[str] = []
        self._numbers = itertools.count(1)

    def __enter__(self) -> PlainTab:
        command = [CHROMIUM, "--headless=new", *FLAGS, f"--user-data-dir={self.folder}"]
        command += ["--remote-debugging-port=0", "--window-size=1920,1080", "about:blank"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._open = ExitStack()
        self._page = self._open.enter_context(connect(self._address(), max_size=LARGEST))
        self._say("Runtime.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._process.terminate()
        self._process.wait(timeout=STARTING)

    def goto(self, address: str) -> None:
        """Open an address and wait until it has loaded."""
        self._say("Page.navigate", url=address)
        self.until("location.href !== 'about:blank' && document.readyState === 'complete'")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of what it promises; AssertionError where it throws."""
        answer = self._say(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, (expression, answer)
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 30) -> None:
        """Wait for an expression to hold."""
        began = time.monotonic()
        while not self.evaluate(expression):
            assert time.monotonic() - began < seconds, f"not within {seconds} s: {expression}"
            time.sleep(0.05)

    def memory(self) -> int:
        """Resident memory of the tab's process in bytes."""
        return max(resident(pid) for pid in _below(self._process.pid) if _renders(pid))

    def heap(self) -> int:
        """What the page's scripts hold after a collection, in bytes."""
        self._say("HeapProfiler.collectGarbage")
        return int(self._say("Runtime.getHeapUsage")["usedSize"])

    def _address(self) -> str:
        noted, began = self.folder / "DevToolsActivePort", time.monotonic()
        while time.monotonic() - began < STARTING:
            if noted.exists() and (port := noted.read_text().split("\n")[0]):
                listed = f"http://127.0.0.1:{port}/json/list"
                for one in json.load(urllib.request.urlopen(listed, timeout=ANSWER)):
                    if one["type"] == "page":
                        return str(one["webSocketDebuggerUrl"])
            time.sleep(0.05)
        raise AssertionError("Chromium does not start")

    def _say(self, method: str, **given: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._page.send(json.dumps({"id": number, "method": method, "params": given}))
        while True:
            told = json.loads(self._page.recv(timeout=ANSWER))
            if told.get("method") == "Runtime.exceptionThrown":
                self.broken.append(json.dumps(told["params"], ensure_ascii=False))
            if told.get("id") == number:
                assert "error" not in told, (method, told)
                return dict(told["result"])


def resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _below(pid: int) -> list[int]:
    """A process, everything it has begun, and so on."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(deep for child in children for deep in _below(int(child)))]


def _renders(pid: int) -> bool:
    return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
