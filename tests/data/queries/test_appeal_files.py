from __future__ import annotations

import pytest

from data.queries.appeal_files import (
    fetch_appeal_timeline,
    fetch_light_list,
    fetch_open_appeals,
)
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, DAY, HOUR, NOW, Busy


def test_lights_are_listed_red_first_by_limit(busy: Busy) -> None:
    with busy.engines.read() as connection:
        lights = fetch_light_list(connection, busy.scope(), limit=10)
    assert lights["code"].tolist() == ["red_from_october", "red", "yellow"]
    assert lights["light"].tolist() == ["red", "red", "yellow"]
    late = [(NOW - BEFORE - 4 * DAY) / HOUR, (NOW - AT - 4 * DAY) / HOUR, -12]
    assert lights["late_hours"].tolist() == pytest.approx(late)
    assert set(lights["community_name"]) == {"测试社区"}
    assert set(lights["unit_name"]) == {"第1网格"}


def test_the_light_list_ends_at_its_limit(busy: Busy) -> None:
    with busy.engines.read() as connection:
        lights = fetch_light_list(connection, busy.scope(), limit=1)
        street = fetch_light_list(connection, busy.scope(busy.street_path), limit=10)
    assert lights["code"].tolist() == ["red_from_october"]
    assert "other red" in street["code"].tolist()


def test_an_appeal_of_the_street_itself_is_filed_under_the_street(busy: Busy) -> None:
    with busy.engines.write() as connection:
        row = {"code": "street", "received_at": BEFORE}
        build.create_appeal(connection, busy.ids["street"], busy.method_id, **row)
    with busy.engines.read() as connection:
        lights = fetch_light_list(connection, busy.scope(busy.street_path), limit=10)
    communities = dict(zip(lights["code"], lights["community_name"], strict=True))
    assert communities["street"] == "测试街道"


def test_a_timeline_tells_one_appeals_events_in_order(busy: Busy) -> None:
    with busy.engines.write() as connection:
        unit_id, method_id = busy.ids["grid1"], busy.method_id
        mine = build.create_appeal(connection, unit_id, method_id, title="路灯不亮")
        beside = build.create_appeal(connection, unit_id, method_id)
        build.create_appeal_event(connection, mine, "accepted", AT)
        build.create_appeal_event(connection, beside, "accepted", AT)
        build.create_appeal_event(
            connection, mine, "dispatched", AT + HOUR, handler="赵", reply="去"
        )
    with busy.engines.read() as connection:
        appeal, events = fetch_appeal_timeline(connection, mine)
    assert (appeal["title"], appeal["unit_name"], appeal["due_at"]) == (
        "路灯不亮",
        "第1网格",
        AT + 4 * DAY,
    )
    assert events["state"].tolist() == ["accepted", "dispatched"]
    assert events["happened_at"].tolist() == [AT, AT + HOUR]
    assert events["reply"].tolist() == ["", "去"]


def test_a_timeline_of_nothing_is_an_error(busy: Busy) -> None:
    with busy.engines.read() as connection, pytest.raises(LookupError):
        fetch_appeal_timeline(connection, 999_999)


def test_a_form_offers_open_appeals_below_the_unit(busy: Busy) -> None:
    with busy.engines.read() as connection:
        offered = fetch_open_appeals(connection, busy.path)
        recent = fetch_open_appeals(connection, busy.path, closed_since=AT + DAY)
    codes = ["red_from_october", "red", "yellow", "green"]
    assert offered["code"].tolist() == codes
    assert set(recent["code"]) == {*codes, "on_time", "not_asked"}
