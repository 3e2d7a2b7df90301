"""What a case is made of: its events, and the head that they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# the types a method gives to states; a case registered by mistake; one closed nobody knows when
HeadType = Literal["open", "waiting", "closed", "rejected", "withdrawn", "untimed"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an appeal; ``state`` is the state the case is in afterwards.

    The last four belong to imports: what the file could not tell (see data.imported), and
    how often the case was returned, prolonged and redone before it came here.
    """

    kind: str
    state: str
    happened_at: datetime
    resolved: int | None = None
    rating: int | None = None
    new_due_at: datetime | None = None
    untimed: int | None = None
    returns: int | None = None
    extensions: int | None = None
    redos: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where an appeal stands: the derived columns of ``appeal``, times in UTC.

    ``untimed``: what its import could not tell and nobody has said since (data.imported).
    """

    state: str
    state_type: HeadType
    state_since: datetime
    state_due_at: datetime | None
    yellow_at: datetime
    due_at: datetime
    responded_at: datetime | None
    closed_at: datetime | None
    furthest: int
    returns: int
    extensions: int
    redos: int
    resolved: int | None
    rating: int | None
    untimed: int = 0
