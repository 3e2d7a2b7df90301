from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection

from data.method import Method
from data.periods import buckets
from data.queries import appeals
from data.queries.facts import fetch_unit_facts
from data.queries.overview import fetch_trend
from data.settings import zone
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, DAY, HOUR, MONTH, NOW, Busy


def test_the_funnel_counts_how_far_the_cohort_came(busy: Busy, method: Method) -> None:
    workflow = method.workflow("prompt_response")
    with busy.engines.write() as connection:
        create = build.create_appeal
        create(connection, busy.ids["micro"], busy.method_id, workflow_key=workflow.key, furthest=2)
        create(connection, busy.ids["grid1"], busy.method_id, workflow_key="member_agency")
    with busy.engines.read() as connection:
        funnel = appeals.fetch_appeal_funnel(connection, busy.scope(), workflow)
    assert list(funnel["state"]) == [s.key for s in workflow.states if s.type != "rejected"]
    # received in November: green yellow red, on_time not_asked, rejected, and the one at 签收
    assert funnel["reached"].tolist() == [7, 3, 3, 2, 2, 0, 0, 0]
    assert funnel["step_rate"].iloc[:5].tolist() == pytest.approx([1, 3 / 7, 1, 2 / 3, 1])
    assert funnel["overall_rate"].iloc[4] == pytest.approx(2 / 7)
    assert funnel["step_rate"].iloc[5] == 0
    assert funnel["step_rate"].iloc[6:].isna().all()


def move(connection: Connection, appeal_id: int, *steps: tuple[str, datetime, str]) -> None:
    for state, at, kind in steps:
        build.create_appeal_event(connection, appeal_id, state, at, kind=kind)


def test_stays_that_ended_in_the_period_are_timed(busy: Busy, method: Method) -> None:
    workflow = method.workflow("prompt_response")
    with busy.engines.write() as connection:

        def appeal(unit_id: int, since: datetime, **values: object) -> int:
            row = {"workflow_key": workflow.key, "received_at": BEFORE, "state_since": since}
            return build.create_appeal(connection, unit_id, busy.method_id, **row | values)

        grid = busy.ids["grid1"]
        one = appeal(grid, AT + 6 * HOUR, state="signed")
        move(connection, one, ("accepted", AT, "advance"), ("dispatched", AT + 2 * HOUR, "advance"))
        # an extension is no move: the stay in 派单 lasts 4 hours
        move(connection, one, ("dispatched", AT + 3 * HOUR, "extend"))
        move(connection, one, ("signed", AT + 6 * HOUR, "advance"))
        two = appeal(grid, AT + 8 * HOUR, state="dispatched")
        move(connection, two, ("accepted", AT, "advance"))
        move(connection, two, ("dispatched", AT + 8 * HOUR, "advance"))
        old = appeal(grid, BEFORE + DAY, state="dispatched")
        move(connection, old, ("accepted", BEFORE, "advance"))
        move(connection, old, ("dispatched", BEFORE + DAY, "advance"))
        beside = appeal(busy.ids["grid2"], AT + DAY, state="dispatched")
        move(connection, beside, ("accepted", AT, "advance"), ("dispatched", AT + DAY, "advance"))
        unlike = appeal(grid, AT + DAY, workflow_key="member_agency", state="accepted")
        move(connection, unlike, ("entrusted", AT, "advance"), ("accepted", AT + DAY, "advance"))
    with busy.engines.read() as connection:
        durations = appeals.fetch_state_durations(connection, busy.scope(), workflow)
    states = durations.set_index("state")
    assert states["visits"].to_dict() == {
        **dict.fromkeys(states.index, 0),
        "accepted": 2,
        "dispatched": 1,
    }
    assert states.loc["accepted", "median_hours"] == (2 + 8) / 2
    assert states.loc["accepted", "p90_hours"] == pytest.approx(2 + 0.9 * (8 - 2))
    assert states.loc["dispatched", "median_hours"] == 6 - 2
    assert states.loc["signed":, "median_hours"].isna().all()
    # 派单 now: two, old; 签收: one; the four open ones of the grid are in 受理
    assert states.loc[["accepted", "dispatched", "signed"], "now_in_state"].tolist() == [4, 2, 1]


def test_returned_extended_redone_and_rejected_are_counted_apart(busy: Busy) -> None:
    with busy.engines.write() as connection:
        grid, method_id = busy.ids["grid1"], busy.method_id
        # open and in time: not judged yet, so it is not beside the rate either
        row = {"received_at": NOW - HOUR, "returns": 1, "extensions": 1, "redos": 1}
        build.create_appeal(connection, grid, method_id, **row)
        build.create_appeal(connection, busy.ids["grid2"], method_id, **row | {"received_at": AT})
    with busy.engines.read() as connection:
        apart = appeals.fetch_counts_apart(connection, busy.scope())
    counts = dict(zip(apart["key"], apart["appeals"], strict=True))
    assert counts.pop("untimed") == counts.pop("withdrawn") == 0
    assert counts == {"returned": 1, "extended": 1, "redone": 1, "rejected": 1}


def test_what_was_registered_by_mistake_is_told_apart_and_in_no_figure(
    busy: Busy, method: Method
) -> None:
    workflow = method.workflow("prompt_response")

    def figures(connection: Connection) -> list[object]:
        scope = busy.scope()
        return [
            appeals.fetch_appeal_funnel(connection, scope, workflow).fillna(-1).to_dict(),
            appeals.fetch_state_durations(connection, scope, workflow).fillna(-1).to_dict(),
            appeals.fetch_ageing(connection, scope).to_dict(),
            appeals.fetch_categories(connection, scope).to_dict(),
            fetch_unit_facts(connection, scope).to_dict(),
            *(
                fetch_trend(connection, scope, key, buckets(MONTH, NOW, zone()))
                .fillna(-1)
                .to_dict()
                for key in ("open_appeals", "received_appeals", "on_time_rate", "response_rate")
            ),
        ]

    with busy.engines.read() as connection:
        before = figures(connection)
    with busy.engines.write() as connection:
        row = {"state_type": "withdrawn", "closed_at": AT + DAY, "state_since": AT + DAY}
        mistake = build.create_appeal(connection, busy.ids["grid1"], busy.method_id, **row)
        build.create_appeal_event(connection, mistake, "accepted", AT)
        build.create_appeal_event(connection, mistake, "accepted", AT + DAY, kind="withdraw")
        row["closed_at"] = BEFORE + DAY  # in October
        row["received_at"] = BEFORE
        build.create_appeal(connection, busy.ids["grid1"], busy.method_id, **row)
    with busy.engines.read() as connection:
        assert figures(connection) == before
        apart = appeals.fetch_counts_apart(connection, busy.scope()).set_index("key")["appeals"]
    assert apart["withdrawn"] == 1


def test_ageing_counts_days_since_receipt_of_open_appeals(busy: Busy) -> None:
    with busy.engines.read() as connection:
        ageing = appeals.fetch_ageing(connection, busy.scope())
    # green (an hour), yellow (3.5 days), red (18 days), red_from_october (31 days)
    assert ageing["open"].tolist() == [1, 0, 1, 0, 1, 1]


def test_a_day_old_is_no_longer_within_a_day(busy: Busy) -> None:
    with busy.engines.write() as connection:
        row = {"received_at": NOW - DAY}
        build.create_appeal(connection, busy.ids["grid1"], busy.method_id, **row)
    with busy.engines.read() as connection:
        ageing = appeals.fetch_ageing(connection, busy.scope())
    assert ageing["open"].tolist()[:2] == [1, 0 + 1]


def test_categories_run_from_the_most_frequent(busy: Busy) -> None:
    with busy.engines.write() as connection:
        for category in ("noise", "noise", "danger"):
            row = {"category_key": category}
            build.create_appeal(connection, busy.ids["grid1"], busy.method_id, **row)
            row |= {"received_at": BEFORE}
            build.create_appeal(connection, busy.ids["grid1"], busy.method_id, **row)
        build.create_appeal(connection, busy.ids["grid2"], busy.method_id, category_key="danger")
    with busy.engines.read() as connection:
        categories = appeals.fetch_categories(connection, busy.scope())
    assert categories["category_key"].tolist() == ["facility", "noise", "danger"]
    assert categories["appeals"].tolist() == [6, 2, 1]
    assert categories["share"].tolist() == pytest.approx([6 / 9, 2 / 9, 1 / 9])
    assert categories["cumulative_share"].tolist() == pytest.approx([6 / 9, 8 / 9, 1])
