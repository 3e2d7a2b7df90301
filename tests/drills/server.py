"""A server that a drill may kill: on one port for its whole life, whatever happens to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.browser.conftest import ROOT

PATIENCE = 60.0  # seconds for the server to answer


class Server:
    """The app over one database; ``log`` holds what every one of its lives has said."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.site = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | {"GRID_DATABASE": self.url},
                stdout=output,
                stderr=output,
            )
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            if self._process.poll() is not None:
                code = self._process.returncode
                raise RuntimeError(f"the server ended with {code}:\n{self.log.read_text()}")
            if self._is_ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not come up:\n{self.log.read_text()}")

    def _is_ready(self) -> bool:
        """Whether it answers and its database is open: until then /login says 503."""
        try:
            with urlopen(f"{self.site}/login", timeout=5) as answer:
                return urlsplit(answer.url).path in ("/login", "/start")
        except (URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed, no connection is closed in order."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=20)


@contextmanager
def serving(url: str, log: Path) -> Iterator[Server]:
    """A server over ``url`` for a while."""
    server = Server(url, log)
    server.start()
    try:
        yield server
    finally:
        server.stop()
