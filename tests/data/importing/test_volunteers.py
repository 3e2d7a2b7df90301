"""Volunteers and their hours out of files: teams made, overlaps refused, double entry kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from data import schema
from data.errors import RuleError
from tests.data.importing.taking import Lines, taken, undone
from tests.data.writes.test_time_bank import giving
from tests.data.writes.world import World, copied, dump, rows_of

ROSTER = ["志愿者编号", "姓名", "网格", "队伍", "注册日期", "是否公开"]
HOURS = ["志愿者编号", "服务项目", "开始时间", "时长（分钟）", "证明人"]


def roster(_world: World) -> Lines:
    return [
        ["0071", "张三", "第1网格", "爱心服务队", "2024/3/5", "是"],
        ["0072", "李四", "第2网格", "新队伍", "2024年3月5日", "否"],
        ["0073", "王五", "第2网格", "新队伍", "2024-03-05", ""],
        ["0071", "张三", "第1网格", "爱心服务队", "2024/3/5", "是"],  # twice
        ["0074", "", "第1网格", "爱心服务队", "2024/3/5", "是"],
        ["0075", "赵六", "第8网格", "爱心服务队", "2024/3/5", "是"],
        ["0076", "钱七", "第1网格", "", "2024/3/5", "是"],
    ]


def test_volunteers_are_added_with_their_teams_once_and_taken_back(town: World) -> None:
    before = dump(town.engines)
    report = taken(town, "volunteers", ROSTER, roster(town))
    assert report.counts == {"new": 3, "changed": 0, "same": 0, "refused": 4}
    assert "将新建队伍：新队伍" in report.plan.notes
    found = {row.code: row for row in rows_of(town.engines, "volunteer")}
    assert found["0072"].in_public_ranking == 0
    assert found["0073"].in_public_ranking == 1
    assert found["0072"].team_id == found["0073"].team_id != found["0071"].team_id
    assert taken(town, "volunteers", ROSTER, roster(town)).batch_id is None
    undone(town, report)
    after = dump(town.engines)
    assert [after[t] for t in ("volunteer", "team")] == [before[t] for t in ("volunteer", "team")]
    assert after["person"] == before["person"]


def test_a_changed_volunteer_says_what_changes_and_changes_back(town: World) -> None:
    taken(town, "volunteers", ROSTER, roster(town))
    before = rows_of(town.engines, "volunteer")
    changed = [["0072", "李思", "第1网格", "", "", ""]]
    report = taken(town, "volunteers", ROSTER, changed)
    assert report.counts["changed"] == 1
    said = {c.label: (c.before, c.after) for c in report.plan.changes[0]}
    assert said["姓名"] == ("李*", "李思")
    assert said["单位编码"][0] != said["单位编码"][1]
    assert set(said) == {"姓名", "单位编码"}
    undone(town, report)
    assert rows_of(town.engines, "volunteer") == before


def code_of(world: World, which: int = 0) -> str:
    with world.engines.read() as connection:
        wanted = schema.volunteer.c.id == world.volunteers[which]
        return str(connection.scalar(select(schema.volunteer.c.code).where(wanted)))


def hours(world: World) -> Lines:
    first, second = code_of(world), code_of(world, 1)
    what = world.method.volunteering.activities[0]
    return [
        [first, what, "2026-03-02 09:00", 120, "社区"],
        [first, what, "2026-03-02 11:00", 60, ""],  # touches, does not overlap
        [first, what, "2026-03-02 10:30", 30, ""],  # overlaps the first
        [second, what, "2026/3/2 上午9:00", 90, ""],  # somebody else at the same time
        [first, "没有的项目", "2026-03-03 09:00", 60, ""],
        [first, what, "2026-03-03 09:00", 0, ""],
        [first, what, "2026-03-03 09:00", 2000, ""],
        ["没有的人", what, "2026-03-03 09:00", 60, ""],
        [first, what, "2020-03-03 09:00", 60, ""],  # not registered yet
        [first, what, "2026-11-20 09:59", 60, ""],  # not over yet
    ]


def earned(world: World) -> dict[int, int]:
    """Points by volunteer, out of the accounts."""
    rows = rows_of(world.engines, "time_account")
    return {row.volunteer_id: row.balance for row in rows if row.kind == "volunteer"}


def minutes(world: World) -> int:
    with world.engines.read() as connection:
        return connection.scalar(select(func.sum(schema.service_record.c.minutes))) or 0


def test_hours_earn_in_double_entry_and_overlaps_are_refused(town: World) -> None:
    report = taken(town, "service", HOURS, hours(town))
    assert report.counts == {"new": 3, "changed": 0, "same": 0, "refused": 7}
    assert "时间重叠" in report.plan.reasons[2]
    assert "还没有结束" in report.plan.reasons[9]
    assert minutes(town) == 120 + 60 + 90
    assert town.method.time_bank is not None
    rate = town.method.time_bank.points_per_hour
    first, second = town.volunteers[:2]
    assert earned(town) == {first: 2 * rate + rate, second: 90 * rate // 60}
    postings = rows_of(town.engines, "time_posting")
    assert (len(postings), sum(row.points for row in postings)) == (6, 0)


def test_hours_come_once_and_are_taken_back_with_their_points(town: World) -> None:
    rows = hours(town)
    report = taken(town, "service", HOURS, rows)
    before = dump(town.engines)
    assert taken(town, "service", HOURS, rows).batch_id is None
    assert dump(town.engines) == before
    assert taken(town, "service", HOURS, rows[:2]).counts["same"] == 2
    undone(town, report)
    assert (minutes(town), set(earned(town).values())) == (0, {0})
    assert taken(town, "service", HOURS, rows).counts["new"] == 3
    assert minutes(town) == 270


def test_points_that_are_spent_keep_the_import(town: World) -> None:
    report = taken(town, "service", HOURS, hours(town))
    giving(town)
    before = dump(town.engines)
    with pytest.raises(RuleError, match="已用掉这些服务得到的时间银行积分"):
        undone(town, report)
    assert dump(town.engines) == before


def test_hours_of_somebody_who_left_are_refused(town: World) -> None:
    with town.engines.write() as connection:
        change = update(schema.volunteer).where(schema.volunteer.c.id == town.volunteers[0])
        connection.execute(change.values(left_on=date(2026, 1, 1)))
    report = taken(town, "service", HOURS, hours(town)[:4])
    assert report.counts == {"new": 1, "changed": 0, "same": 0, "refused": 3}


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(slots=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 180)), min_size=1, max_size=25))
def test_what_is_taken_never_overlaps_and_its_sum_is_that_of_the_rows_taken(
    drawn_world: World,
    tmp_path_factory: pytest.TempPathFactory,
    slots: list[tuple[int, int]],
) -> None:
    with copied(drawn_world, tmp_path_factory.mktemp("hours")) as world:
        what, code = world.method.volunteering.activities[0], code_of(world)
        rows = [
            [code, what, f"2026-03-0{2 + at // 24} {at % 24:02}:00", length, ""]
            for at, length in slots
        ]
        report = taken(world, "service", HOURS, rows)
        right, spans = 0, list[tuple[int, int]]()
        for at, length in slots:
            start, end = at * 60, at * 60 + length
            if all(end <= a or b <= start for a, b in spans):
                spans.append((start, end))
                right += length
        assert minutes(world) == right
        assert report.counts["new"] == len(spans)
