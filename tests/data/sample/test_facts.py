"""Facts of the sample obey the very rules that the forms enforce."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pytest

from data import schema
from data.method import Method
from data.method.loading import load_preset, preset_keys
from data.sample.moments import Clock
from data.scoring import validate_points
from data.workflow import Event, Head, apply, check_step
from tests.data.sample.conftest import NOW, rows_of


def _by(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _replay(
    method: Method, appeal: dict[str, Any], events: list[dict[str, Any]], clock: Clock
) -> Head:
    """The head after every event passed the check that the form for it makes."""
    category = method.category(appeal["category_key"])
    workflow = method.workflow(category.workflow)
    first = Event("advance", events[0]["state"], events[0]["happened_at"])
    head = apply(None, first, workflow, category, appeal["received_at"], clock.calendar)
    for row in events[1:]:
        event = check_step(
            workflow,
            head,
            kind=row["kind"],
            state=row["state"],
            happened_at=row["happened_at"],
            handler=row["handler"],
            reply=row["reply"],
            resolved=row["resolved"],
            rating=row["rating"],
            new_due_at=row["new_due_at"],
        )
        head = apply(head, event, workflow, category, appeal["received_at"], clock.calendar)
    return head


@pytest.mark.parametrize("key", preset_keys())
def test_every_event_is_a_step_that_the_workflow_allows(
    small_urls: dict[str, str], key: str, clock: Clock
) -> None:
    url, method = small_urls[key], load_preset(key)
    events = _by(rows_of(url, schema.appeal_event), "appeal_id")
    for appeal in rows_of(url, schema.appeal):
        head = _replay(method, appeal, events[appeal["id"]], clock)
        assert (head.state, head.closed_at) == (appeal["state"], appeal["closed_at"])


@pytest.mark.parametrize("key", preset_keys())
def test_appeals_know_their_channel_and_count_up_within_a_day(
    small_urls: dict[str, str], key: str, clock: Clock
) -> None:
    method, appeals = load_preset(key), rows_of(small_urls[key], schema.appeal)

    assert {row["channel"] for row in appeals} <= set(method.channels)
    for day, of_day in groupby(appeals, lambda row: clock.local_day(row["received_at"])):
        codes = [row["code"] for row in of_day]
        assert codes == [f"{day:%Y%m%d}-{n:04d}" for n in range(1, len(codes) + 1)]


def test_points_keep_to_the_range_and_the_yearly_cap_of_their_rule(
    small_urls: dict[str, str], method: Method
) -> None:
    entries = [
        row
        for row in rows_of(small_urls["demo_street"], schema.points_entry)
        if row["kind"] != "base" and row["reverses_id"] is None and row["status"] != "returned"
    ]
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in entries:
        rule = method.rule(row["rule_key"])
        cycle = (row["member_id"], row["rule_key"], row["happened_on"].year)
        assert validate_points(rule, abs(row["points"]), sums[cycle]) == row["points"]
        sums[cycle] += abs(row["points"])


def test_each_member_opens_every_year_with_the_base_of_the_class(
    small_urls: dict[str, str], method: Method
) -> None:
    url = small_urls["demo_street"]
    entries = rows_of(url, schema.points_entry)
    opened = {
        (r["member_id"], r["happened_on"].year): r for r in entries if r["rule_key"] == "base"
    }
    for member in rows_of(url, schema.member):
        first = max(member["joined_on"], date(2024, 1, 1)).year
        last = (member["left_on"] or NOW.date()).year
        for year in range(first, last + 1):
            base = method.member_class(member["class_key"]).base_points
            assert opened.pop((member["id"], year))["points"] == base
    assert opened == {}


@pytest.mark.parametrize(
    ("table", "amount"),
    [(schema.points_entry, "points"), (schema.service_record, "minutes")],
    ids=["points", "service"],
)
def test_a_reversal_cancels_an_earlier_entry_that_counted(
    small_urls: dict[str, str], table: Any, amount: str
) -> None:
    rows = {row["id"]: row for row in rows_of(small_urls["demo_street"], table)}
    counters = [row for row in rows.values() if row["reverses_id"]]

    assert counters
    for counter in counters:
        first = rows[counter["reverses_id"]]
        assert first["status"] == counter["status"] == "approved"
        assert counter[amount] == -first[amount]
        assert counter["recorded_at"] > first["recorded_at"]


def test_people_act_only_while_they_belong(small_urls: dict[str, str], clock: Clock) -> None:
    url = small_urls["demo_street"]
    members = {row["id"]: row for row in rows_of(url, schema.member)}
    volunteers = {row["id"]: row for row in rows_of(url, schema.volunteer)}
    acts = [(members[r["member_id"]], r["happened_on"]) for r in rows_of(url, schema.points_entry)]
    acts += [(members[r["member_id"]], r["checked_on"]) for r in rows_of(url, schema.checkup)]
    acts += [
        (volunteers[row["volunteer_id"]], clock.local_day(row["started_at"]))
        for row in rows_of(url, schema.service_record)
    ]

    for who, day in acts:
        assert who["joined_on"] <= day <= (who["left_on"] or day)


def test_nobody_serves_twice_at_once(small_urls: dict[str, str]) -> None:
    rows = rows_of(small_urls["demo_street"], schema.service_record)
    for own in _by([r for r in rows if r["reverses_id"] is None], "volunteer_id").values():
        own.sort(key=itemgetter("started_at"))
        for first, second in pairwise(own):
            free_after = first["minutes"] * 60 - 1  # starts are whole seconds
            assert (second["started_at"] - first["started_at"]).total_seconds() >= free_after


def test_orders_go_through_their_stages_in_turn(small_urls: dict[str, str]) -> None:
    stages = ("placed_at", "dispatched_at", "accepted_at", "served_at", "rated_at")
    orders = rows_of(small_urls["demo_street"], schema.service_order)
    for order in orders:
        reached = [order[stage] for stage in stages]
        known = [at for at in reached if at is not None]
        assert reached == known + [None] * (len(reached) - len(known))
        assert known == sorted(known)
        assert (order["rating"] is None) == (order["rated_at"] is None)
    funnel = [sum(order[stage] is not None for order in orders) for stage in stages]
    assert funnel == sorted(set(funnel), reverse=True)


def test_an_order_that_was_served_has_its_record(small_urls: dict[str, str]) -> None:
    url = small_urls["demo_street"]
    records = _by(rows_of(url, schema.service_record), "order_id")
    for order in rows_of(url, schema.service_order):
        firsts = [r for r in records.get(order["id"], []) if r["reverses_id"] is None]
        assert len(firsts) == (order["served_at"] is not None)
        assert all(r["volunteer_id"] == order["volunteer_id"] for r in firsts)


def test_approved_hours_earn_whole_points_and_no_account_is_ever_overdrawn(
    small_urls: dict[str, str], method: Method
) -> None:
    assert method.time_bank is not None
    url = small_urls["demo_street"]
    records = {row["id"]: row for row in rows_of(url, schema.service_record)}
    transfers = {row["id"]: row for row in rows_of(url, schema.time_transfer)}
    kinds = {row["id"]: row["kind"] for row in rows_of(url, schema.time_account)}
    balances: dict[int, int] = defaultdict(int)
    earned = 0
    for posting in rows_of(url, schema.time_posting):
        account = posting["time_account_id"]
        balances[account] += posting["points"]
        assert kinds[account] == "issue" or balances[account] >= 0
        transfer = transfers[posting["time_transfer_id"]]
        if transfer["kind"] == "earn" and posting["points"] > 0:
            minutes = records[transfer["service_record_id"]]["minutes"]
            assert posting["points"] == minutes * method.time_bank.points_per_hour // 60
            earned += 1

    counted = [
        r for r in records.values() if r["status"] == "approved" and r["reverses_id"] is None
    ]
    assert earned == len(counted)
    assert {row["kind"] for row in transfers.values()} == {"earn", "spend", "give", "reverse"}


def test_a_visit_that_led_to_an_appeal_was_made_just_before_it_in_the_same_unit(
    small_urls: dict[str, str],
) -> None:
    url = small_urls["demo_street"]
    appeals = {row["id"]: row for row in rows_of(url, schema.appeal)}
    found = [row for row in rows_of(url, schema.visit) if row["appeal_id"]]

    assert found
    for visit in found:
        appeal = appeals[visit["appeal_id"]]
        assert visit["unit_id"] == appeal["unit_id"]
        assert 0 < (appeal["received_at"] - visit["visited_at"]).total_seconds() <= 3600


def test_checkups_keep_the_weights_of_the_method_and_are_published_in_time(
    small_urls: dict[str, str], method: Method
) -> None:
    assert method.checkup is not None
    rows = rows_of(small_urls["demo_street"], schema.checkup)

    assert len({row["quarter"] for row in rows} - {"2026Q4"}) == 8  # 2024Q4 to 2026Q3
    for row in (row for row in rows if row["quarter"] != "2026Q4"):  # runs: see test_entries
        weights = (row["self_weight"], row["democratic_weight"], row["organisation_weight"])
        assert weights == tuple(part.weight for part in method.checkup.parts)
        days = (row["published_on"] - row["checked_on"]).days
        assert 0 < days <= method.checkup.publish_within_days
