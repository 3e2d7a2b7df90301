"""A stream of single draws from a numpy generator."""

from __future__ import annotations

from collections.abc import Iterator

from numpy.random import Generator


def endless(rng: Generator) -> Iterator[float]:
    """Uniform draws one by one, fetched in blocks because single draws are slow."""
    while True:
        yield from rng.random(65_536).tolist()
