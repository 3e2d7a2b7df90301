"""Loaders answer from the cache until a write, and never afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL

from components import loaders
from data.engines import Engines
from data.method.loading import load_preset
from data.queries.units import fetch_units
from data.schema import unit
from data.scope import Scope
from tests.builders import create_unit

asked: list[tuple[object, ...]] = []


def count_units(connection: Connection, *args: object) -> int:
    asked.append(args)
    return int(connection.scalar(select(func.count()).select_from(unit)) or 0)


@pytest.fixture(autouse=True)
def own_database(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loaders on a fresh database, with nothing asked so far."""
    url: URL = engines.url
    monkeypatch.setenv("GRID_DATABASE", str(url))
    asked.clear()
    loaders.begin_run()
    yield
    loaders.engines().dispose()


def test_a_question_is_asked_once() -> None:
    assert [loaders.load(count_units, 1) for _ in range(3)] == [0, 0, 0]
    assert len(asked) == 1


def test_other_arguments_are_another_question() -> None:
    loaders.load(count_units, 1)
    loaders.load(count_units, 2)
    assert asked == [(1,), (2,)]


def test_after_a_write_the_next_run_asks_again(engines: Engines) -> None:
    assert loaders.load(count_units) == 0
    with engines.write() as connection:
        create_unit(connection)
    loaders.begin_run()
    assert loaders.load(count_units) == 1


def test_one_run_shows_one_revision(engines: Engines) -> None:
    assert loaders.load(count_units) == 0
    with engines.write() as connection:
        create_unit(connection)
    assert loaders.load(count_units) == 0


def test_another_database_is_another_question(
    own_sample_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaders.load(count_units) == 0
    monkeypatch.setenv("GRID_DATABASE", own_sample_url)
    assert loaders.load(count_units) > 0
    loaders.engines().dispose()


def test_a_page_may_change_its_frame_freely(engines: Engines) -> None:
    with engines.write() as connection:
        create_unit(connection, name="原名")
    loaders.begin_run()
    mine = loaders.load(fetch_units)
    mine.loc[0, "name"] = "改名"
    mine.insert(0, "extra", 1)
    again = loaders.load(fetch_units)
    assert again["name"].to_list() == ["原名"]
    assert "extra" not in again


def test_a_scope_is_told_from_another() -> None:
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    loaders.load(count_units, Scope("/1/", moments[0], moments[1], moments[1]))
    loaders.load(count_units, Scope("/1/", moments[0], moments[2], moments[2]))
    assert len(asked) == 2


def test_a_section_of_a_method_is_told_from_another() -> None:
    first, *_, last = load_preset("demo_street").workflows
    loaders.load(count_units, first)
    loaders.load(count_units, last)
    loaders.load(count_units, first)
    assert len(asked) == 2


def test_a_connection_or_a_frame_is_no_argument(engines: Engines) -> None:
    with engines.read() as connection, pytest.raises(TypeError):
        loaders.load(count_units, connection)
    with pytest.raises(TypeError):
        loaders.load(count_units, pd.DataFrame())
