"""Registering appeals and carrying them on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.check import check
from data.identity import system
from data.writes.appeals import RecordedAppeal, record_appeal, record_appeal_step
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)


def appeal_of(world: World, **changes: Any) -> RecordedAppeal:
    given: dict[str, Any] = {
        "unit_id": world.units["grid1"],
        "category_key": "facilities",
        "channel": "网格员上报",
        "title": "楼道照明不亮",
        "content": "三单元二楼",
        "received_at": NOW - timedelta(hours=1),
    }
    return record_appeal(world.engines, **STAMP | given | changes)


def test_record_appeal_commits(world: World) -> None:
    before = revision_of(world.engines)
    recorded = appeal_of(world)
    (row,) = rows_of(world.engines, "appeal")
    (event,) = rows_of(world.engines, "appeal_event")
    assert (row.id, row.code, row.state) == (recorded.id, "20261120-0001", "accepted")
    assert (row.title, row.method_id, row.recorded_by) == (
        "楼道照明不亮",
        world.method_id,
        "网格员甲",
    )
    assert (event.appeal_id, event.kind, event.state) == (recorded.id, "advance", "accepted")
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_record_appeal_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        appeal_of(world)


def test_five_working_days_after_a_friday_end_with_the_next_friday(world: World) -> None:
    # local 24:00 on Friday 27 November
    assert appeal_of(world).due_at == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def test_codes_count_through_the_local_day(world: World) -> None:
    late_evening = datetime(2026, 11, 19, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    codes = [appeal_of(world).code, appeal_of(world, received_at=late_evening).code]
    codes.append(appeal_of(world, received_at=late_evening + timedelta(minutes=1)).code)
    assert codes == ["20261120-0001", "20261119-0001", "20261120-0002"]


def test_the_ten_thousandth_code_of_a_day_is_followed_by_the_next(world: World) -> None:
    with world.engines.write() as connection:
        first = appeal_columns(world)
        connection.exec_driver_sql(
            f"INSERT INTO appeal ({', '.join(first)}) VALUES ({', '.join('?' * len(first))})",
            tuple(first.values()),
        )
    assert appeal_of(world).code == "20261120-10001"


def appeal_columns(world: World) -> dict[str, Any]:
    moment = "2026-11-20 01:00:00.000000"
    columns: dict[str, Any] = {"code": "20261120-10000", "unit_id": world.units["grid1"]}
    columns |= {"method_id": world.method_id, "workflow_key": "prompt_response", "title": "占道"}
    columns |= {"category_key": "parking", "channel": "来电", "content": "", "state": "accepted"}
    columns |= {"state_type": "open", "recorded_by": "甲", "surface": "test", "furthest": 0}
    columns |= dict.fromkeys(("received_at", "recorded_at", "state_since"), moment)
    return (
        columns
        | dict.fromkeys(("yellow_at", "due_at"), moment)
        | {
            "returns": 0,
            "extensions": 0,
            "redos": 0,
        }
    )


def test_emoji_and_markup_are_stored_as_given(world: World) -> None:
    appeal_of(world, title=ODD_TEXT, content=f"{ODD_TEXT}\n第二行")
    (row,) = rows_of(world.engines, "appeal")
    assert (row.title, row.content) == (ODD_TEXT, f"{ODD_TEXT}\n第二行")


def test_a_repeated_request_returns_the_first_appeal(world: World) -> None:
    first = appeal_of(world, request_id="r-1")
    before = dump(world.engines)
    assert appeal_of(world, request_id="r-1", title="另一个标题") == first
    assert dump(world.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"title": "  "}, "诉求标题", "不能为空"),
        ({"title": "长" * 3000}, "诉求标题", "最多 120 个字，现有 3000 个字"),
        ({"title": "一行\n两行"}, "诉求标题", "换行"),
        ({"title": "响铃\a"}, "诉求标题", "控制字符"),
        ({"title": "残缺\ud83d"}, "诉求标题", "控制字符"),
        ({"content": "长" * 3000}, "诉求内容", "最多 2000 个字，现有 3000 个字"),
        ({"received_at": NOW + timedelta(seconds=1)}, "收到时间", "不能晚于现在"),
        ({"received_at": NOW + timedelta(days=1)}, "收到时间", "不能晚于今天"),
        ({"received_at": NOW.replace(year=1999)}, "收到时间", "不能早于 2000 年"),
        ({"received_at": NOW.replace(year=2023)}, "收到时间", "还没有启用任何工作法"),
        ({"category_key": "no_such"}, "诉求类别", "从列表里选择"),
        ({"category_key": ""}, "诉求类别", "还没有选"),
        ({"channel": "飞鸽传书"}, "诉求来源", "从列表里选择"),
        ({"unit_id": 9999}, "单位", "找不到"),
        ({"actor": system("", "test")}, "记录人", "不能为空"),
        ({"actor": system("甲", "很长的填报入口" * 5)}, "填报入口", "最多 20 个字"),
        ({"request_id": "x" * 57}, "请求编号", "最多 56 个字"),
    ],
)
def test_a_wrong_appeal_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        appeal_of(world, **changes)


def step_of(world: World, appeal_id: int, **changes: Any) -> Any:
    given = {"appeal_id": appeal_id, "kind": "advance", "happened_at": NOW}
    return record_appeal_step(world.engines, **STAMP | given | changes)


def test_record_appeal_step_commits(world: World) -> None:
    appeal = appeal_of(world)
    step = step_of(world, appeal.id, state="dispatched", handler="社区工作者乙")
    (row,) = rows_of(world.engines, "appeal")
    event = rows_of(world.engines, "appeal_event")[1]
    assert (step.code, step.state_name, step.head.state) == (appeal.code, "派单", "dispatched")
    assert (row.state, row.state_type, row.state_since) == ("dispatched", "waiting", NOW)
    assert (event.id, event.handler, event.recorded_by) == (step.id, "社区工作者乙", "网格员甲")
    assert check(world.engines) == []


def test_record_appeal_step_rolls_back(world: World) -> None:
    appeal = appeal_of(world)
    with rolled_back(world.engines):
        step_of(world, appeal.id, state="dispatched", handler="社区工作者乙")


def test_a_case_runs_from_registration_to_rating(world: World) -> None:
    appeal = appeal_of(world)
    step_of(world, appeal.id, state="dispatched", handler="乙")
    step_of(world, appeal.id, kind="return", reply="不属于本社区")
    step_of(world, appeal.id, state="dispatched", handler="丙")
    step_of(world, appeal.id)
    step_of(world, appeal.id)
    later = NOW + timedelta(days=9)
    step_of(world, appeal.id, kind="extend", reply="等配件", new_due_at=later)
    step_of(world, appeal.id, reply=ODD_TEXT)
    step_of(world, appeal.id, resolved=1)
    done = step_of(world, appeal.id, rating=5)
    (row,) = rows_of(world.engines, "appeal")
    assert (row.state, row.state_type, row.closed_at, row.due_at) == ("rated", "closed", NOW, later)
    assert (row.returns, row.extensions, row.resolved, row.rating) == (1, 1, 1, 5)
    assert done.state_name == "评价"
    assert [e.reply for e in rows_of(world.engines, "appeal_event")].count(ODD_TEXT) == 1
    assert check(world.engines) == []


def test_a_repeated_step_moves_the_case_once(world: World) -> None:
    appeal = appeal_of(world)
    given = {"state": "dispatched", "handler": "乙", "request_id": "s-1"}
    first = step_of(world, appeal.id, **given)
    before = dump(world.engines)
    assert step_of(world, appeal.id, **given) == first
    assert dump(world.engines) == before


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"state": "archived"}, "下一环节", "不能从"),
        ({"state": None}, "下一环节", "请选一个"),
        ({"state": "dispatched"}, "办理人", "须填写办理人"),
        ({"state": "dispatched", "handler": "名" * 61}, "办理人", "最多 60 个字"),
        ({"state": "declined", "reply": "长" * 3000}, "办理说明", "现有 3000 个字"),
        ({"kind": "redo", "reply": "再办"}, "办理动作", "不能重办"),
        ({"kind": "extend", "reply": "等", "new_due_at": NOW}, "新的办理期限", "须晚于原期限"),
        ({"happened_at": NOW + timedelta(minutes=1)}, "办理时间", "不能晚于现在"),
        (
            {"state": "dispatched", "handler": "乙", "happened_at": NOW - timedelta(hours=2)},
            "办理时间",
            "早于上一环节",
        ),
        ({"appeal_id": 9999}, "诉求", "找不到"),
    ],
)
def test_a_wrong_step_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    appeal = appeal_of(world)
    with refused(world.engines, field, word):
        step_of(world, changes.pop("appeal_id", appeal.id), **changes)


def test_a_step_may_not_stand_before_an_extension(world: World) -> None:
    appeal = appeal_of(world)
    later = NOW + timedelta(days=9)
    step_of(world, appeal.id, kind="extend", reply="等配件", new_due_at=later)
    with refused(world.engines, "办理时间", "早于上一次办理"):
        step_of(
            world,
            appeal.id,
            state="dispatched",
            handler="乙",
            happened_at=NOW - timedelta(minutes=5),
        )


def found_on(world: World, **changes: Any) -> int:
    """A visit of an hour and a half ago."""
    from tests.data.writes.test_visits import visit_of

    return visit_of(world, **{"visited_at": NOW - timedelta(minutes=90)} | changes).id


def test_an_appeal_keeps_the_visit_it_came_of(world: World) -> None:
    visit_id = found_on(world, finding="家里漏水")
    sealed = rows_of(world.engines, "visit")
    appeal = appeal_of(world, visit_id=visit_id)
    appeal_of(world)
    step_of(world, appeal.id, state="dispatched", handler="乙")
    events = rows_of(world.engines, "appeal_event")
    assert [row.visit_id for row in events] == [visit_id, None, None]
    assert rows_of(world.engines, "visit") == sealed
    assert check(world.engines) == []


def test_an_appeal_of_a_visit_rolls_back(world: World) -> None:
    visit_id = found_on(world)
    with rolled_back(world.engines):
        appeal_of(world, visit_id=visit_id)


def test_a_repeated_request_links_one_appeal(world: World) -> None:
    visit_id = found_on(world)
    first = appeal_of(world, visit_id=visit_id, request_id="r-1")
    before = dump(world.engines)
    assert appeal_of(world, visit_id=visit_id, request_id="r-1") == first
    assert dump(world.engines) == before


def test_one_visit_may_find_two_things(world: World) -> None:
    visit_id = found_on(world)
    appeal_of(world, visit_id=visit_id)
    appeal_of(world, visit_id=visit_id, category_key="noise")
    assert [row.visit_id for row in rows_of(world.engines, "appeal_event")] == [visit_id] * 2
    assert check(world.engines) == []


def test_a_visit_of_the_same_minute_is_not_later(world: World) -> None:
    visit_id = found_on(world, visited_at=NOW - timedelta(minutes=59, seconds=10))
    appeal_of(world, visit_id=visit_id, received_at=NOW - timedelta(hours=1))
    assert check(world.engines) == []


@pytest.mark.parametrize(
    ("visit", "field", "word"),
    [
        ("missing", "走访记录", "找不到所选的走访记录"),
        ("undone", "走访记录", "已经撤回"),
        ("counter", "走访记录", "已经撤回"),
        ("elsewhere", "走访记录", "是在第2网格做的"),
        ("later", "收到时间", "早于走访时间"),
    ],
)
def test_an_appeal_cannot_come_of_such_a_visit(
    world: World, visit: str, field: str, word: str
) -> None:
    from data.writes.corrections import reverse_visit

    changes: dict[str, dict[str, Any]] = {
        "elsewhere": {"unit_id": world.units["grid2"]},
        "later": {"visited_at": NOW - timedelta(minutes=5)},
    }
    visit_id = found_on(world, **changes.get(visit, {}))
    if visit in ("undone", "counter"):
        reverse_visit(world.engines, visit_id=visit_id, reason="记错了", **STAMP)
    given = {"missing": 999, "counter": visit_id + 1}.get(visit, visit_id)
    with refused(world.engines, field, word):
        appeal_of(world, visit_id=given)


def test_an_appeal_cannot_come_of_a_visit_out_of_reach(world: World) -> None:
    from data.errors import AccessError
    from tests.data.writes.actors import actor_of

    visit_id, me = found_on(world, unit_id=world.units["grid2"]), actor_of(world)
    before = dump(world.engines)
    with pytest.raises(AccessError, match="不在您的范围内"):
        appeal_of(world, visit_id=visit_id, actor=me)
    assert dump(world.engines) == before
