"""What forms and the office read back after entries: through the writes themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from data.engines import Engines
from data.entry_forms import FORMS
from data.queries import entries, origins, quality
from data.scope import Scope
from data.writes.approvals import record_decisions
from tests.builders import create_person, create_volunteer
from tests.data.writes.actors import actor_of
from tests.data.writes.test_activities import activity_of, signin_of
from tests.data.writes.test_appeals import appeal_of, found_on, step_of
from tests.data.writes.test_checkup_parts import part_of
from tests.data.writes.test_corrections import undone
from tests.data.writes.test_indicators import report_of
from tests.data.writes.test_points import points_of, reversal_of
from tests.data.writes.test_service import service_of
from tests.data.writes.test_visits import visit_of
from tests.data.writes.test_withdrawals import mistaken, waiting, withdrawal_of
from tests.data.writes.world import NOW, STAMP, TODAY, World, rows_of

HOUR = timedelta(hours=1)
MONTH = Scope("/1/", datetime(2026, 10, 31, 16, tzinfo=NOW.tzinfo), NOW + HOUR, NOW + HOUR)


def asked(engines: Engines, fetch: Any, *args: Any) -> Any:
    with engines.read() as connection:
        return fetch(connection, *args)


def mine(world: World, account_id: int | None, day: date = TODAY) -> pd.DataFrame:
    listed = asked(world.engines, entries.fetch_my_entries, account_id, day)
    counted = asked(world.engines, entries.fetch_entry_count, account_id, day)
    assert counted.entries == len(listed)  # what one line says is what the page lists
    if len(listed):
        assert counted.last_at == listed["recorded_at"].max()
        assert counted.last_kind in set(listed["kind"][listed["recorded_at"] == counted.last_at])
    return listed


def states(world: World, account_id: int | None) -> list[tuple[str, str, str]]:
    frame = mine(world, account_id).sort_values(["kind", "id"])
    return list(zip(frame["kind"], frame["state_name"], frame["undo"], strict=True))


def everything(world: World, **who: Any) -> None:
    appeal_of(world, received_at=NOW - HOUR, **who)
    appeal_of(world, received_at=NOW - HOUR, **who)
    office = actor_of(world, "secretary", "community")
    step_of(world, 2, state="dispatched", handler="乙", actor=office)
    step_of(world, 2, **who)
    visit_of(world, finding="家中平安", **who)
    points_of(world, **who)
    waiting(world, member_ids=world.members[:1], **who)
    service_of(world, **who)
    part_of(world, **who)
    activity = activity_of(world, **who)
    signin_of(world, activity.id, **who)
    report_of(world, **who)


def test_my_entries_tell_state_and_undo(world: World) -> None:
    me = actor_of(world)
    everything(world, actor=me)
    everything_else = actor_of(world)
    visit_of(world, actor=everything_else)
    visit_of(world, actor=me, at=NOW - timedelta(days=1), visited_at=NOW - timedelta(days=2))
    assert states(world, me.account_id) == [
        ("appeal", "已记录", "withdraw_appeal"),
        ("appeal", "已记录", ""),
        ("checkup", "已记录", "reverse_checkup_part"),
        ("indicator", "已记录", "reverse_indicator"),
        ("points", "已记录", "reverse_points"),
        ("points", "待审", "withdraw_entries"),
        ("service", "待审", "withdraw_entries"),
        ("signin", "已记录", "reverse_signin"),
        ("step", "已记录", ""),
        ("visit", "已记录", "reverse_visit"),
    ]
    frame = mine(world, me.account_id).set_index("kind")
    assert set(frame.index) == set(FORMS)
    assert (frame["undo"] != "").equals(frame["why_not"] == "")
    assert frame.loc["visit", "text"] == "普通走访：家中平安"
    code = rows_of(world.engines, "volunteer")[0].code
    assert frame.loc["service", "text"] == f"政策宣讲 150分钟 李*（{code}）"
    assert "90" not in frame.loc["checkup", "text"]
    assert "签收" in frame.loc["step", "text"]
    assert set(frame["unit_name"]) == {"第1网格"}


def test_my_entries_tell_what_became_of_them(world: World) -> None:
    me = actor_of(world)
    ids = waiting(world, actor=me)
    verdicts: list[tuple[str, str]] = [("approved", ""), ("returned", "没有依据")]
    for one, (verdict, reason) in zip(ids, verdicts, strict=False):
        given: dict[str, Any] = {"subject": "points_entry", "verdict": verdict, "reason": reason}
        record_decisions(world.engines, subject_ids=[one], **STAMP | given)
    withdrawal_of(world, ids[2:], actor=me)
    undone(world, "visit", visit_of(world, actor=me).id, actor=me)
    appeal_of(world, actor=me)
    mistaken(world, actor=me)
    assert states(world, me.account_id) == [
        ("appeal", "已撤回", ""),
        ("points", "通过", "reverse_points"),
        ("points", "退回", ""),
        ("points", "已撤回", ""),
        ("visit", "已撤回", ""),
    ]
    frame = mine(world, me.account_id)
    assert frame.loc[frame["state"] == "returned", "reason"].tolist() == ["没有依据"]
    assert frame.loc[frame["undo"] == "", "why_not"].str.len().min() > 0


def test_the_day_is_the_local_one(world: World) -> None:
    me = actor_of(world)
    late = NOW.replace(day=19, hour=15, minute=59)  # 23:59 on the 19th in Shanghai
    visit_of(world, actor=me, at=late, visited_at=late)
    assert len(mine(world, me.account_id)) == 0
    assert len(mine(world, me.account_id, date(2026, 11, 19))) == 1


@pytest.mark.parametrize(
    ("form", "used"),
    [
        ("appeal", {"category_key": "sanitation", "channel": "12345热线"}),
        ("step", {"handler": None}),
        ("visit", {"rule_key": None}),
        ("points", {"rule_key": "rescue"}),
        ("service", {"activity": "政策宣讲", "minutes": 150, "certified_by": "支部书记"}),
        ("checkup", {"part": "self", "quarter": "2026Q3"}),
        ("signin", {"kind_key": "team_service"}),
        ("indicator", {"indicator_key": "hazards", "period": "2026-11"}),
    ],
)
def test_a_form_begins_with_what_was_used_last(
    world: World, form: str, used: dict[str, Any]
) -> None:
    me = actor_of(world)
    assert asked(world.engines, entries.fetch_last_used, me.account_id, form) == {}
    everything(world, actor=me)
    found = asked(world.engines, entries.fetch_last_used, me.account_id, form)
    assert set(found) == set(used)
    if form not in ("appeal", "step"):
        assert found == used
    assert asked(world.engines, entries.fetch_last_used, me.account_id + 99, form) == {}


def test_every_form_has_something_to_take_over() -> None:
    assert set(entries.LAST_USED) == set(FORMS)


def test_similar_open_appeals_of_a_week_are_offered(world: World) -> None:
    grid = {"unit_id": world.units["grid1"], "category_key": "noise"}
    week = timedelta(days=7)
    for received in (NOW - HOUR, NOW - week, NOW - week - HOUR):
        appeal_of(world, received_at=received, **grid)
    appeal_of(world, received_at=NOW - HOUR, **grid | {"category_key": "parking"})
    appeal_of(world, received_at=NOW - HOUR, **grid | {"unit_id": world.units["grid2"]})
    appeal_of(world, received_at=NOW - HOUR, **grid)
    mistaken(world, 6)
    path = f"/1/2/{world.units['grid1']}/"
    found = asked(world.engines, entries.fetch_similar_appeals, path, "noise", NOW)
    assert found["id"].tolist() == [1, 2]
    assert set(found["state_name"]) == {"受理"}


def test_the_queue_leaves_out_ones_own(world: World) -> None:
    me, other = actor_of(world, "secretary", "community"), actor_of(world)
    waiting(world, member_ids=world.members[:1], actor=me)
    waiting(world, member_ids=world.members[1:2], actor=other)
    service_of(world)  # by the system
    waits = asked(world.engines, entries.fetch_waiting, "/1/", me.account_id)
    assert list(zip(waits["subject"], waits["id"], strict=True)) == [
        ("points_entry", 2),
        ("service_record", 1),
    ]
    assert len(asked(world.engines, entries.fetch_waiting, "/1/", None)) == 3
    elsewhere = f"/1/2/{world.units['grid2']}/"
    assert len(asked(world.engines, entries.fetch_waiting, elsewhere, me.account_id)) == 0


def test_activities_and_signins_are_listed_without_what_was_taken_back(world: World) -> None:
    event = activity_of(world, member_ids=world.members, volunteer_ids=world.volunteers[:1])
    activity_of(world, started_at=NOW - timedelta(days=3))
    undone(world, "signin", 2)
    since = NOW - timedelta(days=1)
    listed = asked(world.engines, entries.fetch_activities, "/1/", since)
    assert listed[["id", "signed_in", "unit_name"]].values.tolist() == [[event.id, 3, "第1网格"]]
    who = asked(world.engines, entries.fetch_signins, event.id)
    assert list(zip(who["person_kind"], who["person_id"], who["name"], strict=True)) == [
        ("member", world.members[0], "王*"),
        ("member", world.members[2], "王*"),
        ("volunteer", world.volunteers[0], "李*"),
    ]


def test_reports_and_parts_are_those_that_stand(world: World) -> None:
    undone(world, "indicator", report_of(world).id)
    report_of(world, value=0)
    report_of(world, period="2026-10")
    reports = asked(world.engines, entries.fetch_indicator_reports, "/1/", "2026-11")
    assert reports[["unit_name", "value"]].values.tolist() == [["第1网格", 0]]
    undone(world, "part", part_of(world).id)
    part_of(world, part="democratic")
    parts = asked(world.engines, entries.fetch_checkup_parts, "/1/", "2026Q3")
    assert parts[["member_id", "part"]].values.tolist() == [[world.members[0], "democratic"]]


def test_odd_entries_are_listed_with_rows_recorder_and_reason(world: World) -> None:
    me = actor_of(world)
    for hours in range(5):
        visit_of(world, visited_at=NOW - hours * HOUR, finding="家中平安", actor=me)
    old = {"happened_on": date(2026, 10, 1), "actor": me}
    points_of(world, member_ids=world.members, **old)
    found = asked(world.engines, quality.fetch_data_quality, MONTH).set_index("rule")
    assert set(found.index) == {"late", "alike"}
    late = found.loc["late"]
    assert (late["kind"], late["who"], late["account_id"]) == ("points", me.name, me.account_id)
    code = rows_of(world.engines, "member")[0].code
    assert (late["count"], late["ids"]) == (3, [1, 2, 3])
    assert late["rows"].startswith(f"{code} 到社区报到并认领岗位（2026-10-01）；")
    assert "50 天" in late["why"]
    assert found.loc["alike", "ids"] == [1, 2, 3, 4, 5]
    assert found.loc["alike", "advice"]


def test_what_was_settled_is_not_odd_any_more(world: World) -> None:
    points_of(world, happened_on=date(2026, 10, 1))
    assert len(asked(world.engines, quality.fetch_data_quality, MONTH)) == 1
    reversal_of(world, 1)
    assert len(asked(world.engines, quality.fetch_data_quality, MONTH)) == 0


def test_closing_ten_in_a_minute_is_odd(world: World) -> None:
    for number in range(1, 11):
        appeal_of(world, received_at=NOW - HOUR, category_key="consultation")
        for state in ("dispatched", None, None, "replied"):
            more = {"handler": "乙", "reply": "好了"}
            step_of(world, number, state=state, at=NOW + timedelta(seconds=number), **more)
    found = asked(world.engines, quality.fetch_data_quality, MONTH)
    burst = found.set_index("rule").loc["at_once"]
    assert (burst["count"], burst["kind"]) == (10, "step")
    assert len(burst["rows"].split("；")) == 10


def test_round_hours_only_are_odd_until_one_is_not(world: World) -> None:
    with world.engines.write() as connection:
        team = rows_of(world.engines, "team")[0].id
        people = [create_volunteer(connection, world.units["grid1"], team) for _ in range(10)]
    service_of(world, volunteer_ids=people, minutes=120)
    found = asked(world.engines, quality.fetch_data_quality, MONTH)
    assert found["rule"].tolist() == ["round"]
    service_of(world, started_at=NOW - 9 * HOUR, minutes=50)
    assert len(asked(world.engines, quality.fetch_data_quality, MONTH)) == 0


def test_last_times_people_are_those_entered_together(world: World) -> None:
    me = actor_of(world, "worker")
    points_of(world, member_ids=world.members[1:2], actor=me, at=NOW - HOUR)
    points_of(world, member_ids=world.members[:1], rule_key="meeting", actor=me)
    found = asked(world.engines, entries.fetch_last_people, me.account_id, "points", "member")
    assert found == world.members[:1]
    other = asked(world.engines, entries.fetch_last_people, 99, "points", "member")
    nobody = asked(world.engines, entries.fetch_last_people, me.account_id, "visit", "member")
    assert other == nobody == []


def test_whose_check_up_of_a_quarter_is_complete(world: World) -> None:
    for part in ("self", "democratic"):
        part_of(world, part=part)
    assert asked(world.engines, entries.fetch_checked_members, "/", "2026Q3") == []
    part_of(world, part="organisation")
    complete = asked(world.engines, entries.fetch_checked_members, "/", "2026Q3")
    assert complete == world.members[:1]
    assert asked(world.engines, entries.fetch_checked_members, "/", "2026Q2") == []


def test_a_visit_tells_the_appeals_that_came_of_it(world: World) -> None:
    me = actor_of(world)
    first, second, plain = (found_on(world, actor=me) for _ in range(3))
    codes = [appeal_of(world, visit_id=first).code for _ in range(2)]
    linked = appeal_of(world)
    visit_of(world, actor=me, appeal_id=linked.id)  # written down after its appeal
    frame = mine(world, me.account_id).set_index("id")["appeals"]
    assert frame.to_dict() == {first: "、".join(codes), second: "", plain: "", 4: linked.code}


def test_an_appeal_tells_the_visit_it_came_of(world: World) -> None:
    visit_id = found_on(world, finding="家里漏水")
    appeal_of(world, visit_id=visit_id)
    beside = appeal_of(world)
    found = asked(world.engines, origins.fetch_origin, 1)
    told = (found.id, found.finding, found.visited_at, found.visitor, found.undone)
    assert told == (visit_id, "家里漏水", NOW - timedelta(minutes=90), "", False)
    assert asked(world.engines, origins.fetch_origin, beside.id) is None
    with world.engines.write() as connection:
        visitor = create_person(connection, "欧阳小圣")
    visit_of(world, appeal_id=beside.id, person_id=visitor)
    assert asked(world.engines, origins.fetch_origin, beside.id).visitor == "欧阳*"
    counter = undone(world, "visit", visit_id)
    assert asked(world.engines, origins.fetch_origin, 1).undone
    assert asked(world.engines, origins.fetch_visit, counter.id) is None
    assert asked(world.engines, origins.fetch_visit, 999) is None
