"""Ranks that ties share, and volunteer stars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.method.volunteers import Star


def competition_rank(values: Iterable[float]) -> list[int]:
    """The rank of each value, highest first; ties share one and the next is skipped (1,2,2,4)."""
    given = list(values)
    ranks: dict[float, int] = {}
    for place, value in enumerate(sorted(given, reverse=True), start=1):
        ranks.setdefault(value, place)
    return [ranks[value] for value in given]


def stars_of(stars: Sequence[Star], hours: float) -> int:
    """How many stars ``hours`` approved hours earn; 0 below the first."""
    return max((s.stars for s in stars if hours >= s.hours), default=0)
