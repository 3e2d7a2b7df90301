"""Reads the database behind a served page, to know what the page should show."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import make_url


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
