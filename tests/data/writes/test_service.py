"""Service hours, and the time-bank points that come and go with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.check import check
from data.schema import volunteer
from data.writes.approvals import record_decisions
from data.writes.service import RecordedService, record_service, reverse_service
from data.writes.time_bank import spend_points
from tests.builders import (
    create_method,
    create_order,
    create_service,
    create_unit,
    create_volunteer,
)
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    TODAY,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def service_of(world: World, **changes: Any) -> list[RecordedService]:
    given: dict[str, Any] = {
        "volunteer_ids": world.volunteers[:1],
        "unit_id": world.units["grid1"],
        "activity": world.method.volunteering.activities[0],
        "started_at": NOW - timedelta(hours=3),
        "minutes": 150,
        "note": "",
        "certified_by": "支部书记",
    }
    return record_service(world.engines, **STAMP | given | changes)


def approved_service(world: World, **changes: Any) -> RecordedService:
    (record,) = service_of(world, **changes)
    given: dict[str, Any] = {"subject": "service_record", "verdict": "approved"}
    record_decisions(world.engines, subject_ids=[record.id], **STAMP | given)
    return record


def reversal_of(world: World, record_id: int, **changes: Any) -> RecordedService:
    given: dict[str, Any] = {"record_id": record_id, "reason": "时间记错了"}
    return reverse_service(world.engines, **STAMP | given | changes)


def without_approval(world: World) -> None:
    """From today on, hours count at once."""
    volunteering = world.method.volunteering.model_copy(update={"hours_need_approval": False})
    with world.engines.write() as connection:
        trusting = world.method.model_copy(update={"volunteering": volunteering})
        create_method(connection, trusting, TODAY)


def balances(world: World) -> dict[str, int]:
    """Sum of balances by kind of account."""
    sums: dict[str, int] = {}
    for row in rows_of(world.engines, "time_account"):
        sums[row.kind] = sums.get(row.kind, 0) + row.balance
    return sums


def test_record_service_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = service_of(world, volunteer_ids=world.volunteers, note=ODD_TEXT)
    rows = rows_of(world.engines, "service_record")
    assert [(r.id, r.volunteer_id) for r in rows] == [(r.id, r.volunteer_id) for r in recorded]
    assert {(r.minutes, r.status, r.note, r.certified_by) for r in rows} == {
        (150, "pending", ODD_TEXT, "支部书记")
    }
    team_id = rows_of(world.engines, "team")[0].id
    assert {r.team_id for r in rows} == {team_id}
    assert rows_of(world.engines, "time_transfer") == []
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_service_rolls_back(world: World) -> None:
    without_approval(world)
    with rolled_back(world.engines):
        service_of(world, volunteer_ids=world.volunteers)


def test_hours_that_need_no_approval_earn_at_once(world: World) -> None:
    without_approval(world)
    assert world.method.time_bank is not None
    (record,) = service_of(world)
    earned = 150 * world.method.time_bank.points_per_hour // 60
    assert record.status == "approved"
    assert balances(world) == {"issue": -earned, "volunteer": earned}
    assert check(world.engines) == []


def test_service_without_a_whole_point_earns_none(world: World) -> None:
    assert world.method.time_bank is not None
    approved_service(world, minutes=59 // world.method.time_bank.points_per_hour)
    assert rows_of(world.engines, "time_transfer") == []
    assert check(world.engines) == []


def test_a_method_without_a_time_bank_earns_nothing(world: World) -> None:
    with world.engines.write() as connection:
        create_method(connection, world.method.model_copy(update={"time_bank": None}), TODAY)
    approved_service(world)
    assert rows_of(world.engines, "time_account") == []


def test_a_repeated_request_records_hours_once(world: World) -> None:
    first = service_of(world, volunteer_ids=world.volunteers, request_id="h-1")
    before = dump(world.engines)
    assert service_of(world, volunteer_ids=world.volunteers, request_id="h-1") == first
    assert dump(world.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"volunteer_ids": []}, "志愿者", "至少选一个"),
        ({"volunteer_ids": [9999]}, "志愿者", "找不到"),
        ({"unit_id": 9999}, "单位", "找不到"),
        ({"activity": "打牌"}, "服务项目", "从列表里选择"),
        ({"minutes": 0}, "服务时长", "须为 1 到 1440 分钟，现为 0 分钟"),
        ({"minutes": 1441}, "服务时长", "现为 1441 分钟"),
        ({"minutes": 181}, "服务时长", "还没有结束"),
        ({"started_at": NOW + timedelta(minutes=1)}, "开始时间", "不能晚于现在"),
        ({"started_at": NOW.replace(year=2023)}, "开始时间", "还没有启用任何工作法"),
        ({"note": "长" * 3000}, "说明", "现有 3000 个字"),
        ({"certified_by": ""}, "证明人", "不能为空"),
        ({"order_id": 9999}, "服务订单", "找不到"),
    ],
)
def test_wrong_hours_are_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        service_of(world, **changes)


def test_an_order_belongs_to_the_volunteer_who_took_it(world: World) -> None:
    with world.engines.write() as connection:
        order = create_order(connection, world.units["grid1"], volunteer_id=world.volunteers[1])
    with refused(world.engines, "志愿者", "另一位志愿者"):
        service_of(world, order_id=order)
    service_of(world, order_id=order, volunteer_ids=world.volunteers[1:2])
    assert rows_of(world.engines, "service_record")[0].order_id == order


def test_a_volunteer_who_left_records_no_hours(world: World) -> None:
    with world.engines.write() as connection:
        connection.execute(update(volunteer).values(left_on=date(2026, 11, 1)))
    with refused(world.engines, "开始时间", "转出"):
        service_of(world)


def test_reverse_service_commits(world: World) -> None:
    record = approved_service(world)
    counter = reversal_of(world, record.id, reason=ODD_TEXT)
    row = rows_of(world.engines, "service_record")[1]
    assert (counter.minutes, counter.status) == (-150, "approved")
    assert (row.reverses_id, row.note, row.started_at) == (
        record.id,
        ODD_TEXT,
        NOW - timedelta(hours=3),
    )
    transfers = rows_of(world.engines, "time_transfer")
    assert [(t.kind, t.service_record_id) for t in transfers] == [
        ("earn", record.id),
        ("reverse", counter.id),
    ]
    assert balances(world) == {"issue": 0, "volunteer": 0}
    assert check(world.engines) == []


def test_reverse_service_rolls_back(world: World) -> None:
    record = approved_service(world)
    with rolled_back(world.engines):
        reversal_of(world, record.id)


def test_a_repeated_reversal_takes_back_once(world: World) -> None:
    record = approved_service(world)
    first = reversal_of(world, record.id, request_id="v-1")
    before = dump(world.engines)
    assert reversal_of(world, record.id, request_id="v-1") == first
    assert dump(world.engines) == before


def test_hours_whose_points_are_spent_cannot_be_taken_back(world: World) -> None:
    assert world.method.time_bank is not None
    goods = min(world.method.time_bank.goods, key=lambda g: g.points)
    hours = -(-goods.points // world.method.time_bank.points_per_hour)  # rounded up
    record = approved_service(
        world, started_at=NOW - timedelta(hours=24), minutes=min(hours * 60, 1440)
    )
    given: dict[str, Any] = {"volunteer_id": world.volunteers[0], "goods_key": goods.key}
    spend_points(world.engines, **STAMP | given)
    with refused(world.engines, "服务记录", "已经用掉"):
        reversal_of(world, record.id)


def test_what_may_not_be_reversed_is_refused(world: World) -> None:
    record = approved_service(world)
    (waiting,) = service_of(world, started_at=NOW - timedelta(hours=9))
    with refused(world.engines, "冲正原因", "不能为空"):
        reversal_of(world, record.id, reason=" ")
    with refused(world.engines, "服务记录", "还没有计入"):
        reversal_of(world, waiting.id)
    counter = reversal_of(world, record.id)
    with refused(world.engines, "服务记录", "已经冲正过"):
        reversal_of(world, record.id)
    with refused(world.engines, "服务记录", "本身是冲正"):
        reversal_of(world, counter.id)


def test_one_person_serves_in_one_place_at_a_time(world: World) -> None:
    code = rows_of(world.engines, "volunteer")[0].code
    service_of(world)  # 07:00–09:30
    with refused(world.engines, "开始时间", code, "07:00 至 09:30", "时间重叠", "请核对"):
        service_of(world, volunteer_ids=world.volunteers, minutes=30)
    service_of(world, volunteer_ids=world.volunteers[1:])
    service_of(world, started_at=NOW - timedelta(minutes=30), minutes=30)


def test_hours_taken_back_or_returned_free_their_time(world: World) -> None:
    reversal_of(world, approved_service(world).id)
    (returned,) = service_of(world)
    given: dict[str, Any] = {"subject": "service_record", "verdict": "returned"}
    record_decisions(world.engines, subject_ids=[returned.id], reason="时间不对", **STAMP | given)
    service_of(world)
    with refused(world.engines, "开始时间", "时间重叠"):
        service_of(world)


def test_a_day_is_no_longer_than_a_day(world: World) -> None:
    with world.engines.write() as connection:  # brought in from elsewhere, unchecked
        team = rows_of(world.engines, "team")[0].id
        for _ in range(2):
            start = {"started_at": NOW - timedelta(hours=20)}
            grid, who = world.units["grid1"], world.volunteers[0]
            create_service(connection, who, grid, team, 600, **start)
    with refused(world.engines, "服务时长", "2026-11-19", "已有 20 小时", "24 小时"):
        service_of(world, started_at=NOW - timedelta(hours=33), minutes=600)


def test_volunteers_of_another_grid_are_refused_by_code(world: World) -> None:
    with world.engines.write() as connection:
        team = rows_of(world.engines, "team")[0].id
        stranger = create_volunteer(connection, world.units["grid2"], team, code="V-2-1")
        micro = create_unit(connection, world.units["grid1"], "micro_grid")
        inside = create_volunteer(connection, micro, team)
    people = [*world.volunteers, stranger]
    with refused(world.engines, "志愿者", "V-2-1", "不属于第1网格", "请去掉"):
        service_of(world, volunteer_ids=people)
    service_of(world, volunteer_ids=[*world.volunteers, inside], unit_id=micro)
    late = {"started_at": NOW - timedelta(minutes=20), "minutes": 20}
    service_of(world, volunteer_ids=people, unit_id=world.units["community"], **late)
