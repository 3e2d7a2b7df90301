from __future__ import annotations

import math
from datetime import date

import pytest

from data.method import Method
from data.periods import buckets
from data.queries import volunteers
from data.settings import zone
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, DAY, HOUR, MONTH, MONTH_END, NOW, Busy


def test_people_are_ranked_by_hours_and_ties_share_a_rank(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, team = busy.ids["grid1"], busy.ids["team"]
        for minutes in (60, 60, 30):
            who = build.create_volunteer(connection, grid, team)
            build.create_service(connection, who, grid, team, minutes)
    with busy.engines.read() as connection:
        ranking = volunteers.fetch_volunteer_ranking(connection, busy.scope(), limit=10)
        street = volunteers.fetch_volunteer_ranking(connection, busy.scope(busy.street_path), 10)
    # keen; not: shy (opted out), left, undone (nothing left), visitor (of the other grid)
    assert ranking["rank"].tolist() == [1, 2, 2, 4]
    assert ranking["hours"].tolist() == [(120 + 75) / 60, 1, 1, 0.5]
    first = ranking.iloc[0]
    assert (first["name"], first["team_name"], first["services"]) == ("张*", "爱心队", 2)
    assert first["total_hours"] == pytest.approx((120 + 75 + 700) / 60)
    assert street["hours"].tolist() == [(120 + 75) / 60, 1, 1, (35 + 15) / 60, 0.5]


def test_everybody_within_the_last_rank_is_listed(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, team = busy.ids["grid1"], busy.ids["team"]
        for minutes in (60, 60, 30):
            who = build.create_volunteer(connection, grid, team)
            build.create_service(connection, who, grid, team, minutes)
    with busy.engines.read() as connection:
        ranking = volunteers.fetch_volunteer_ranking(connection, busy.scope(), limit=2)
    assert ranking["rank"].tolist() == [1, 2, 2]


def test_a_reversed_service_is_taken_off(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, team, keen = busy.ids["grid1"], busy.ids["team"], busy.ids["keen"]
        wrong = build.create_service(connection, keen, grid, team, 300)
        build.create_service(connection, keen, grid, team, -300, reverses_id=wrong)
    with busy.engines.read() as connection:
        ranking = volunteers.fetch_volunteer_ranking(connection, busy.scope(), limit=10)
    assert ranking.loc[0, ["hours", "services"]].tolist() == [(120 + 75) / 60, 2]


def test_teams_are_ranked_by_what_they_did_here(busy: Busy) -> None:
    with busy.engines.read() as connection:
        teams = volunteers.fetch_team_ranking(connection, busy.scope())
    assert teams["team_name"].tolist() == ["爱心队", "环保队"]
    minutes = 120 + 90 + (30 - 30) + (40 - 40) + 45 + 15
    assert teams["hours"].tolist() == [minutes / 60, 0]
    assert teams["services"].tolist() == [1 + 1 + 0 + 0 + 1 + 1, 0]
    assert teams["volunteers"].tolist() == [5, 0]
    assert teams["rank"].tolist() == [1, 2]


def test_the_hours_trend_is_cut_into_local_days(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, team, keen = busy.ids["grid1"], busy.ids["team"], busy.ids["keen"]
        # 16:30 UTC is half past midnight of the next day in Shanghai
        started = MONTH + HOUR / 2
        build.create_service(connection, keen, grid, team, 60, started_at=started)
    days = buckets(MONTH, MONTH_END, zone())
    with busy.engines.read() as connection:
        trend = volunteers.fetch_hours_trend(connection, busy.scope(), days)
    assert list(trend.columns) == ["label", "hours"]
    assert trend["hours"].tolist()[:3] == [1, 270 / 60, 0]
    assert math.isnan(trend["hours"].iloc[-1])


def test_stars_are_of_all_hours_and_include_who_opted_out(busy: Busy, method: Method) -> None:
    stars = method.volunteering.stars
    with busy.engines.write() as connection:
        grid, team = busy.ids["grid1"], busy.ids["team"]
        first = int(stars[0].hours * 60)
        row = {"started_at": BEFORE}
        build.create_service(connection, busy.ids["shy"], grid, team, first - 90, **row)
        build.create_service(connection, busy.ids["left"], grid, team, first, **row)
        row = {"started_at": NOW + DAY}
        build.create_service(connection, busy.ids["undone"], grid, team, first, **row)
    with busy.engines.read() as connection:
        spread = volunteers.fetch_star_distribution(connection, busy.scope(), stars)
    # shy reaches the first star to the minute; keen and undone have none
    assert spread["volunteers"].tolist() == [2, 1] + [0] * (len(stars) - 1)
    assert spread["name"].tolist() == ["未评星", *(star.name for star in stars)]


def test_the_order_funnel_follows_orders_of_the_period(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid = busy.ids["grid1"]
        steps = ["dispatched_at", "accepted_at", "served_at", "rated_at"]
        for done in (4, 3, 1, 0):
            build.create_order(connection, grid, **dict.fromkeys(steps[:done], AT + HOUR))
        build.create_order(connection, grid, dispatched_at=NOW + HOUR)  # not yet
        build.create_order(connection, grid, placed_at=BEFORE, dispatched_at=BEFORE)
        build.create_order(connection, busy.ids["grid2"], dispatched_at=AT)
    with busy.engines.read() as connection:
        funnel = volunteers.fetch_order_funnel(connection, busy.scope())
    assert funnel["orders"].tolist() == [5, 3, 2, 2, 1]
    assert funnel["rate"].tolist() == [1, 3 / 5, 2 / 5, 2 / 5, 1 / 5]
    assert funnel["step_rate"].tolist() == pytest.approx([1, 3 / 5, 2 / 3, 1, 1 / 2])


def test_the_time_bank_balances(busy: Busy) -> None:
    with busy.engines.write() as connection:
        account = build.create_time_account
        account(connection, "issue", balance=-(70 + 20 + 10))
        account(connection, "volunteer", balance=70, volunteer_id=busy.ids["keen"])
        account(connection, "volunteer", balance=20, volunteer_id=busy.ids["shy"])
        account(connection, "goods", balance=10)
        for kind in ("earn", "give", "give", "spend"):
            build.create_time_transfer(connection, kind)
    with busy.engines.read() as connection:
        bank = volunteers.fetch_time_bank(connection)
    assert bank == volunteers.TimeBankTotals(issued=100, held=70 + 20, spent=10, transfers=2)
    assert bank.issued == bank.held + bank.spent


def test_a_form_offers_volunteers_who_have_not_left(busy: Busy) -> None:
    with busy.engines.write() as connection:
        row = {"left_on": date(2026, 1, 1)}
        build.create_volunteer(connection, busy.ids["grid1"], busy.ids["team"], **row)
    with busy.engines.read() as connection:
        offered = volunteers.fetch_volunteers_of(connection, busy.path)
    assert offered["code"].tolist() == ["keen", "shy", "undone"]
    assert offered["name"].tolist() == ["张*", "李*", "李*"]
    assert set(offered["team_name"]) == {"爱心队"}
