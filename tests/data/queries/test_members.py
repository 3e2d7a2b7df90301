from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.method import Method
from data.queries.members import (
    fetch_checkup_summary,
    fetch_checkups,
    fetch_ledger,
    fetch_member,
    fetch_member_points,
    fetch_members_of,
)
from tests import builders as build
from tests.data.queries.busy import DAY, MONTH, Busy


def test_points_add_up_by_kind_for_members_present(busy: Busy) -> None:
    with busy.engines.read() as connection:
        points = fetch_member_points(connection, busy.scope(), 2026)
    kinds = ["base", "duty", "award", "deduction", "total"]
    assert points["code"].tolist() == ["first", "second"]
    assert points[kinds].values.tolist() == [
        [10, 5, 3 - 3, -2, 10 + 5 + 3 - 3 - 2],
        [0, 1.5, 0, 0, 1.5],
    ]
    assert points["name"].tolist() == ["王*", "欧阳*"]
    assert points["unit_name"].tolist() == ["第1网格", "微网格"]


def test_points_of_another_year_are_that_years(busy: Busy) -> None:
    with busy.engines.read() as connection:
        points = fetch_member_points(connection, busy.scope(), 2025)
    assert points.set_index("code")["total"].to_dict() == {"first": 20, "second": 0}


def test_points_count_up_to_the_end_of_the_period(busy: Busy) -> None:
    october = replace(busy.scope(), start=MONTH - 31 * DAY, end=MONTH)
    with busy.engines.read() as connection:
        points = fetch_member_points(connection, october, 2026)
    assert points.set_index("code")["total"].to_dict() == {"first": 10, "gone": 0, "second": 0}


def test_checkups_are_weighted_as_they_were(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, other, method_id = busy.ids["grid1"], busy.ids["grid2"], busy.method_id
        row = {"self_score": 90, "democratic_score": 80, "organisation_score": 61.1}
        build.create_checkup(connection, busy.ids["first"], grid, method_id, **row)
        weights = {"self_weight": 20, "democratic_weight": 40, "organisation_weight": 40}
        row |= weights | {"quarter": "2026Q2", "checked_on": date(2026, 6, 20)}
        build.create_checkup(connection, busy.ids["first"], grid, method_id, **row)
        build.create_checkup(connection, busy.ids["elsewhere"], other, method_id)
        row = {"quarter": "2026Q4", "checked_on": date(2026, 12, 20)}
        build.create_checkup(connection, busy.ids["first"], grid, method_id, **row)
    with busy.engines.read() as connection:
        checkups = fetch_checkups(connection, busy.scope())
    first, grid = busy.ids["first"], busy.ids["grid1"]
    assert checkups.values.tolist() == [
        [first, grid, "2026Q2", pytest.approx(18 + 32 + 24.44, abs=0.05)],
        [first, grid, "2026Q3", pytest.approx(9 + 32 + 30.55, abs=0.05)],
    ]
    assert checkups["total"].tolist() == [74.4, 71.6]  # 71.55 rounds half up


def test_checkups_are_summed_up_as_counts(busy: Busy, method: Method) -> None:
    assert method.checkup is not None
    with busy.engines.write() as connection:
        for who, unit, score in [
            ("first", "grid1", 85),
            ("second", "micro", 65),
            ("gone", "grid1", 50),
            ("elsewhere", "grid2", 50),
        ]:
            parts = ("self_score", "democratic_score", "organisation_score")
            row = dict.fromkeys(parts, score)
            build.create_checkup(connection, busy.ids[who], busy.ids[unit], busy.method_id, **row)
    with busy.engines.read() as connection:
        summary = fetch_checkup_summary(connection, busy.scope(), method.checkup)
    assert set(summary["quarter"]) == {"2026Q3"}
    counts = {(row.kind, row.key): row.members for row in summary.itertuples()}
    grades = [counts["grade", grade.key] for grade in method.checkup.grades]
    assert grades == [1, 1, 1]
    assert {line.key: counts["line", line.key] for line in method.checkup.lines} == {
        "yellow_line": 1,
        "red_line": 1,
    }
    assert not {"member_id", "code"} & set(summary.columns)


def test_a_ledger_explains_every_point(busy: Busy) -> None:
    with busy.engines.write() as connection:
        first = busy.ids["first"]
        row = {"status": "returned", "needs_approval": 1, "happened_on": date(2026, 11, 19)}
        entry = build.create_points(connection, first, busy.ids["grid1"], busy.method_id, 9, **row)
        build.create_decision(connection, "points_entry", entry, "returned", reason="材料不全")
        build.create_decision(connection, "service_record", entry, "approved", reason="无关")
    with busy.engines.read() as connection:
        ledger = fetch_ledger(connection, first)
    # 2025: 20; 2026: 10 base, 5, −2, 3 and its reversal, 8 pending, 4 and 9 returned, 7
    assert ledger["points"].tolist() == [20, 10, 5, -2, 3, -3, 8, 4, 9, 7]
    assert ledger["running"].tolist() == [20, 10, 15, 13, 16, 13, 13, 13, 13, 20]
    assert ledger["reason"].tolist() == [""] * 8 + ["材料不全", ""]
    mistake, reversal = ledger.iloc[4], ledger.iloc[5]
    assert (mistake["reversed_by"], reversal["reverses_id"]) == (reversal["id"], mistake["id"])
    assert ledger["reversed_by"].notna().sum() == 1


def test_a_member_is_masked(busy: Busy) -> None:
    with busy.engines.read() as connection:
        file = fetch_member(connection, busy.ids["second"])
    assert (file.code, file.name, file.unit_name) == ("second", "欧阳*", "微网格")


def test_a_member_of_nothing_is_an_error(busy: Busy) -> None:
    with busy.engines.read() as connection, pytest.raises(LookupError):
        fetch_member(connection, 999_999)


def test_a_form_offers_members_who_have_not_left(busy: Busy) -> None:
    with busy.engines.read() as connection:
        offered = fetch_members_of(connection, busy.path)
    assert offered["code"].tolist() == ["coming", "first", "second"]
    assert offered["name"].tolist() == ["王*", "王*", "欧阳*"]
