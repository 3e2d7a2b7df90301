from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from data.method import Method, PointsScheme
from data.queries.grades import (
    fetch_follow_up_counts,
    fetch_standings,
)
from tests import builders as build
from tests.data.queries.busy import Busy


def earn(connection: Connection, busy: Busy, who: str, year: int, points: float) -> None:
    row = {"happened_on": date(year, 1, 5), "kind": "base"}
    grid = busy.ids["grid1"]
    build.create_points(connection, busy.ids[who], grid, busy.method_id, points, **row)


def scheme_of(method: Method) -> PointsScheme:
    assert method.points is not None
    return method.points


def test_standings_mark_who_may_appear_in_counts_only(busy: Busy, method: Method) -> None:
    with busy.engines.write() as connection:
        earn(connection, busy, "second", 2026, 90)
        earn(connection, busy, "elsewhere", 2026, 90)  # in another grid
    with busy.engines.read() as connection:
        standings = fetch_standings(connection, busy.scope(), scheme_of(method), 2026)
    columns = ["code", "total", "grade", "failing"]
    assert standings[columns].values.tolist() == [
        ["second", 90 + 1.5, "good", False],
        ["first", 13, "poor", True],
    ]


def test_grades_by_rank_are_ranks_among_everybody(busy: Busy, method: Method) -> None:
    by_rank = scheme_of(method).model_dump() | {
        "graded_by": "rank",
        "grades": [
            {"key": "excellent", "name": "优秀", "top_share": 0.3},
            {"key": "poor", "name": "差", "top_share": 1},
        ],
    }
    scheme = PointsScheme.model_validate(by_rank)
    with busy.engines.read() as connection:
        here = fetch_standings(connection, busy.scope(), scheme, 2026)
        street = fetch_standings(connection, busy.scope(busy.street_path), scheme, 2026)
    # elsewhere leads with 30 points, so the best of this grid (13) is not excellent
    assert set(here["grade"]) == {"poor"}
    assert street.loc[street["grade"] == "excellent", "unit_id"].tolist() == [busy.ids["grid2"]]


def test_follow_up_counts_failing_years_in_a_row(busy: Busy, method: Method) -> None:
    with busy.engines.write() as connection:
        for who, points in (("first", (30, 40)), ("second", (95, 50)), ("elsewhere", (10, 20))):
            for year, given in zip((2024, 2025), points, strict=True):
                earn(connection, busy, who, year, given)
    with busy.engines.read() as connection:
        tracks = fetch_follow_up_counts(connection, busy.scope(), scheme_of(method))
    # first failed twice (30, 40 + 20), second once (95, 50); 2026 is not over
    counts = tracks.set_index("years_in_a_row")["members"].to_dict()
    assert counts == {1: 1, 2: 1}
    assert not {"member_id", "code"} & set(tracks.columns)


def test_a_year_counts_only_for_who_was_there_from_its_january(busy: Busy, method: Method) -> None:
    with busy.engines.write() as connection:
        late = build.create_member(connection, busy.ids["grid1"], joined_on=date(2025, 3, 1))
        busy.ids["late"] = late
        earn(connection, busy, "first", 2025, 95)
        earn(connection, busy, "second", 2025, 95)
    with busy.engines.read() as connection:
        tracks = fetch_follow_up_counts(connection, busy.scope(), scheme_of(method))
    assert tracks["members"].tolist() == [0, 0]


def test_a_year_whose_ledger_began_late_is_not_judged(busy: Busy, method: Method) -> None:
    with busy.engines.read() as connection:
        tracks = fetch_follow_up_counts(connection, busy.scope(), scheme_of(method))
    assert tracks["members"].tolist() == [0, 0]  # the first entry is of December 2025
