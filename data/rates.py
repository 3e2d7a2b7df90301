"""Rates that always carry their numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_SAMPLE = 10


@dataclass(frozen=True)
class Rate:
    """``numerator`` out of ``denominator``; rates of parts add up to the rate of the whole.

    Raises ValueError where the numerator is not a part of the denominator.
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} is no part of {self.denominator}")

    @property
    def value(self) -> float | None:
        """The rate between 0 and 1; None when there is nothing to count."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def small(self) -> bool:
        """Whether so little was counted that the rate says little."""
        return self.denominator < SMALL_SAMPLE

    @property
    def text(self) -> str:
        """The rate in per cent, e.g. ``93.4%``, or ``—`` when there is nothing to count.

        Only a whole reads 100.0% and only nothing reads 0.0%: rounding never
        hides the one case that is missing.
        """
        if self.value is None:
            return "—"
        if 0 < self.numerator < self.denominator:
            return f"{min(max(self.value * 100, 0.1), 99.9):.1f}%"
        return f"{self.value * 100:.1f}%"

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)

    def __radd__(self, other: int) -> Rate:
        """What lets ``sum(rates)`` begin at 0."""
        return self if other == 0 else NotImplemented
