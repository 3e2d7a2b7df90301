"""Who acts: the value that every write and every personal read is handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["account", "system", "display", "visitor"]


@dataclass(frozen=True)
class Actor:
    """Who acts: proven by a session when the request arrived, proven again inside every write.

    ``account_id`` is None for the system itself (command line, sample), a display and a
    visitor.  ``session_id`` is the session's id; for a display it is its key's id.
    ``address`` is the network address, for the audit log and the throttle of logins.
    """

    account_id: int | None
    name: str
    kind: Kind
    surface: str
    address: str = ""
    session_id: int | None = None


def system(name: str, surface: str) -> Actor:
    """The program itself, acting for whoever sits at the server."""
    return Actor(None, name, "system", surface)


def visitor(address: str = "", surface: str = "login") -> Actor:
    """Somebody who has not logged in."""
    return Actor(None, "访客", "visitor", surface, address)


VISITOR = visitor()
