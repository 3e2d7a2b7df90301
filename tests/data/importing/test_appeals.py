"""Appeals out of files: placed, mapped, counted honestly, imported once, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.check import check
from data.errors import RuleError
from tests.data.importing.case_lines import END, HEADER, START, line, without
from tests.data.importing.taking import (
    IN_EAST,
    NOWHERE,
    Lines,
    planned,
    taken,
    totals,
    undone,
    unit_code,
)
from tests.data.writes.test_appeals import step_of
from tests.data.writes.world import NOW, World, copied, dump, rows_of

UGLY: Lines = [
    line(1),
    line(2, 受理时间="2026/3/2 下午3:20", 签收时间="20260303", 办结时间="2026年3月20日"),  # late
    line(3, 状态="办理中", 办结时间=None),  # open, long overdue
    line(4, 状态="不予受理", 办结时间="2026-03-03"),
    line(5, 办结时间="2026-03-01 08:00"),  # closed before it came
    line(6, 状态="领导批示"),  # no such state
    line(7, 状态="领导批示"),
    line(8, 诉求类别="外星人"),  # no such category
    line(9, 经度=NOWHERE[0], 纬度=NOWHERE[1]),  # in no grid
    line(10, 经度=None, 纬度=None),  # no place at all
    line(11, 经度=IN_EAST[1], 纬度=IN_EAST[0]),  # the two numbers exchanged
    line(1, 标题="又一件"),  # a number twice
    line(12, 办结时间=None),  # closed, nobody knows when
    line(13, 受理时间="2026-13-45"),  # no day
    line(14, 受理时间=None),
    line(15, 签收时间="2026-03-05 10:00"),  # answered after it was closed
    line(16, 标题="家住3号楼，电话13912345678，身份证110101199003070011"),
    line(17, 受理时间="2027-01-01 09:00", 签收时间=None, 办结时间=None, 状态="待受理"),
]
GOOD = {1, 2, 3, 4, 11, 12, 16}


def test_an_ugly_file_gives_exactly_these_counts(town: World) -> None:
    plan = planned(town, "appeals", HEADER, UGLY)
    assert plan.counts == {"new": 7, "changed": 0, "same": 0, "refused": 11}
    assert set(plan.reasons) == {4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 17}
    assert "办结时间早于受理时间" in plan.reasons[4]
    assert "在任何网格的边界内" in plan.reasons[8]
    assert "没有坐标" in plan.reasons[9]
    assert "编号与第" in plan.reasons[11]
    assert "首次响应晚于办结时间" in plan.reasons[15]
    assert "晚于现在" in plan.reasons[17]
    assert dict(plan.unmapped["环节"]) == {"领导批示": 2}
    assert dict(plan.unmapped["类别"]) == {"外星人": 1}
    notes = "；".join(plan.notes)
    assert "2 行归不到任何网格" in notes
    assert "1 行的经度和纬度写反了" in notes
    assert "2 个电话或证件号码没有导入" in notes
    assert "1 件已办结而没有办结时间" in notes


def test_what_is_taken_is_what_was_planned(town: World) -> None:
    report = taken(town, "appeals", HEADER, UGLY)
    assert report.counts == {"new": 7, "changed": 0, "same": 0, "refused": 11}
    cases = {row.code: row for row in rows_of(town.engines, "appeal")}
    assert set(cases) == {f"GD-{n:04d}" for n in GOOD}
    assert cases["GD-0011"].unit_id == town.units["grid2"]
    assert cases["GD-0001"].unit_id == town.units["grid1"]
    assert cases["GD-0001"].received_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert cases["GD-0002"].received_at == datetime(2026, 3, 2, 7, 20, tzinfo=UTC)
    assert "13912345678" not in cases["GD-0016"].title
    assert "（号码略）" in cases["GD-0016"].title
    events = rows_of(town.engines, "appeal_event")
    assert {e.kind for e in events} == {"import"}
    assert {e.surface for e in events} == {"import"}
    # on time: 1, 11, 16; late: 2; open and overdue: 3; untimed: 12; rejected: 4
    facts = totals(town, START, END)
    assert (facts["on_time_appeals"], facts["judged_appeals"]) == (3, 3 + 1 + 1)
    assert (facts["received_appeals"], facts["closed_appeals"]) == (7, 4)
    assert (facts["open_appeals"], facts["red_appeals"], facts["rejected_appeals"]) == (1, 1, 1)
    assert facts["untimed_appeals"] == 1


def test_the_same_file_and_an_overlapping_one_add_nothing_twice(town: World) -> None:
    taken(town, "appeals", HEADER, UGLY)
    before = dump(town.engines)
    again = taken(town, "appeals", HEADER, UGLY)
    assert (again.batch_id, again.counts["same"], again.counts["new"]) == (None, 7, 0)
    assert dump(town.engines) == before
    wider = taken(town, "appeals", HEADER, [*UGLY[:3], line(30), line(31)])
    assert wider.counts == {"new": 2, "changed": 0, "same": 3, "refused": 0}


def test_rows_without_a_number_are_known_by_what_they_say(town: World) -> None:
    header = HEADER[1:]
    twice = [line(1)[1:], line(1)[1:], line(2)[1:]]
    assert taken(town, "appeals", header, twice).counts["new"] == 3
    more = taken(town, "appeals", header, [*twice, line(1)[1:]])
    assert more.counts == {"new": 1, "changed": 0, "same": 3, "refused": 0}
    codes = [row.code for row in rows_of(town.engines, "appeal")]
    assert len(set(codes)) == 4
    assert all(code.startswith("D20260302-") for code in codes)


def test_work_goes_on_with_an_imported_case(town: World) -> None:
    taken(town, "appeals", HEADER, [line(3, 状态="办理中", 办结时间=None)])
    step_of(town, 1, state="replied", happened_at=NOW, reply="已修好")
    assert check(town.engines) == []
    (case,) = rows_of(town.engines, "appeal")
    assert (case.state_type, case.closed_at, case.untimed) == ("closed", NOW, 0)
    again = taken(town, "appeals", HEADER, [line(3)])
    assert again.counts["same"] == 1  # what is done here goes before what a file says


def test_a_case_that_moved_on_is_updated_and_moved_back_by_undoing(town: World) -> None:
    taken(town, "appeals", HEADER, [line(1), line(3, 状态="办理中", 办结时间=None)])
    before = rows_of(town.engines, "appeal")
    later = taken(town, "appeals", HEADER, [line(1), line(3)])
    assert later.counts == {"new": 0, "changed": 1, "same": 1, "refused": 0}
    changes = [(c.label, c.before, c.after) for c in later.plan.changes[1]]
    assert changes == [
        ("环节", "办理", "回复"),
        ("办结时间", "（空）", "2026-03-04 17:00:00"),
    ]
    assert rows_of(town.engines, "appeal")[1].state_type == "closed"
    undone(town, later)
    assert rows_of(town.engines, "appeal") == before


def test_undoing_takes_the_cases_out_of_every_figure_and_frees_their_numbers(town: World) -> None:
    nothing = totals(town, START, END)
    report = taken(town, "appeals", HEADER, UGLY)
    undone(town, report)
    assert totals(town, START, END) == nothing
    again = taken(town, "appeals", HEADER, UGLY)
    assert again.counts["new"] == 7
    assert totals(town, START, END)["received_appeals"] == 7


def test_undoing_tells_each_case_why_and_leaves_every_other_one_alone(town: World) -> None:
    taken(town, "appeals", HEADER, [line(8)])
    (other,) = rows_of(town.engines, "appeal")
    report = taken(town, "appeals", HEADER, [line(1), line(3, 状态="办理中", 办结时间=None)])
    undone(town, report, NOW + timedelta(hours=1))
    first, *gone = rows_of(town.engines, "appeal")
    assert first == other
    assert [row.state_type for row in gone] == ["withdrawn"] * 2
    told = [row for row in rows_of(town.engines, "appeal_event") if row.kind == "unimport"]
    assert [(row.appeal_id, row.state) for row in told] == [(row.id, row.state) for row in gone]
    assert {(row.reply, row.surface, row.handler) for row in told} == {
        ("导错了文件", "import", None)
    }


def test_undoing_before_the_cases_came_is_refused(town: World) -> None:
    report = taken(town, "appeals", HEADER, [line(1)])
    before = dump(town.engines)
    with pytest.raises(RuleError, match="早于导入的办理时间"):
        undone(town, report, NOW - timedelta(days=900))
    assert dump(town.engines) == before


def test_an_import_that_was_worked_on_stays(town: World) -> None:
    report = taken(town, "appeals", HEADER, [line(3, 状态="办理中", 办结时间=None)])
    step_of(town, 1, state="replied", happened_at=NOW, reply="已修好")
    before = dump(town.engines)
    with pytest.raises(RuleError, match="之后已办理过其中 1 件诉求"):
        undone(town, report)
    assert dump(town.engines) == before


def test_another_case_under_a_number_that_is_taken_is_refused(town: World) -> None:
    taken(town, "appeals", HEADER, [line(1)])
    plan = planned(town, "appeals", HEADER, [line(1, 受理时间="2026-03-01 09:00")])
    assert "另一件诉求" in plan.reasons[0]


def test_by_code_by_name_and_by_point_where_the_name_is_unknown(town: World) -> None:
    header = [*HEADER, "网格编码", "网格名称"]
    east = unit_code(town, "grid2")
    rows = [
        [*line(1), east, ""],
        [*line(2), "", "第2网格"],
        [*line(3), "", "没有的网格"],
        [*line(4, 经度=None, 纬度=None), "没有的编码", ""],
    ]
    report = taken(town, "appeals", header, rows)
    assert report.counts["new"] == 3
    units = [row.unit_id for row in rows_of(town.engines, "appeal")]
    assert units == [town.units["grid2"], town.units["grid2"], town.units["grid1"]]
    assert "1 行写的网格对不上，按坐标归入" in report.plan.notes


def test_piles_are_told_apart(town: World) -> None:
    middle = {"经度": 112.405, "纬度": 29.705}  # the middle of the west
    rows = [line(n, **middle) for n in range(6)] + [line(10)]
    report = taken(town, "appeals", HEADER, rows)
    said = next(note for note in report.plan.notes if "完全相同" in note)
    assert said.startswith("6 行的坐标与许多别的行完全相同（112.405000,29.705000 有 6 行）")
    assert report.counts["new"] == 7


def test_states_and_categories_can_be_mapped(town: World) -> None:
    choices = {"state": {"领导批示": "@open"}, "category": {"外星人": "facilities"}}
    report = taken(town, "appeals", HEADER, UGLY, choices=choices)
    # 6 and 7 say that they are open and have a closing time: refused as a contradiction
    assert report.counts["new"] == 8
    assert "却写了办结时间" in report.plan.reasons[5]


def test_a_file_that_tells_neither_state_nor_closing_is_refused(town: World) -> None:
    header, rows = without("状态", "办结时间")
    plan = planned(town, "appeals", header, rows)
    assert plan.counts["refused"] == 4
    assert "不知道办到哪一步" in plan.reasons[0]


def test_counts_and_answers_come_along(town: World) -> None:
    header = [*HEADER, "退单次数", "延期次数", "重办次数", "满意度", "是否解决", "办理时限"]
    rows = [[*line(1), 1, 2, 3, "非常满意", "是", "2026-03-30 00:00"]]
    taken(town, "appeals", header, rows)
    (case,) = rows_of(town.engines, "appeal")
    assert (case.returns, case.extensions, case.redos) == (1, 2, 3)
    assert (case.rating, case.resolved) == (5, 1)
    assert case.due_at == datetime(2026, 3, 29, 16, 0, tzinfo=UTC)


def test_years_before_the_first_method_follow_the_first_one(town: World) -> None:
    old = line(1, 受理时间="2019-05-06 09:00", 签收时间="2019-05-06 10:00", 办结时间="2019-05-07")
    assert taken(town, "appeals", HEADER, [old]).counts["new"] == 1


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_row_is_in_one_state_and_the_sums_are_those_of_the_file(
    drawn_world: World, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    days = st.integers(-3, 30)
    rows = []
    for number in range(data.draw(st.integers(1, 12))):
        closes = data.draw(st.none() | days)
        received = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 (as a file writes it)
        at = None if closes is None else f"{received + timedelta(days=closes):%Y-%m-%d %H:%M}"
        state = data.draw(st.sampled_from(["已办结", "办理中", "不予受理", "？"]))
        rows.append(line(number, 办结时间=at, 状态=state, 签收时间=None))
    with copied(drawn_world, tmp_path_factory.mktemp("drawn")) as world:
        report = taken(world, "appeals", HEADER, rows)
        facts = totals(world, START, END)
    good = [
        row
        for row in rows
        if row[4] != "？"
        and (row[3] is None or row[3] >= "2026-03-02 09:00")
        and not (row[4] == "办理中" and row[3])
    ]
    assert report.counts["new"] == len(good)
    assert sum(report.counts.values()) == len(rows)
    assert facts["closed_appeals"] == sum(r[4] == "已办结" and bool(r[3]) for r in good)
    assert facts["received_appeals"] == len(good)
