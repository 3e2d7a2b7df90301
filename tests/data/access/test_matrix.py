"""Every write and every personal read, tried by everybody in own, child, sibling and parent unit.

What is tried comes from the modules themselves: a new write that nobody put into the
table of access, or that this test does not know how to try, fails it.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from data import schema
from data.access_table import ACCESS
from data.check import check
from data.engines import open_engines
from data.errors import AccessError, RuleError
from data.queries import accounts as lists
from data.queries import personal
from tests.data.access.attempts import ATTEMPTS, ELSEWHERE, NEVER
from tests.data.access.ground import ACTORS, HOLDERS, RELATIONS, Ground, create_ground
from tests.data.writes.test_every_write import WRITES
from tests.data.writes.world import dump

WITHIN = {
    "any": set(RELATIONS),
    "below": {"own", "child"},
    "own": {"own"},
    "mine": set(),
    "": set(),
}
READS = {
    name
    for module in (personal, lists)
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and not name.startswith("_")
    and "actor" in inspect.signature(function).parameters
}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return create_ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture
def copy(ground: Ground, tmp_path: Path) -> Iterator[Any]:
    """Makes a copy of the ground, for an attempt that writes."""
    opened = []

    def make() -> Ground:
        ground.world.engines.dispose()
        file = tmp_path / f"{len(opened)}.db"
        shutil.copy(str(ground.world.engines.url.database), file)
        engines = open_engines(f"sqlite:///{file}")
        opened.append(engines)
        return replace(ground, world=replace(ground.world, engines=engines))

    yield make
    for engines in opened:
        engines.dispose()


def may(action: str, who: str, relation: str) -> bool:
    """What the table says: the one place to read it from."""
    rule = ACCESS[action]
    if who in HOLDERS:
        return rule.everyone or relation in WITHIN[getattr(rule, who)]
    if who == "display":
        return relation in WITHIN[rule.display]
    return rule.everyone and who in ("nobody", "revoked")  # a live login without any role


def refusal(ground: Ground, action: str, who: str, relation: str) -> str | None:
    """Why access was refused; None where it was not."""
    try:
        ATTEMPTS[action](ground, ground.at(relation), ground.actors[who])
    except AccessError as error:
        return error.message
    except RuleError:
        return None
    return None


def test_every_write_and_personal_read_is_in_the_table_and_is_tried() -> None:
    assert len(READS) > 10
    tried = ATTEMPTS.keys() | ELSEWHERE.keys()
    assert WRITES.keys() | READS <= tried
    assert tried == ACCESS.keys()
    for file in set(ELSEWHERE.values()):
        assert (Path(__file__).parents[3] / file).exists()


@pytest.mark.parametrize("action", sorted(ATTEMPTS))
def test_what_the_table_does_not_allow_is_refused_and_nothing_is_written(
    action: str, ground: Ground
) -> None:
    before, refused = dump(ground.world.engines), 0
    for who in ACTORS:
        for relation in RELATIONS:
            if not may(action, who, relation):
                said = refusal(ground, action, who, relation)
                assert said is not None, f"{who} was let in to {action} in {relation}"
                assert "请" in said  # what to do next
                refused += 1
    assert refused
    assert dump(ground.world.engines) == before


@pytest.mark.parametrize("action", sorted(ATTEMPTS))
def test_what_the_table_allows_is_let_in(action: str, copy: Any) -> None:
    done = 0
    for who in ACTORS:
        for relation in RELATIONS:
            if may(action, who, relation):
                here = copy()
                try:
                    ATTEMPTS[action](here, here.at(relation), here.actors[who])
                    done += 1
                except AccessError as error:
                    pytest.fail(f"{who} was refused {action} in {relation}: {error}")
                except RuleError:
                    assert relation != "own" or action in NEVER  # the unit, not the actor
    assert done or action in NEVER or ACCESS[action].admin == "mine"


MINE = {
    "reverse_points": ("points_entry", "points"),
    "reverse_service": ("service_record", "service"),
    "reverse_visit": ("visit", "visit"),
    "reverse_indicator": ("indicator_report", "report"),
    "reverse_signin": ("activity_signin", "signin"),
    "reverse_checkup_part": ("checkup_part", "part"),
    "withdraw_appeal": ("appeal", "fresh"),
    "withdraw_entries": ("points_entry", "pending_points"),
}


def test_every_action_on_ones_own_rows_is_tried() -> None:
    rules = {name for name, rule in ACCESS.items() if "mine" in vars(rule).values()}
    assert rules == MINE.keys()


@pytest.mark.parametrize("action", MINE)
def test_a_grid_worker_takes_back_what_he_recorded_himself_in_his_own_grid_only(
    action: str, copy: Any
) -> None:
    table, name = MINE[action]
    for relation in RELATIONS:
        here = copy()
        worker, place = here.actors["worker"], here.at(relation)
        rows = schema.metadata.tables[table]
        with here.world.engines.writer.begin() as connection:
            own = update(rows).where(rows.c.id == place.ids[name])
            connection.execute(own.values(recorded_by_account=worker.account_id))
        if relation in WITHIN["below"]:
            ATTEMPTS[action](here, place, worker)
        else:
            with pytest.raises(AccessError):
                ATTEMPTS[action](here, place, worker)


def test_the_log_of_all_that_is_whole(ground: Ground) -> None:
    assert [d for d in check(ground.world.engines) if d.table == "audit_entry"] == []
