"""The street that the product shows: its numbers, and data that a reader would believe."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data import schema
from data.check import check
from data.engines import open_engines
from data.method import Method
from data.scoring import checkup_total, follow_up, grade_points, warning_line, weights_of
from data.workflow import light_of
from tests.data.sample.conftest import rows_of


@pytest.fixture(scope="module")
def appeals(sample_url: str) -> list[dict[str, Any]]:
    return rows_of(sample_url, schema.appeal)


@pytest.fixture(scope="module")
def built_at(sample_url: str) -> datetime:
    """The moment the history ends at."""
    (revision,) = rows_of(sample_url, schema.revision)
    return revision["changed_at"]


def _rate(part: int, whole: int) -> float:
    return part / whole


def test_the_street_has_its_people_and_its_history(sample_url: str) -> None:
    def present(table: Any) -> int:
        return sum(row["left_on"] is None for row in rows_of(sample_url, table))

    assert present(schema.member) == 774
    assert present(schema.volunteer) == 803
    assert len(rows_of(sample_url, schema.team)) == 6
    assert len(rows_of(sample_url, schema.building)) == 262
    grids = [row for row in rows_of(sample_url, schema.unit) if row["level"] == "grid"]
    assert Counter(row["kind"] for row in grids) == {"ordinary": 62, "special": 7}
    assert len(rows_of(sample_url, schema.appeal)) >= 12_000
    assert len(rows_of(sample_url, schema.appeal_event)) >= 60_000
    assert len(rows_of(sample_url, schema.points_entry)) >= 60_000
    assert len(rows_of(sample_url, schema.service_record)) >= 40_000
    assert len(rows_of(sample_url, schema.visit)) >= 20_000


def test_the_sample_holds_no_difference(sample_url: str) -> None:
    assert check(open_engines(sample_url)) == []


def test_open_appeals_show_every_light_and_few_are_red(
    appeals: list[dict[str, Any]], built_at: datetime
) -> None:
    lights = Counter(
        light_of(row["state_type"], row["yellow_at"], row["due_at"], built_at) for row in appeals
    )

    assert 5 <= lights["red"] <= 12
    assert 8 <= lights["yellow"] <= 20
    assert 60 <= lights["green"] <= 150


def test_rates_are_good_but_not_perfect(appeals: list[dict[str, Any]], built_at: datetime) -> None:
    closed = [row for row in appeals if row["state_type"] == "closed"]
    late_open = [row for row in appeals if row["closed_at"] is None and row["due_at"] < built_at]
    on_time = sum(row["closed_at"] <= row["due_at"] for row in closed)
    ratings = [row["rating"] for row in closed if row["rating"]]

    assert 0.92 <= _rate(on_time, len(closed) + len(late_open)) <= 0.95
    assert 0.88 <= _rate(sum(rating >= 4 for rating in ratings), len(ratings)) <= 0.95
    for column, low, high in (
        ("returns", 0.01, 0.04),
        ("extensions", 0.01, 0.04),
        ("redos", 0.01, 0.04),
    ):
        assert low <= _rate(sum(row[column] > 0 for row in appeals), len(appeals)) <= high
    rejected = sum(row["state_type"] == "rejected" for row in appeals)
    assert 0.01 <= _rate(rejected, len(appeals)) <= 0.04


def test_a_few_grids_have_many_times_the_appeals_of_the_usual_one(
    sample_url: str, appeals: list[dict[str, Any]]
) -> None:
    path = {row["id"]: row["path"].split("/") for row in rows_of(sample_url, schema.unit)}
    numbers = sorted(Counter(path[row["unit_id"]][3] for row in appeals).values())

    assert numbers[-1] >= 4 * numbers[len(numbers) // 2]
    assert numbers[0] > 0


def test_some_grids_are_in_trouble(sample_url: str, appeals: list[dict[str, Any]]) -> None:
    path = {row["id"]: row["path"].split("/") for row in rows_of(sample_url, schema.unit)}
    late: dict[str, list[bool]] = defaultdict(list)
    for row in appeals:
        if row["state_type"] == "closed":
            late[path[row["unit_id"]][3]].append(row["closed_at"] > row["due_at"])
    rates = sorted(_rate(sum(some), len(some)) for some in late.values() if len(some) >= 100)

    assert sum(rate > 0.14 for rate in rates) >= 3
    assert rates[len(rates) // 2] < 0.07


def test_work_follows_weekdays_and_seasons(appeals: list[dict[str, Any]]) -> None:
    local = [row["received_at"] + timedelta(hours=8) for row in appeals]
    weekend = _rate(sum(at.weekday() >= 5 for at in local), len(local))
    assert 0.12 < weekend < 0.24  # two days of seven would be 0.29
    heating = [at.month for at, row in zip(local, appeals, strict=True) if "暖" in row["title"]]
    assert _rate(sum(month in (11, 12, 1, 2) for month in heating), len(heating)) > 0.45


def test_every_grade_occurs_each_year_and_a_few_members_fail_twice_in_a_row(
    sample_url: str, method: Method, built_at: datetime
) -> None:
    assert method.points is not None
    totals: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows_of(sample_url, schema.points_entry):
        if row["status"] == "approved":
            totals[row["happened_on"].year][row["member_id"]] += row["points"]
    whole_years = [year for year in sorted(totals) if year < built_at.year]
    grades = {year: grade_points(method.points, totals[year]) for year in whole_years}

    for year in whole_years:
        assert set(grades[year].values()) == {grade.key for grade in method.points.grades}
    before, last = (grades[year] for year in whole_years[-2:])
    twice = [
        member
        for member in last
        if (found := follow_up(method.points, [before.get(member, ""), last[member]]))
        and found.years_in_a_row == 2
    ]
    assert 1 <= len(twice) <= 30


def test_a_few_members_fall_below_the_warning_lines_of_the_checkup(
    sample_url: str, method: Method
) -> None:
    assert method.checkup is not None
    weights = weights_of(method.checkup)
    quarters: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows_of(sample_url, schema.checkup):
        parts = (row["self_score"], row["democratic_score"], row["organisation_score"])
        line = warning_line(method.checkup, checkup_total(*parts, weights))
        quarters[row["quarter"]][line.key if line else ""] += 1

    assert len(quarters) >= 8
    for quarter in sorted(quarters)[:8]:
        assert 1 <= quarters[quarter]["yellow_line"] <= 30
        assert 1 <= quarters[quarter]["red_line"] <= 25
        assert quarters[quarter][""] > 600


def test_hours_mostly_count_and_some_still_wait(sample_url: str) -> None:
    statuses = Counter(row["status"] for row in rows_of(sample_url, schema.service_record))

    assert statuses["approved"] > 0.97 * statuses.total()
    assert statuses["pending"] > 20
    assert statuses["returned"] > 100


def test_volunteers_differ_and_some_have_earned_stars(sample_url: str, method: Method) -> None:
    minutes: dict[int, int] = defaultdict(int)
    for row in rows_of(sample_url, schema.service_record):
        if row["status"] == "approved":
            minutes[row["volunteer_id"]] += row["minutes"]
    hours = [total / 60 for total in minutes.values()]
    lines = [star.hours for star in method.volunteering.stars]

    assert sum(total >= lines[0] for total in hours) > 50
    assert sum(total >= lines[1] for total in hours) >= 5
    assert sum(total < lines[0] for total in hours) > len(hours) / 2


def test_most_posts_are_filled_and_a_few_are_vacant(sample_url: str, method: Method) -> None:
    units = rows_of(sample_url, schema.unit)
    wanted = sum(unit["level"] == post.level for unit in units for post in method.posts)
    held = [row for row in rows_of(sample_url, schema.post) if row["until"] is None]

    assert 0.9 * wanted < len(held) < wanted


def test_the_history_ends_now_and_today_has_begun(
    sample_url: str, appeals: list[dict[str, Any]], built_at: datetime
) -> None:
    assert built_at <= datetime.now(UTC)
    assert built_at - appeals[-1]["received_at"] < timedelta(hours=24)
    assert appeals[0]["received_at"] - (built_at - timedelta(days=730)) < timedelta(days=3)
