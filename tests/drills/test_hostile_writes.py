"""Hostile texts through every write that takes text: kept to the letter, or refused clearly.

The writes come from their modules, the arguments from their signatures: a new write that
nobody knows how to try fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher

from data import passwords, setup_code
from data.access_table import ACCESS
from data.engines import Engines, open_engines
from data.errors import RuleError
from data.identity import Actor, system, visitor
from data.migrate import upgrade
from data.writes import accounts_admin, sessions
from tests.data.access.attempts import ATTEMPTS, NEVER
from tests.data.access.ground import Ground, create_ground
from tests.data.writes.test_every_write import WRITES
from tests.data.writes.world import NOW
from tests.drills.conftest import FULL
from tests.drills.hostile import TEXTS, calls, holds, marked, places, put
from tests.drills.undone import undone

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
SECRET = "some-good-words-2026"
DOORS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {  # what a visitor may call
    "open_session": (sessions.open_session, {"login": "admin", "password": SECRET}),
    "open_demo_session": (sessions.open_demo_session, {"login": "demo"}),
    "open_oidc_session": (sessions.open_oidc_session, {"login": "admin"}),
    "create_first_account": (
        accounts_admin.create_first_account,
        {"code": "", "login": "first", "display_name": "甲", "password": SECRET},
    ),
    "change_password": (sessions.change_password, {"old": SECRET, "new": f"{SECRET}!"}),
    "close_session": (sessions.close_session, {}),
}
# accepted, and kept nowhere as text on purpose
UNKEPT = {
    ("open_session", "login"),  # people type passwords there
    ("open_session", "password"),
    ("change_password", "old"),
    ("change_password", "new"),
    ("create_account", "password"),
    ("reset_password", "password"),
    ("create_account", "phone"),  # sealed
    ("clear_draft", "form"),  # there is no such draft, so none is forgotten
}
# whom the office's own provider vouched for is told to the log, also when he has no account
TOLD = {("open_oidc_session", "login"): "audit_entry.subject"}
TIDIED = {("open_oidc_session", "user_agent")}  # a browser's header, kept as plain letters
SPLIT = {("set_up_street", "communities", "lines")}  # an outline: each line is a unit's name
KNOWN = calls(ATTEMPTS)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return create_ground(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """A database without a street, for what is refused once there is one."""
    url = f"sqlite:///{tmp_path_factory.mktemp('nothing') / 'empty.db'}"
    upgrade(url)
    return open_engines(url)


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of passwords are hashed here, and how slowly is not the question."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


def test_every_write_is_tried() -> None:
    aliases = {"direct_appeal"}  # another way into record_appeal_step
    assert KNOWN.keys() - aliases | DOORS.keys() >= WRITES.keys()


@pytest.mark.parametrize("name", sorted(WRITES.keys() - DOORS.keys()))
def test_a_write_keeps_a_text_to_the_letter_or_refuses_it(
    name: str, ground: Ground, nothing: Engines
) -> None:
    write, given_of = KNOWN[name]
    given = given_of(ground, ground.at("own"))
    engines = nothing if name in NEVER else ground.world.engines
    actor = _actor(name, ground)
    with undone(engines) as held:  # as it is meant it succeeds, so a refusal is of the text
        write(held, at=NOW, actor=actor, **given)
    _try_all(engines, name, write, given, actor)


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_door_refuses_hostile_texts_or_lets_them_do_nothing(
    name: str, ground: Ground, nothing: Engines
) -> None:
    write, given = DOORS[name]
    if name == "create_first_account":
        given = given | {"code": setup_code.issue()}
    engines = nothing if name == "create_first_account" else ground.world.engines
    actor = ground.actors["admin"] if "password" in name else visitor("127.0.0.1")
    _try_all(engines, name, write, given, actor)


def _actor(name: str, ground: Ground) -> Actor:
    """An administrator; the office where only whoever recorded a row may do it."""
    mine = ACCESS[name].admin == "mine"
    return system("办公室", "test") if mine or name in NEVER else ground.actors["admin"]


def _try_all(
    engines: Engines, name: str, write: Callable[..., Any], given: dict[str, Any], actor: Actor
) -> None:
    for place, where in enumerate(places(write, given)):
        for kind in _kinds(name, place):
            text = TEXTS[kind]
            if (name, where[0], kind) in SPLIT:
                continue
            with undone(engines) as held:
                label = f"{name}: {kind} in {where}"
                said = _said(write, held, put(given, where, text), actor)
                assert held.connection is not None
                found = list(marked(held.connection))
                if said:
                    assert CHINESE.search(said), f"{label}: not said clearly: {said}"
                    assert len(said) < 400, f"{label}: the refusal repeats it all"
                    told = TOLD.get((name, where[0]))
                    written = [one for one in found if one[0] != told]
                    assert not written, f"{label}: refused, yet written"
                    continue
                if (name, where[0]) in TIDIED:
                    continue
                wrong = [(column, cell) for column, cell in found if not holds(cell, text)]
                assert not wrong, f"{label}: changed on its way: {wrong[:3]}"
                assert found or (name, where[0]) in UNKEPT, f"{label}: accepted, and gone"


def _kinds(name: str, place: int) -> list[str]:
    """All of them in the full drill; in the short one a fourth, another one at each place."""
    turn = len(name) + place
    return [kind for n, kind in enumerate(TEXTS) if FULL or (n + turn) % 4 == 0]


def _said(write: Callable[..., Any], held: Engines, given: dict[str, Any], actor: Actor) -> str:
    """What a refusal says; "" where there was none.  Any other error fails the test."""
    try:
        write(held, at=NOW, actor=actor, **given)
    except RuleError as error:
        return error.message
    return ""
