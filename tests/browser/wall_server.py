"""A server of a wall's own that can be stopped, and started again at the same address."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.browser.conftest import ROOT, _wait_until_up
from tests.browser.street import Street


class Server:
    """A server that can be stopped and started again at the same address."""

    def __init__(self, url: str, log: Path, port: int) -> None:
        self.log, self.port = log, port
        self.environment = os.environ | {"GRID_DATABASE": url}
        self.address = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        _wait_until_up(self.address, self.process, self.log)

    @property
    def street(self) -> Street:
        """The database behind it."""
        return Street(self.environment["GRID_DATABASE"], self.address)

    def stop(self) -> float:
        """Ask it to stop; the seconds that took."""
        began = time.monotonic()
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def own_server(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of a module: starting it takes longer than most of them."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copy(make_url(sample_url).database or "", folder / "own.db")
    made = Server(f"sqlite:///{folder / 'own.db'}", folder / "log.txt", _free_port())
    try:
        made.start()
        yield made
    finally:
        made.stop()
    assert "Traceback" not in made.log.read_text()


@pytest.fixture
def server(own_server: Server) -> Server:
    """It runs, whatever the test before has left."""
    if own_server.process is None or own_server.process.poll() is not None:
        own_server.start()
    return own_server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
