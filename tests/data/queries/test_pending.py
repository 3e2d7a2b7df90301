from __future__ import annotations

from data.queries.pending import fetch_pending
from tests import builders as build
from tests.data.queries.busy import AT, HOUR, Busy


def test_what_waits_for_approval_is_listed_oldest_first(busy: Busy) -> None:
    with busy.engines.write() as connection:
        other, team = busy.ids["grid2"], busy.ids["team"]
        row = {"status": "pending", "recorded_at": AT - HOUR}
        build.create_service(connection, busy.ids["keen"], busy.ids["grid1"], team, 45, **row)
        build.create_service(connection, busy.ids["visitor"], other, team, 30, **row)
    with busy.engines.read() as connection:
        pending = fetch_pending(connection, busy.path)
    listed = pending[["subject", "who", "what", "amount", "unit_name"]].values.tolist()
    assert listed == [
        ["service_record", "张*", "助老", "45分钟", "第1网格"],
        ["points_entry", "王*", "履职", "+8分", "第1网格"],
        ["service_record", "张*", "助老", "600分钟", "第1网格"],
    ]
    assert pending["recorded_at"].is_monotonic_increasing
    assert set(pending["recorded_by"]) == {"测试员"}


def test_where_only_services_wait_they_are_listed(busy: Busy) -> None:
    with busy.engines.write() as connection:
        other, team = busy.ids["grid2"], busy.ids["team"]
        row = {"status": "pending"}
        build.create_service(connection, busy.ids["visitor"], other, team, 30, **row)
        path = build.path_of(connection, other)
    with busy.engines.read() as connection:
        pending = fetch_pending(connection, path)
    assert pending["amount"].tolist() == ["30分钟"]
