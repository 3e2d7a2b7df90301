"""A street in which everything that can be called something is called something hostile."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from sqlalchemy import Table, select, update

from data import schema
from data.errors import RuleError
from tests.data.access.attempts import ATTEMPTS
from tests.data.access.ground import Ground
from tests.data.writes.test_every_write import WRITES
from tests.data.writes.world import NOW
from tests.drills.hostile import TEXTS, calls, places, put

# these would end somebody's access or need a street that is not there yet
NOT_HERE = {"set_up_street", "adopt_method", "reset_password", "clear_draft"}
NAMED: tuple[tuple[Table, str], ...] = (
    (schema.person, "name"),
    (schema.unit, "name"),
    (schema.team, "name"),
)


def spoil(ground: Ground) -> int:
    """Write hostile texts by every write that takes them; returns how many were accepted."""
    kinds, accepted = cycle(TEXTS), 0
    for name, (write, given_of) in calls(ATTEMPTS).items():
        if name not in WRITES.keys() - NOT_HERE:
            continue
        given = given_of(ground, ground.at("own"))
        for where in places(write, given):
            for _ in TEXTS:  # what can be done once only gets another text each
                accepted += _write(ground, write, put(given, where, TEXTS[next(kinds)]))
            next(kinds)
    _rename(ground)
    return accepted


def _write(ground: Ground, write: Any, given: dict[str, Any]) -> int:
    try:
        write(ground.world.engines, at=NOW, actor=ground.actors["admin"], **given)
    except RuleError:
        return 0
    return 1


def _rename(ground: Ground) -> None:
    """Names come from imports, not from writes: they are put in as an import would."""
    fitting = [text for text in TEXTS.values() if text.isprintable() and len(text) < 80]
    with ground.world.engines.write() as connection:
        for table, column in NAMED:
            for row_id, text in zip(connection.scalars(select(table.c.id)).all(), cycle(fitting)):
                changed = update(table).where(table.c.id == row_id)
                connection.execute(changed.values({column: f"{text}{row_id}"}))
