"""Reads the database behind a served page, to know what the page should show."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import make_url


@dataclass(frozen=True)
class Unit:
    """One unit of the tree."""

    id: int
    code: str
    name: str
    initials: str
    level: str


@dataclass(frozen=True)
class Street:
    """A database and, where one is running, the address of the app over it."""

    url: str
    address: str = ""

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """The answer to a question in SQL."""
        file = make_url(self.url).database
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()

    def value(self, question: str, *values: Any) -> Any:
        """The one value that answers a question in SQL."""
        return self.rows(question, *values)[0][0]

    def units(self, condition: str) -> list[Unit]:
        """Units in tree order."""
        columns = "id, code, name, initials, level"
        found = self.rows(f"select {columns} from unit where {condition} order by sort, id")
        return [Unit(*row) for row in found]

    def mapped_below(self, unit: Unit) -> list[Unit]:
        """The units right below one that have a boundary, those with units of their own first."""
        found = self.units(f"parent_id = {unit.id} and boundary is not null")
        return sorted(found, key=lambda u: not self.units(f"parent_id = {u.id}"))

    def grid(self, number: int) -> Unit:
        """One of the grids: journeys that write take different ones."""
        return self.units("level = 'grid' and boundary is not null")[number]
