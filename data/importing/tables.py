"""A table as a file holds it: a header, rows of cells, and where each row stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class RawTable:
    """One table of a file, before anybody has said what its columns mean.

    ``header`` is unique and never empty; each row is as long as it.  ``numbers`` are the
    rows' numbers as a person sees them in the file (1-based; a feature: its index from 1).
    ``notes`` say what was skipped or repaired.  ``geometries``: GeoJSON and TopoJSON only.
    ``broken``: position of a row in ``rows`` → why it cannot be taken as it stands.
    ``epoch``: what the workbook counts its days from, 1900 or 1904.
    """

    name: str
    header: list[str]
    rows: list[list[Cell]]
    numbers: list[int]
    notes: list[str] = field(default_factory=list)
    geometries: list[dict[str, Any] | None] | None = None
    broken: dict[int, str] = field(default_factory=dict)
    epoch: int = 1900
