"""Activities and sign-ins at them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.check import check
from data.schema import volunteer
from data.writes.activities import (
    RecordedActivity,
    RecordedSignin,
    record_activity,
    record_activity_signin,
)
from tests.builders import create_member, create_method
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

HOUR = timedelta(hours=1)


def activity_of(world: World, **changes: Any) -> RecordedActivity:
    given: dict[str, Any] = {
        "unit_id": world.units["grid1"],
        "kind_key": "team_service",
        "title": "周五清洁行动",
        "started_at": NOW - HOUR,
    }
    return record_activity(world.engines, **STAMP | given | changes)


def signin_of(world: World, activity_id: int, **changes: Any) -> list[RecordedSignin]:
    given: dict[str, Any] = {"member_ids": world.members[:1], "signed_at": NOW}
    return record_activity_signin(world.engines, activity_id=activity_id, **STAMP | given | changes)


def test_record_activity_commits(world: World) -> None:
    before = revision_of(world.engines)
    people = {"member_ids": world.members, "volunteer_ids": world.volunteers[:1]}
    recorded = activity_of(world, title=ODD_TEXT, place="三号楼前", **people)
    (row,) = rows_of(world.engines, "activity")
    assert (row.id, row.title, row.place) == (recorded.id, ODD_TEXT, "三号楼前")
    assert (row.kind_name, row.method_id) == ("志愿服务队集中服务", world.method_id)
    assert recorded.signed_in == 3 + 1
    signins = rows_of(world.engines, "activity_signin")
    assert [s.member_id for s in signins] == [*world.members, None]
    assert [s.volunteer_id for s in signins] == [None] * 3 + world.volunteers[:1]
    assert {s.signed_at for s in signins} == {NOW - HOUR}
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_activity_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        activity_of(world, member_ids=world.members)


def test_a_repeated_request_records_one_activity(world: World) -> None:
    given = {"request_id": "a-1", "member_ids": world.members}
    first = activity_of(world, **given)
    before = dump(world.engines)
    assert activity_of(world, **given) == first
    assert dump(world.engines) == before


def test_record_activity_signin_commits(world: World) -> None:
    event = activity_of(world, member_ids=world.members[:1])
    before = revision_of(world.engines)
    people = {"member_ids": world.members[1:], "volunteer_ids": world.volunteers}
    recorded = signin_of(world, event.id, **people)
    rows = rows_of(world.engines, "activity_signin")[1:]
    assert [r.id for r in recorded] == [r.id for r in rows]
    assert [(r.person_kind, r.person_id) for r in recorded] == [
        *(("member", one) for one in world.members[1:]),
        *(("volunteer", one) for one in world.volunteers),
    ]
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_activity_signin_rolls_back(world: World) -> None:
    event = activity_of(world)
    with rolled_back(world.engines):
        signin_of(world, event.id, volunteer_ids=world.volunteers)


def test_a_repeated_request_signs_in_once(world: World) -> None:
    event = activity_of(world)
    given = {"request_id": "s-1", "volunteer_ids": world.volunteers}
    first = signin_of(world, event.id, **given)
    before = dump(world.engines)
    assert signin_of(world, event.id, **given) == first
    assert dump(world.engines) == before


def test_nobody_signs_in_twice(world: World) -> None:
    event = activity_of(world, member_ids=world.members[:1])
    code = rows_of(world.engines, "member")[0].code
    with refused(world.engines, "签到人员", code, "已经在“周五清洁行动”签到"):
        signin_of(world, event.id, member_ids=world.members)
    signin_of(world, activity_of(world).id)


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"unit_id": 9999}, "单位", "找不到"),
        ({"kind_key": "party"}, "活动类别", "从列表里选择"),
        ({"title": " "}, "活动名称", "不能为空"),
        ({"title": "长" * 121}, "活动名称", "最多 120 个字"),
        ({"started_at": NOW + HOUR}, "活动时间", "不能晚于现在"),
        ({"member_ids": [1, 1]}, "签到人员", "选了两次"),
        ({"member_ids": [9999]}, "党员", "找不到"),
        ({"kind_key": "party_day", "volunteer_ids": [1]}, "签到人员", "不由志愿者签到"),
    ],
)
def test_a_wrong_activity_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        activity_of(world, **changes)


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"member_ids": []}, "签到人员", "至少选一个"),
        ({"signed_at": NOW + HOUR}, "签到时间", "不能晚于现在"),
        ({"signed_at": NOW - 2 * HOUR}, "签到时间", "早于活动“周五清洁行动”"),
        ({"activity_id": 9999}, "活动", "找不到"),
    ],
)
def test_a_wrong_signin_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    activity_id = changes.pop("activity_id", None) or activity_of(world).id
    with refused(world.engines, field, word):
        signin_of(world, activity_id, **changes)


def test_only_people_of_the_grid_who_were_there_sign_in(world: World) -> None:
    event = activity_of(world)
    with world.engines.write() as connection:
        stranger = create_member(connection, world.units["grid2"], code="M-2-1")
        connection.execute(update(volunteer).values(left_on=date(2026, 11, 1)))
    with refused(world.engines, "党员", "M-2-1", "不属于第1网格"):
        signin_of(world, event.id, member_ids=[stranger])
    with refused(world.engines, "签到人员", "转出"):
        signin_of(world, event.id, volunteer_ids=world.volunteers)


def test_a_method_without_activities_takes_none(world: World) -> None:
    with world.engines.write() as connection:
        create_method(connection, world.method.model_copy(update={"activities": []}), TODAY)
    with refused(world.engines, "活动类别", "没有列出活动类别"):
        activity_of(world)
