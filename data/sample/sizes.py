"""How much sample data to make; the defaults are the street that the product shows."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """Numbers of things; ``days`` is the length of the history in days."""

    communities: int = 4
    grids: int = 62
    special_grids: int = 7
    buildings: int = 262
    members: int = 774
    members_left: int = 46
    volunteers: int = 803
    volunteers_left: int = 78
    appeals: int = 13_000
    points_entries: int = 60_500
    service_records: int = 40_600
    idle_orders: int = 900
    visits: int = 20_300
    days: int = 730

    def scaled(self, factor: float) -> Sizes:
        """The same street with ``factor`` times as much of everything but days."""
        fixed = {"days": self.days, "communities": max(2, round(self.communities * factor))}
        grown = {
            name: max(2, round(value * factor))
            for name, value in vars(self).items()
            if name not in fixed
        }
        return replace(self, **fixed, **grown)
