"""Activities, reports, parts of check-ups and today's entries obey the rules of their forms."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest

from data import schema
from data.engines import open_engines
from data.method import Method
from data.method.loading import load_preset, preset_keys
from data.quality import RULES
from data.queries.entries import fetch_my_entries, fetch_waiting
from data.queries.quality import fetch_data_quality
from data.reporting import check_period, check_value
from data.sample.moments import Clock
from data.sample.today import WORKER
from data.scope import Scope
from data.settings import zone
from tests.data.sample.conftest import NOW, rows_of

Rows = list[dict[str, Any]]


def _by_id(rows: Rows) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize("key", preset_keys())
def test_whoever_signs_in_belongs_to_the_grid_and_is_whom_the_activity_is_for(
    small_urls: dict[str, str], key: str, clock: Clock
) -> None:
    url, method = small_urls[key], load_preset(key)
    paths = {row["id"]: row["path"] for row in rows_of(url, schema.unit)}
    held = _by_id(rows_of(url, schema.activity))
    people = {
        "member": _by_id(rows_of(url, schema.member)),
        "volunteer": _by_id(rows_of(url, schema.volunteer)),
    }
    for row in rows_of(url, schema.activity_signin):
        event = held[row["activity_id"]]
        (who,) = (kind for kind in people if row[f"{kind}_id"] is not None)
        person, day = people[who][row[f"{who}_id"]], clock.local_day(event["started_at"])
        assert who in method.activity(event["kind_key"]).who
        assert paths[person["unit_id"]].startswith(paths[event["unit_id"]])
        assert person["joined_on"] <= day <= (person["left_on"] or day)
        assert event["started_at"] <= row["signed_at"] <= row["recorded_at"] <= NOW


@pytest.mark.parametrize("key", preset_keys())
def test_reports_are_of_periods_that_have_begun_and_within_the_bounds(
    small_urls: dict[str, str], key: str, clock: Clock
) -> None:
    url, method = small_urls[key], load_preset(key)
    levels = {row["id"]: row["level"] for row in rows_of(url, schema.unit)}
    reports = rows_of(url, schema.indicator_report)
    assert {row["indicator_key"] for row in reports} <= {one.key for one in method.indicators}
    for row in reports:
        one = method.indicator(row["indicator_key"])
        assert levels[row["unit_id"]] == one.level
        check_period(one.every, row["period"], clock.local_day(row["recorded_at"]))
        if row["reverses_id"] is None:
            check_value(one, row["value"])


def test_the_running_quarter_has_check_ups_that_are_whole_and_some_that_are_not(
    small_urls: dict[str, str], method: Method
) -> None:
    url = small_urls["demo_street"]
    parts: dict[int, Rows] = defaultdict(list)
    for row in rows_of(url, schema.checkup_part):
        assert row["quarter"] == "2026Q4"
        assert row["score"] * 2 == round(row["score"] * 2)
        parts[row["member_id"]].append(row)
    whole = {row["member_id"] for row in rows_of(url, schema.checkup) if row["quarter"] == "2026Q4"}
    numbers = Counter(len(mine) for mine in parts.values())

    assert whole == {member for member, mine in parts.items() if len(mine) == 3}
    assert numbers[3] > 0
    assert numbers[1] + numbers[2] > 0


@pytest.mark.parametrize("key", preset_keys())
def test_the_demo_worker_has_entered_something_today(small_urls: dict[str, str], key: str) -> None:
    url, method = small_urls[key], load_preset(key)
    accounts = {row["login"]: row["id"] for row in rows_of(url, schema.account)}
    with open_engines(url).read() as connection:
        day = NOW.astimezone(zone()).date()
        mine = fetch_my_entries(connection, accounts[WORKER], day)

    kinds = set(mine["kind"])
    assert {"appeal", "visit"} <= kinds
    assert ("signin" in kinds) == bool(method.activities)
    assert ("pending" in set(mine["state"])) == method.volunteering.hours_need_approval
    assert 5 <= len(mine) <= 20


def test_points_and_hours_wait_in_several_grids(sample_url: str) -> None:
    with open_engines(sample_url).read() as connection:
        waiting = fetch_waiting(connection, "/1/", 0)
    assert waiting["subject"].nunique() == 2
    assert waiting["unit_name"].nunique() > 10


def test_every_rule_of_data_quality_finds_a_few_entries(sample_url: str) -> None:
    (revision,) = rows_of(sample_url, schema.revision)
    now = revision["changed_at"]
    lately = Scope("/1/", now - timedelta(days=60), now + timedelta(seconds=1), now)
    with open_engines(sample_url).read() as connection:
        found = fetch_data_quality(connection, lately)

    assert set(found["rule"]) == set(RULES)
    assert found.groupby("rule").size().max() <= 8
