"""Drills: short in every run of the suite, in full with ``DRILL=full``.

``DRILL=full uv run pytest -m drill -n 0 -s`` runs them as the requirement says it, and
prints the figures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from data.engines import Engines, open_engines
from tests.drills.server import Server, serving

FULL = os.environ.get("DRILL") == "full"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.drill)


@pytest.fixture
def full() -> bool:
    """Whether to run as long as the requirement says."""
    return FULL


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], tuple[Server, Engines]]]:
    """Serves a database; afterwards the server's log must hold no error."""
    with ExitStack() as stack:
        logs: list[Path] = []

        def start(url: str) -> tuple[Server, Engines]:
            logs.append(tmp_path / f"log{len(logs)}.txt")
            return stack.enter_context(serving(url, logs[-1])), open_engines(url)

        yield start
    for log in logs:
        assert "Traceback" not in log.read_text(), log.read_text()[-5000:]
