"""Who may see a wall: a display's key, a login that may see boards, or everybody if public."""

from __future__ import annotations

from dataclasses import dataclass

from components.loaders import engines
from components.wall import pulse
from data.access import displays_are_public, reach
from data.identity import Actor, visitor
from data.sessions import resolve_display_key, resolve_session


@dataclass(frozen=True)
class Audience:
    """Whoever looks at a wall, and the paths of the units whose figures may be shown."""

    actor: Actor
    reach: tuple[str, ...]

    def sees(self, path: str) -> bool:
        """Whether the figures of the unit at ``path`` may be shown."""
        return path.startswith(self.reach)


def audience(key: str, token: str, address: str) -> Audience | None:
    """Who asks, proven afresh at every request; None for those who may see nothing.

    A key that no longer holds shuts its display whatever is public: it was taken back to
    do just that.  A wall in a forgotten tab must not keep a login alive, so the session is
    not touched.
    """
    actor, at = _actor(key, token, address), pulse.now()
    if actor is None:
        return None
    with engines().read() as connection:
        paths = reach(connection, actor, "view_board", at=at)
        if not paths and displays_are_public(connection):
            paths = ["/"]
    return Audience(actor, tuple(paths)) if paths else None


def _actor(key: str, token: str, address: str) -> Actor | None:
    at, found = pulse.now(), None
    if key:
        return resolve_display_key(engines(), key, at=at, address=address)
    if token:
        found = resolve_session(
            engines(), token, at=at, address=address, surface="wall", touch=False
        )
    return found or visitor(address, "wall")
