"""Benchmarks run on purpose only: every test in this folder is marked ``bench``."""

from __future__ import annotations

from pathlib import Path

import pytest

# The same server and browser as the journeys.
from tests.browser.conftest import site

__all__ = ["site"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.bench)
