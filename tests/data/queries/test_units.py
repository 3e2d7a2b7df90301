from __future__ import annotations

from datetime import date

from data.engines import Engines
from data.queries.units import (
    fetch_boundaries_below,
    fetch_posts,
    fetch_unit_lights,
    fetch_units,
)
from tests import builders as build
from tests.data.queries.busy import Busy

SQUARE = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'


def test_units_come_in_tree_order(engines: Engines) -> None:
    with engines.write() as connection:
        street = build.create_unit(connection, name="街道", sort=1)
        late = build.create_unit(connection, street, "community", name="后", sort=2)
        early = build.create_unit(connection, street, "community", name="先", sort=1)
        build.create_unit(connection, late, "grid", name="后一", sort=1)
        build.create_unit(connection, early, "grid", name="先二", sort=20)
        build.create_unit(connection, early, "grid", name="先一", sort=10, boundary=SQUARE)
    with engines.read() as connection:
        units = fetch_units(connection)
    assert list(units["name"]) == ["街道", "先", "先一", "先二", "后", "后一"]
    assert units["parent_id"].isna().tolist() == [True] + [False] * 5
    assert units.loc[units["has_boundary"], "name"].tolist() == ["先一"]
    assert "boundary" not in units


def test_boundaries_of_a_level_are_those_at_or_below_a_path(engines: Engines) -> None:
    with engines.write() as connection:
        ids = build.create_street(connection)
        build.create_street(connection)  # another street
        build.create_unit(connection, ids["grid1"], "micro_grid", boundary=SQUARE)
        paths = [build.path_of(connection, ids[key]) for key in ("street", "grid1")]
    with engines.read() as connection:
        below_street = fetch_boundaries_below(connection, paths[0], "grid")
        itself = fetch_boundaries_below(connection, paths[1], "grid")
    assert below_street["id"].tolist() == [ids["grid1"], ids["grid2"]]
    assert itself["id"].tolist() == [ids["grid1"]]


def test_posts_are_those_filled_now_and_masked(engines: Engines) -> None:
    with engines.write() as connection:
        ids = build.create_street(connection)
        holder = build.create_person(connection, "诸葛小亮")
        build.create_post(connection, ids["grid1"], "grid_worker", person_id=holder)
        build.create_post(connection, ids["grid1"], "grid_head", until=date(2026, 1, 1))
        build.create_post(connection, ids["grid2"], "grid_worker")
    with engines.read() as connection:
        posts = fetch_posts(connection, ids["grid1"])
    assert posts.to_dict("records") == [
        {"post_key": "grid_worker", "name": "诸葛*", "since": date(2025, 1, 1)}
    ]


def test_lights_are_each_units_own(busy: Busy) -> None:
    with busy.engines.read() as connection:
        lights = fetch_unit_lights(connection, busy.scope(busy.street_path)).set_index("unit_id")
    assert lights.to_dict("index") == {
        busy.ids["grid1"]: {"red": 2, "yellow": 1},
        busy.ids["grid2"]: {"red": 1, "yellow": 0},
    }
