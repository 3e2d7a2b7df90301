"""Which figures say something under a work method."""

from __future__ import annotations

from collections.abc import Iterable

from data.method import Method
from data.metrics import METRICS


def offered(keys: Iterable[str], method: Method) -> tuple[str, ...]:
    """Those of ``keys`` (of METRICS) that the method has: none of points without a scheme."""
    return tuple(key for key in keys if method.points or METRICS[key].numerator != "member_points")
