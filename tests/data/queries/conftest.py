"""Fixtures of the query tests."""

from __future__ import annotations

import pytest

from data.engines import Engines
from data.method import Method
from tests.data.queries.busy import Busy, create_busy


@pytest.fixture
def busy(engines: Engines, method: Method) -> Busy:
    """A grid with a row of every sort, and a spurious row beside each one."""
    return create_busy(engines, method)
