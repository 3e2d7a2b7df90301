"""How an attempt is written down: by the name of its action, with what it would be given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.identity import Actor
from tests.data.access.ground import Ground, Place
from tests.data.writes.world import NOW

Attempt = Callable[[Ground, Place, Actor], Any]
ATTEMPTS: dict[str, Attempt] = {}


def attempt(name: str, write: Callable[..., Any], given: Callable[[Ground, Place], Any]) -> None:
    """Attempt ``name`` by calling ``write`` with the keywords that ``given`` makes."""

    def run(ground: Ground, place: Place, actor: Actor) -> Any:
        return write(ground.world.engines, at=NOW, actor=actor, **given(ground, place))

    ATTEMPTS[name] = run


def asked(name: str, fetch: Callable[..., Any]) -> None:
    """Attempt ``name`` by asking ``fetch`` on a read connection."""

    def run(ground: Ground, _place: Place, actor: Actor) -> Any:
        with ground.world.engines.read() as connection:
            return fetch(connection, actor=actor, at=NOW)

    ATTEMPTS[name] = run


def of(name: str, *keys: str, **others: Any) -> Callable[[Ground, Place], Any]:
    """Keywords: ``name`` is the id of the place's row ``keys[0]``."""
    return lambda _ground, place: {name: place.ids[keys[0]]} | others
