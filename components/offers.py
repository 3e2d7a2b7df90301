"""What the panel that is being drawn has to take away: its charts and tables.

Whoever draws one says so in passing.  Nothing is fetched or made of it until somebody asks,
so that a page which nobody takes anything from costs what it did without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data.metrics import Measure, Metric


@dataclass(frozen=True)
class Table:
    """A table as a page shows it, with typed cells; ``name`` where a panel has several."""

    fetch: Callable[[], pd.DataFrame]
    name: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: what builds it out of which rows."""

    build: Callable[..., Any]
    fetch: Callable[[], pd.DataFrame]
    options: dict[str, Any] = field(default_factory=dict)
    name: str = ""


Offer = Table | Chart

_gathered: ContextVar[list[Offer] | None] = ContextVar("offers", default=None)


@contextmanager
def gathering() -> Iterator[list[Offer]]:
    """Gather what is offered within; a panel within a panel keeps its own."""
    outside = _gathered.get()
    found: list[Offer] = []
    _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.set(outside)


def offer_table(fetch: Callable[[], pd.DataFrame], name: str = "") -> None:
    """Let the table that ``fetch`` gives be taken away from the panel that is being drawn."""
    _offer(Table(fetch, name))


def offer_chart(build: Callable[..., Any], frame: pd.DataFrame, options: dict[str, Any]) -> None:
    """The same for a chart; one without rows is no picture worth having."""
    if not frame.empty:
        _offer(Chart(build, lambda: frame, options))


def heading(metric: Metric) -> str:
    """A figure's column in a file: its name with its unit, so that cells can be bare numbers."""
    return f"{metric.name}（{metric.unit}）"


def exact(found: Measure) -> float | None:
    """A figure in a file: a number, to two decimals; None where there is none."""
    return None if found.value is None else round(found.value, 2)


def _offer(one: Offer) -> None:
    found = _gathered.get()
    if found is not None:
        found.append(one)
