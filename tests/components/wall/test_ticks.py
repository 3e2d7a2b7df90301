"""A tick: what walls are told, and that it costs one tiny read while nothing is new."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from components.loaders import engines as shared_engines
from components.wall import pulse, ticks
from tests.components.wall.conftest import Ask

pytestmark = pytest.mark.usefixtures("public")


def told() -> dict:
    return json.loads(ticks.message_now()[0])


def test_a_tick_with_nothing_new_is_one_read(ask: Ask, clock) -> None:
    first = told()
    asked: list[str] = []
    reader = shared_engines().reader
    event.listen(reader, "before_cursor_execute", lambda *args: asked.append(args[2]))
    clock.forward(seconds=2)
    second = told()
    assert [statement.split()[0].lower() for statement in asked if "revision" in statement] == [
        "select"
    ]
    assert [statement for statement in asked if "appeal" in statement] == []
    assert (second["revision"], second["beat"]) == (first["revision"], first["beat"])
    assert second["at"] == first["at"] + 2000


def test_a_tick_says_when_the_database_cannot_be_read(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise OperationalError("select", {}, Exception("disk"))

    monkeypatch.setattr(pulse, "look", unreadable)
    said = told()
    assert said["lost"] is True
    assert "revision" not in said


def test_a_tick_names_the_build_and_the_local_time(ask: Ask) -> None:
    said = told()
    assert said["offset"] == 8 * 60
    assert said["build"] == pulse.build_id()
    assert len(said["build"]) == 12
