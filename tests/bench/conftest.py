"""Benchmarks run on purpose only: every test in this folder is marked ``bench``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.bench.timing import CLOCK, PATIENCE

# The same server and browser as the journeys.
from tests.browser.conftest import site

__all__ = ["site"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """One window for the whole test, so that the files of all sites come from its cache."""
    window = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    window.set_default_timeout(PATIENCE)
    window.add_init_script(CLOCK)
    yield window
    window.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.bench)
