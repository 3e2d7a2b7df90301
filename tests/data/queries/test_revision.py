from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError

import data.queries
from data.engines import Engines
from data.method.loading import load_preset
from data.queries.revision import Revision, fetch_revision, is_standing
from data.schema import DAILY, member, unit
from tests import builders as build
from tests.conftest import NOW

TODAY = NOW.date()


def revision_of(engines: Engines) -> Revision:
    with engines.read() as connection:
        return fetch_revision(connection)


def test_every_write_transaction_bumps_the_revision(engines: Engines) -> None:
    before = revision_of(engines)
    for _ in range(2):
        with engines.write() as connection:
            build.create_person(connection)
    assert revision_of(engines).value == before.value + 2


@pytest.fixture
def grid(engines: Engines) -> dict[str, int]:
    with engines.write() as connection:
        street = build.create_street(connection)
        method = build.create_method(connection, load_preset("demo_street"))
    return street | {"method": method}


def test_daily_entry_leaves_what_stands(engines: Engines, grid: dict[str, int]) -> None:
    before = revision_of(engines)
    with engines.write() as connection:
        build.create_visit(connection, grid["grid1"])
        build.create_appeal(connection, grid["grid1"], grid["method"])
        connection.execute(select(unit))  # reading is not writing
    assert revision_of(engines) == (before.value + 1, before.standing)


@pytest.mark.parametrize(
    "statement",
    [
        update(unit).values(households=1),
        update(member).values(class_key="x").where(member.c.id == -1),
        text("UPDATE unit SET households = 1"),
    ],
    ids=["units", "members", "text"],
)
def test_anything_else_is_a_new_standing(
    engines: Engines, grid: dict[str, int], statement: Any
) -> None:
    before = revision_of(engines)
    with engines.write() as connection:
        build.create_visit(connection, grid["grid1"])
        connection.execute(statement)
    assert revision_of(engines) == (before.value + 1, before.value + 1)
    with engines.write() as connection:
        build.create_visit(connection, grid["grid1"])
    assert revision_of(engines) == (before.value + 2, before.value + 1)


def test_a_write_that_fails_changes_neither(engines: Engines, grid: dict[str, int]) -> None:
    before = revision_of(engines)
    with pytest.raises(IntegrityError), engines.write() as connection:
        connection.execute(update(unit).values(name=None))
    assert revision_of(engines) == before


def marked() -> dict[str, Callable[..., Any]]:
    modules = [
        importlib.import_module(f"data.queries.{info.name}")
        for info in pkgutil.iter_modules(data.queries.__path__)
    ]
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if callable(thing) and is_standing(thing)
    }


ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "fetch_units": (),
    "fetch_posts": (1,),
    "fetch_boundaries_below": ("/1/", "grid"),
    "fetch_method_in_force": (TODAY,),
    "fetch_method": (1,),
    "fetch_methods": (),
}


@pytest.mark.parametrize("name", sorted(marked()))
def test_what_is_marked_standing_reads_no_daily_table(
    engines: Engines, grid: dict[str, int], name: str
) -> None:
    said: list[str] = []
    event.listen(engines.reader, "before_cursor_execute", lambda *given: said.append(given[2]))
    with engines.read() as connection:
        marked()[name](connection, *ARGUMENTS[name])
    words = set(re.findall(r"\w+", " ".join(said)))
    assert said
    assert not words & DAILY
