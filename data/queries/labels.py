"""What keys stored in rows are called, by every method that was ever adopted."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from data.method import Method
from data.queries.methods import fetch_methods


@dataclass(frozen=True)
class Labels:
    """Names by key; states by (workflow key, state key)."""

    categories: dict[str, str] = field(default_factory=dict)
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    visits: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def add(self, method: Method) -> None:
        """Take in a method's names; those of a method added later win."""
        self.categories.update({c.key: c.name for c in method.categories})
        self.states.update({(w.key, s.key): s.name for w in method.workflows for s in w.states})
        self.classes.update({c.key: c.name for c in method.member_classes})
        self.visits.update({v.key: v.name for v in method.must_visit})
        self.levels.update({level.key: level.name for level in method.levels})


def fetch_labels(connection: Connection) -> Labels:
    """Names of categories, states, classes, must-visit rules and levels, newest method first."""
    labels = Labels()
    for adopted in reversed(fetch_methods(connection)):
        labels.add(adopted.method)
    return labels
