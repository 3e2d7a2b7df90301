"""What a board says: judged at the right moment, honest, and told once when something is up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from components.wall import boards, pulse
from components.wall import texts as t
from components.wall.options import parse
from data.method.loading import load_preset
from data.schema import calendar_day
from data.writes.appeals import record_appeal
from tests import builders
from tests.components.wall.conftest import ME, Ask, Clock
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("public")
METHOD = load_preset("demo_street")


def case(engines, ground, **values) -> int:
    """An appeal of the first grid, due in three hours unless told."""
    row = {"workflow_key": "prompt_response", "category_key": "property"}
    row |= {"received_at": NOW - timedelta(hours=1), "due_at": NOW + timedelta(hours=3)}
    row |= {"yellow_at": NOW + timedelta(hours=2)} | values
    with engines.write() as connection:
        made = builders.create_appeal(connection, ground["grid1"], ground["method"], **row)
        builders.create_appeal_event(connection, made, "accepted", row["received_at"])
    return made


def tile(answer, key: str) -> str:
    """The figure a tile shows."""
    part = answer.json["board"]["html"].split(f'data-part="tile_{key}"')[1]
    return part.split("<b data-roll>")[1].split("</b>")[0]


def test_a_write_makes_a_new_beat_and_silence_makes_none(ask: Ask, engines, ground, clock) -> None:
    first = pulse.look()
    clock.forward(seconds=1)
    assert pulse.look() is first
    case(engines, ground)
    assert pulse.look().revision == first.revision + 1
    assert pulse.look().at == clock.at


def test_a_limit_that_passes_makes_a_new_beat_to_the_second(
    ask: Ask, engines, ground, clock: Clock
) -> None:
    case(engines, ground, due_at=clock.at + timedelta(seconds=20), yellow_at=clock.at)
    first = ask("/wall/board", scene="appeals").json
    assert "disc-yellow" not in first["board"]["html"]
    clock.forward(seconds=20)
    assert ask("/wall/board", scene="overview").json["at"] == first["at"]
    clock.forward(seconds=1)
    now = ask("/wall/board", scene="overview", since=first["at"], last=first["last"]).json
    assert "disc-red" in now["board"]["html"]
    assert [alert["id"][:3] for alert in now["alerts"]] == ["red"]
    assert "刚刚超期" in now["alerts"][0]["html"]
    again = ask("/wall/board", scene="overview", since=now["at"], last=now["last"]).json
    assert again["alerts"] == []


def test_a_new_case_of_an_urgent_class_is_told_once(ask: Ask, engines, ground, clock) -> None:
    before = ask("/wall/board").json
    clock.forward(seconds=5)
    case(engines, ground, title="寻常的事")
    case(engines, ground, title="急事", category_key="danger")
    now = ask("/wall/board", since=before["at"], last=before["last"]).json
    assert [alert["id"][:6] for alert in now["alerts"]] == ["urgent"]
    assert "急事" in now["alerts"][0]["html"]
    later = ask("/wall/board", since=now["at"], last=now["last"]).json
    assert later["alerts"] == []


def test_what_turned_red_long_ago_is_no_news(ask: Ask, engines, ground, clock) -> None:
    case(engines, ground, due_at=NOW + timedelta(minutes=1), yellow_at=NOW)
    since = int(NOW.timestamp() * 1000)
    clock.forward(hours=1)
    assert ask("/wall/board", since=since, last=99).json["alerts"] == []


def test_more_alerts_than_can_be_shown_are_counted(ask: Ask, engines, ground, clock) -> None:
    before = ask("/wall/board").json
    clock.forward(seconds=5)
    for n in range(7):
        case(engines, ground, title=f"急事{n}", category_key="danger")
    now = ask("/wall/board", since=before["at"], last=before["last"]).json
    assert len(now["alerts"]) == 6
    assert now["more"] == t.OTHER_ALERTS.format(1)


def test_a_handler_is_masked_and_an_organisation_is_not(ask: Ask, engines, ground) -> None:
    for handler in ("王小明", "区供水公司抢修队"):
        made = case(engines, ground, due_at=NOW - timedelta(hours=1))
        with engines.write() as connection:
            at = NOW - timedelta(minutes=50)
            builders.create_appeal_event(connection, made, "handling", at, handler=handler)
    html = ask("/wall/board", scene="appeals").json["board"]["html"]
    assert "王小明" not in html
    assert "承办：王*" in html
    assert "承办：区供水公司抢修队" in html
    assert "责任：" in html


def test_a_rate_over_few_cases_says_so_and_an_open_overdue_case_counts(
    ask: Ask, engines, ground
) -> None:
    closed = {"state": "replied", "state_type": "closed", "closed_at": NOW - timedelta(minutes=5)}
    for _ in range(9):
        case(engines, ground, **closed)
    assert tile(ask("/wall/board"), "on_time_rate") == t.SMALL_SAMPLE
    case(engines, ground, due_at=NOW - timedelta(minutes=5))
    answer = ask("/wall/board")
    assert tile(answer, "on_time_rate") == "90.0%"  # 9 ÷ (9 + 1 open and overdue)
    assert "9 ÷ 10" in answer.json["board"]["html"]


def test_a_scene_with_nothing_to_show_is_skipped(ask: Ask, engines, ground) -> None:
    answer = ask("/wall/board", scenes="map,members,appeals", scene="map").json
    assert (answer["scene"], answer["scenes"]) == ("", [])
    case(engines, ground)
    answer = ask("/wall/board", scenes="map,members,appeals", scene="map").json
    assert answer["scene"] == "appeals"
    assert [key for key, _, _ in answer["scenes"]] == ["appeals"]


def test_units_with_few_members_are_not_told_apart(ask: Ask, engines, ground) -> None:
    with engines.write() as connection:
        for n in range(6):
            grid = ground["grid1"] if n else ground["grid2"]
            who = builders.create_member(connection, grid, joined_on=date(2020, 1, 1))
            builders.create_points(connection, who, grid, ground["method"], 60)
    html = ask("/wall/board", scene="members").json["board"]["html"]
    assert "王小明" not in html
    with engines.read() as connection:
        code = connection.exec_driver_sql(
            f"select code from unit where id = {ground['community']}"
        ).scalar()
    below = ask("/wall/board", scene="members", unit=code).json["board"]["html"]
    assert t.NOT_TOLD.format(5) in below


@pytest.mark.parametrize("scene", ["overview", "appeals", "members", "volunteers"])
def test_every_opener_opens(ask: Ask, engines, ground, scene: str) -> None:
    case(engines, ground)
    with engines.write() as connection:
        team = builders.create_team(connection)
        for n in range(6):
            builders.create_member(connection, ground["grid1"], joined_on=date(2020, 1, n + 1))
        builders.create_volunteer(connection, ground["grid1"], team)
    html = ask("/wall/board", scene=scene).json["board"]["html"]
    openers = {part.split('"')[0] for part in html.split('data-open="')[1:]}
    assert openers
    for key in openers:
        answer = ask("/wall/detail", open=key)
        assert answer.status == 200, key
        assert "<dl>" in answer.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-11-20 23:59:30", "2026-11-21 00:00:01"),  # midnight
        ("2026-11-30 23:59:30", "2026-12-01 00:00:01"),  # month end
        ("2026-12-31 23:59:30", "2027-01-01 00:00:01"),  # year end
    ],
)
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_periods_and_lights_move_on_by_themselves(
    ask: Ask, engines, ground, clock: Clock, period: str, before: str, after: str
) -> None:
    clock.local(before)
    due = datetime.fromisoformat(f"{after[:10]} 00:00:00+08:00").astimezone(UTC)
    case(
        engines, ground, received_at=clock.at - timedelta(minutes=1), due_at=due, yellow_at=clock.at
    )
    old = ask("/wall/board", scene="appeals", period=period)
    assert tile(old, "received_appeals") == "1"
    assert "共 0 件" in old.json["board"]["html"]
    clock.local(after)
    new = ask("/wall/board", scene="appeals", period=period)
    assert new.json["at"] > old.json["at"]
    assert "共 1 件" in new.json["board"]["html"]
    starts = {"month": after.endswith("-01 00:00:01"), "year": after.startswith("2027")}
    starts |= {"quarter": after.startswith("2027"), "week": False}
    assert tile(new, "received_appeals") == ("0" if starts[period] else "1")


def test_the_calendars_last_day_is_said_before_limits_are_counted_past_it(
    ask: Ask, engines, clock: Clock
) -> None:
    with engines.write() as connection:
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
        rows = [{"day": day, "is_workday": int(day.weekday() < 5)} for day in days]
        connection.execute(insert(calendar_day), rows)
    clock.local("2026-12-30 23:59:30")
    assert ask("/wall/board").json["note"] == ""
    clock.local("2026-12-31 00:00:01")  # a limit given today is counted from tomorrow on
    assert ask("/wall/board").json["note"] == t.CALENDAR_UNKNOWN.format(2027)
    clock.local("2027-01-01 00:00:01")
    assert ask("/wall/board").json["note"] == t.CALENDAR_UNKNOWN.format(2027)


def test_a_clock_that_is_set_back_makes_a_new_beat(ask: Ask, clock: Clock) -> None:
    first = pulse.look()
    clock.forward(minutes=-5)
    assert pulse.look().at < first.at


def test_a_limit_given_on_the_calendars_last_day_runs_out_at_the_right_moment(
    ask: Ask, engines, ground, clock: Clock
) -> None:
    """Thursday 2026-12-31 is the last day known; Friday the 1st counts as a working day."""
    with engines.write() as connection:
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
        rows = [{"day": day, "is_workday": int(day.weekday() < 5)} for day in days]
        connection.execute(insert(calendar_day), rows)
    clock.local("2026-12-31 10:00:00")
    record_appeal(
        engines,
        unit_id=ground["grid1"],
        category_key="sanitation",  # one working day, yellow four hours before it ends
        channel="来电",
        title="垃圾没有清运",
        content="",
        received_at=clock.at,
        at=clock.at,
        actor=ME,
    )
    lights = {}
    for moment in (
        "2027-01-01 19:59:59",
        "2027-01-01 20:00:01",
        "2027-01-01 23:59:59",
        "2027-01-02 00:00:01",
    ):
        clock.local(moment)
        html = ask("/wall/board", scene="overview").json["board"]["html"]
        lights[moment] = [word for word in ("yellow", "red") if f"disc-{word}" in html]
        assert tile(ask("/wall/board", scene="appeals"), "open_appeals") == "1"
        assert tile(ask("/wall/board", scene="appeals"), "received_appeals") == "0"  # last year's
    assert list(lights.values()) == [[], ["yellow"], ["yellow"], ["red"]]


def test_the_ticker_says_when_something_was_not_today(ask: Ask, engines, ground, clock) -> None:
    clock.local("2026-11-20 23:50:00")
    case(engines, ground, title="昨晚的事", received_at=clock.at)
    assert ask("/wall/board").json["ticker"][0].startswith("<time>23:50</time>")
    clock.local("2026-11-21 08:00:00")
    assert ask("/wall/board").json["ticker"][0].startswith("<time>昨天 23:50</time>")
    clock.local("2026-11-22 08:00:00")
    assert ask("/wall/board").json["ticker"][0].startswith("<time>11月20日 23:50</time>")


def test_the_metric_asked_for_colours_both_maps_and_turns_on_the_large_one_only() -> None:
    options = parse([("metric", "hours,members")])
    assert [boards._metric(options, METHOD, "map", turn) for turn in range(3)] == [
        "hours",
        "members",
        "hours",
    ]
    assert {boards._metric(options, METHOD, "overview", turn) for turn in range(3)} == {"hours"}


def test_grades_are_compared_by_unit_and_class_in_counts(ask: Ask, engines, ground) -> None:
    with engines.write() as connection:
        for n in range(6):
            who = builders.create_member(connection, ground["grid1"], joined_on=date(2020, 1, 1))
            builders.create_points(connection, who, ground["grid1"], ground["method"], 60 + 8 * n)
        elsewhere = builders.create_member(connection, ground["grid2"], joined_on=date(2020, 1, 1))
        builders.create_points(connection, elsewhere, ground["grid2"], ground["method"], 99)
        code = connection.exec_driver_sql(
            f"select code from unit where id = {ground['community']}"
        ).scalar()
    html = ask("/wall/board", scene="members", unit=code).json["board"]["html"]
    compared = html.split('data-part="member_units"')[1].split("</section>")[0]
    # (60 + 68 + 76 + 84 + 92 + 100) ÷ 6 = 80; the one member of the other grid is not told apart
    assert "80.0 分<small>6 人</small>" in compared
    assert compared.count(t.NOT_TOLD.format(5)) == 1
    assert "99" not in compared


def test_long_names_are_cut_with_a_mark(ask: Ask, engines, ground) -> None:
    case(engines, ground, title="长" * 120, due_at=NOW - timedelta(hours=1))
    answer = ask("/wall/board", scene="overview").json
    assert "长" * 23 + "…" in answer["board"]["html"]
    assert "长" * 24 not in answer["board"]["html"]
    assert "长" * 24 not in answer["ticker"][0]
