from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from data.engines import Engines
from data.metrics import FACTS
from data.queries.facts import fetch_unit_facts, roll_up
from data.queries.units import fetch_units
from data.scope import Scope
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, DAY, HOUR, MONTH, NOW, Busy


def test_each_unit_has_its_own_facts_only(busy: Busy) -> None:
    with busy.engines.read() as connection:
        facts = fetch_unit_facts(connection, busy.scope(busy.street_path))
    ids = busy.ids
    assert list(facts.columns) == list(FACTS)
    assert facts.index.name == "unit_id"
    assert set(facts.index) == {
        ids[key] for key in ("street", "community", "grid1", "grid2", "micro")
    }
    assert facts.loc[ids["street"]].sum() == 0
    assert facts.loc[ids["grid1"], "closed_appeals"] == 2  # on_time, late
    assert facts.loc[ids["micro"], "closed_appeals"] == 1  # not_asked
    assert facts.loc[ids["grid2"], "closed_appeals"] == 1
    assert facts.loc[ids["micro"], "member_points"] == 1.5


def test_a_scope_leaves_out_units_beside_it(busy: Busy) -> None:
    with busy.engines.read() as connection:
        facts = fetch_unit_facts(connection, busy.scope())
    assert set(facts.index) == {busy.ids["grid1"], busy.ids["micro"]}


def test_rejected_appeals_are_counted_apart(busy: Busy) -> None:
    with busy.engines.read() as connection:
        facts = fetch_unit_facts(connection, busy.scope()).sum()
    assert facts["rejected_appeals"] == 1
    assert facts["closed_appeals"] == 3


def test_rolling_up_gives_each_unit_what_is_below_it(busy: Busy) -> None:
    with busy.engines.read() as connection:
        facts = fetch_unit_facts(connection, busy.scope(busy.street_path))
        rolled = roll_up(facts, fetch_units(connection))
    ids = busy.ids
    assert list(rolled.index) == list(facts.index)
    assert rolled.loc[ids["micro"], "closed_appeals"] == 1
    assert rolled.loc[ids["grid1"], "closed_appeals"] == 2 + 1
    assert rolled.loc[ids["street"], "closed_appeals"] == 2 + 1 + 1
    assert (rolled.loc[ids["street"]] == facts.sum()).all()


def test_a_period_that_is_over_is_seen_as_it_was(busy: Busy) -> None:
    october = replace(busy.scope(), start=MONTH - 31 * DAY, end=MONTH)
    with busy.engines.read() as connection:
        facts = fetch_unit_facts(connection, october).sum()
    assert facts["received_appeals"] == 3  # red_from_october, late, closed_in_october
    assert facts["open_appeals"] == 2  # late was closed on 2 November
    assert facts["red_appeals"] == 2
    assert facts["judged_appeals"] == 1 + 2
    assert facts["member_points"] == 10
    assert facts["members"] == 2 + 1  # gone was still there


def test_what_happens_at_the_end_belongs_to_the_next_period(engines: Engines) -> None:
    with engines.write() as connection:
        grid = build.create_street(connection, grids=1)["grid1"]
        build.create_visit(connection, grid, visited_at=MONTH)
        build.create_visit(connection, grid, visited_at=MONTH - timedelta(microseconds=1))
        build.create_visit(connection, grid, visited_at=NOW)
        build.create_visit(connection, grid, visited_at=NOW + timedelta(microseconds=1))
        path = build.path_of(connection, grid)
    with engines.read() as connection:
        october = fetch_unit_facts(connection, Scope(path, MONTH - 31 * DAY, MONTH, NOW)).sum()
        november = fetch_unit_facts(connection, Scope(path, MONTH, MONTH + 30 * DAY, NOW)).sum()
    assert october["visits"] == 1
    assert november["visits"] == 1 + 1  # the first moment of the month, and now


def test_a_path_is_not_taken_for_a_longer_one(engines: Engines) -> None:
    with engines.write() as connection:
        units = [build.create_unit(connection) for _ in range(12)]  # /1/ … /12/
        for unit_id in units:
            build.create_building(connection, unit_id)
    with engines.read() as connection:
        facts = fetch_unit_facts(connection, Scope("/1/", BEFORE, AT, NOW))
    assert list(facts.index) == [1]
    assert facts["buildings"].sum() == 1


def test_an_empty_database_has_no_units(engines: Engines) -> None:
    with engines.read() as connection:
        facts = fetch_unit_facts(connection, Scope("/1/", AT, AT + HOUR, NOW))
        rolled = roll_up(facts, fetch_units(connection))
    assert facts.empty
    assert list(facts.columns) == list(FACTS)
    assert rolled.empty
    assert list(rolled.columns) == list(FACTS)


def test_without_a_method_nothing_counts_as_a_grid(engines: Engines) -> None:
    with engines.write() as connection:
        ids = build.create_street(connection)
        path = build.path_of(connection, ids["street"])
    with engines.read() as connection:
        facts = fetch_unit_facts(connection, Scope(path, AT, AT + HOUR, NOW))
    assert facts["grids"].sum() == 0
