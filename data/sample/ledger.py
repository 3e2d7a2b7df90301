"""The points ledger: how many points a year brings a member, and the entries that make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr

from data.method import PointsRule, PointsScheme
from data.sample.geometry import Array

WORST, BEST = 0.045, 0.21  # shares of members with the worst and the best grade
STEADINESS = 0.8  # correlation of a member's years
UNCAPPED_COPIES = {"duty": 12, "award": 4, "deduction": 4}
RARE = 0.4  # weight of rules that need approval, further lowered by their points


@dataclass(frozen=True)
class Slots:
    """Everything a member could be given in a year: one slot for each time a rule may apply."""

    rule: Array
    points: Array
    weight: Array
    low: Array  # the part of the year a slot belongs to, as fractions
    high: Array

    @classmethod
    def of(cls, rules: list[PointsRule]) -> Slots:
        """Slots of the rules that give points."""
        rows = []
        for index, rule in enumerate(rules):
            if rule.kind == "deduction":
                continue
            copies = copies_of(rule)
            weight = RARE / rule.points if rule.needs_approval else 1.0
            parts = [(n / copies, (n + 1) / copies) for n in range(copies)]
            rows += [(index, rule.points, weight, low, high) for low, high in parts]
        rule_column, *others = (np.array(column) for column in zip(*rows, strict=True))
        return cls(rule_column.astype(int), *others)

    def leaning(self, wanted: float) -> Array:
        """Weights under which a drawn slot is worth about ``wanted`` points."""
        tries = [self.weight * self.points**power for power in np.linspace(-2.5, 2.5, 51)]
        means = [float((w * self.points).sum() / w.sum()) for w in tries]
        return tries[int(np.argmin([abs(mean - wanted) for mean in means]))]


def copies_of(rule: PointsRule) -> int:
    """How often a rule can apply to a member in a year."""
    if rule.cycle_cap is None:
        return UNCAPPED_COPIES[rule.kind]
    return max(1, int(rule.cycle_cap // rule.points))


def year_targets(rng: Generator, scheme: PointsScheme, quality: Array, base: Array) -> Array:
    """A whole year's total for each member, so that every grade is met."""
    noise = rng.normal(0, 1, len(quality))
    z = STEADINESS * quality + np.sqrt(1 - STEADINESS**2) * noise
    lines = [grade.at_least for grade in scheme.grades]
    if any(line is None for line in lines):
        targets: Array = base + 30 + 9 * z
        return targets
    rising = np.array(sorted(float(line or 0) for line in lines))[1:]
    middle = 2.6 ** np.arange(max(0, len(rising) - 1))
    shares = np.concatenate([[WORST], (1 - WORST - BEST) * middle / (middle.sum() or 1)])
    knots = np.concatenate([[0.0], np.cumsum(shares)[: len(rising)], [1.0]])
    values = np.concatenate([[rising[0] - 14], rising, [rising[-1] + 16]])
    found: Array = np.interp(ndtr(z), knots, values)
    return found
