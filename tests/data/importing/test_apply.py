"""Applying an import: all or nothing, once, stopped at any moment, by whoever may."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from data.check import check
from data.errors import AccessError, RuleError
from data.identity import Actor
from data.importing import apply
from data.importing.apply import ImportReport, apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import Mapping, guess_mapping
from data.importing.plan import plan_import
from data.importing.writing import Cancelled
from data.writes.units import create_units
from tests import builders
from tests.data.importing.taking import mapped, planned, source_of, taken, unit_code
from tests.data.writes.actors import actor_of
from tests.data.writes.world import (
    NOW,
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "户数"]
ROWS = [["A", "一号楼", "第1网格", 36], ["B", "二号楼", "第2网格", 48], ["C", "", "第1网格", 1]]
BUILDINGS = KINDS["buildings"]


def take(world: World, rows: list[list[Any]] = ROWS, **changes: Any) -> ImportReport:
    source = source_of(HEADER, rows)
    mapping = mapped("buildings", source)
    return apply_import(world.engines, BUILDINGS, source, 0, mapping, **STAMP | changes)


def test_apply_import_commits(town: World) -> None:
    before, spurious = revision_of(town.engines), rows_of(town.engines, "person")
    report = take(town)
    assert report.counts == {"new": 2, "changed": 0, "same": 0, "refused": 1}
    assert [row.code for row in rows_of(town.engines, "building")] == ["A", "B"]
    assert revision_of(town.engines) == before + 1
    (batch,) = rows_of(town.engines, "import_batch")
    assert (batch.kind, batch.file, batch.source_table) == ("buildings", "文件.csv", "文件")
    counts = (batch.new_rows, batch.changed_rows, batch.same_rows, batch.refused_rows)
    assert counts == (2, 0, 0, 1)
    assert batch.undone_at is None
    taken_rows = rows_of(town.engines, "import_row")
    assert [(r.table_name, r.row_id, r.action) for r in taken_rows] == [
        ("building", 1, "added"),
        ("building", 2, "added"),
    ]
    assert [r.number for r in taken_rows] == [2, 3]  # as a person sees them, under the header
    assert rows_of(town.engines, "person") == spurious
    assert "新增 2 行，未通过 1 行" in report.message
    assert check(town.engines) == []


def test_apply_import_rolls_back(town: World) -> None:
    with rolled_back(town.engines):
        take(town)


def test_a_retry_is_written_once(town: World) -> None:
    first = take(town, request_id="r-1")
    before = dump(town.engines)
    again = take(town, request_id="r-1")
    assert (again.batch_id, again.counts) == (first.batch_id, first.counts)
    assert dump(town.engines) == before


def test_the_same_file_again_writes_nothing_until_it_is_undone(town: World) -> None:
    take(town)
    before = dump(town.engines)
    again = take(town, at=NOW + timedelta(days=1))
    assert again.batch_id is None
    assert again.counts == {"new": 0, "changed": 0, "same": 2, "refused": 1}
    assert "这个文件在 2026-11-20 导入过" in again.message
    assert dump(town.engines) == before


def test_rows_refused_the_first_time_go_in_once_what_they_lacked_is_there(town: World) -> None:
    rows = [*ROWS[:2], ["D", "四号楼", "新网格", 5]]
    assert take(town, rows).counts["refused"] == 1
    below: dict[str, Any] = {"parent_id": town.units["community"], "level": "grid"}
    create_units(town.engines, names=["新网格"], **below, **STAMP)
    again = take(town, rows)
    assert again.counts == {"new": 1, "changed": 0, "same": 2, "refused": 0}


@pytest.mark.parametrize("asked", range(1, 6))
def test_stopped_at_any_moment_nothing_stays(town: World, asked: int) -> None:
    """``asked``: at which question the person has pressed cancel."""
    before, times = dump(town.engines), iter(range(1, 100))
    with pytest.raises(Cancelled, match="没有写入"):
        take(town, cancelled=lambda: next(times) >= asked)
    assert dump(town.engines) == before


def test_progress_only_grows_and_ends_at_the_whole(town: World) -> None:
    told: list[tuple[float, str]] = []
    take(town, progress=lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(told) >= 4
    assert all(what for _, what in told)


def test_an_open_question_about_days_stops_the_import(town: World) -> None:
    header = ["党员编号", "姓名", "所属网格", "党员类别", "转入日期"]
    rows = [["1", "甲", "第1网格", "在职党员", "01/05/2023"]]
    source = source_of(header, rows)
    kind, mapping = KINDS["members"], guess_mapping(KINDS["members"], header)
    with refused(town.engines, "日期顺序", "转入日期"):
        apply_import(town.engines, kind, source, 0, mapping, **STAMP)
    answered = Mapping(mapping.kind, mapping.columns, order="mdy")
    report = apply_import(town.engines, kind, source, 0, answered, **STAMP)
    assert report.counts["new"] == 1
    assert str(rows_of(town.engines, "member")[-1].joined_on) == "2023-01-05"


def test_a_table_that_is_not_there_is_refused(town: World) -> None:
    source = source_of(HEADER, ROWS)
    with refused(town.engines, "文件", "没有第 2 个表"):
        apply_import(town.engines, BUILDINGS, source, 1, mapped("buildings", source), **STAMP)


def test_without_a_method_nothing_can_be_imported(engines: Any) -> None:
    source = source_of(HEADER, ROWS)
    with pytest.raises(RuleError, match="还没有启用任何工作法"):
        apply_import(engines, BUILDINGS, source, 0, mapped("buildings", source), **STAMP)


def test_somebody_elses_write_in_between_is_planned_with(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan made outside the transaction is made again where the database has moved on."""
    planning = apply.plan_import
    plans = 0

    def plan_and_write(connection: Any, *given: Any, **named: Any) -> Any:
        nonlocal plans
        plans += 1
        plan = planning(connection, *given, **named)
        if plans == 1:

            def other() -> None:
                with town.engines.write() as writing:
                    builders.create_building(writing, town.units["grid1"], code="A", name="旧楼")

            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        return plan

    monkeypatch.setattr(apply, "plan_import", plan_and_write)
    report = take(town)
    assert plans == 2
    assert report.counts == {"new": 1, "changed": 1, "same": 0, "refused": 1}


def test_rows_beyond_ones_reach_are_refused_and_the_others_go_in(town: World) -> None:
    secretary = actor_of(town, "secretary", "grid1")
    report = take(town, actor=secretary)
    assert report.plan is not None
    assert report.plan.states == ["new", "refused", "refused"]
    # by name nothing beyond one's reach is found
    assert "在您的范围内没有叫 “第2网格”" in report.plan.reasons[1]
    codes = [["A2", "楼", unit_code(town, "grid2"), 1], ["A3", "楼", unit_code(town, "grid1"), 1]]
    source = source_of(["楼栋编码", "楼栋名称", "单位编码", "户数"], codes)
    mapping = mapped("buildings", source)
    done = apply_import(town.engines, BUILDINGS, source, 0, mapping, **STAMP | {"actor": secretary})
    assert done.counts["new"] == 1
    assert done.plan is not None
    assert "不在您的范围内" in done.plan.reasons[0]
    assert [row.code for row in rows_of(town.engines, "building")] == ["A", "A3"]


def test_a_code_used_beyond_ones_reach_is_not_touched(town: World) -> None:
    with town.engines.write() as connection:
        builders.create_building(connection, town.units["grid2"], code="A", name="旧楼")
    plan = planned_by(town, actor_of(town, "secretary", "grid1"))
    assert plan.states[0] == "refused"
    assert "范围之外" in plan.reasons[0]


def planned_by(world: World, actor: Actor) -> Any:
    source = source_of(HEADER, [ROWS[0], ["Z", "楼", "第1网格", 1]])
    with world.engines.read() as connection:
        mapping = mapped("buildings", source)
        return plan_import(connection, BUILDINGS, source, 0, mapping, now=NOW, actor=actor)


@pytest.mark.parametrize("role", ["leader", "worker"])
def test_others_import_nothing_and_see_no_plan(town: World, role: str) -> None:
    actor = actor_of(town, role, "grid1")
    with pytest.raises(AccessError):
        take(town, actor=actor)
    with pytest.raises(AccessError):
        planned_by(town, actor)


@pytest.mark.parametrize("kind", ["units", "calendar"])
def test_units_and_the_calendar_are_the_administrators(town: World, kind: str) -> None:
    header, row = {
        "units": (["编码", "名称", "上级单位"], ["N", "新网格", "测试社区"]),
        "calendar": (["日期", "是否上班"], ["2027-05-01", "休息"]),
    }[kind]
    source = source_of(header, [row])
    for role, unit in (("secretary", "street"), ("admin", "")):
        given = STAMP | {"actor": actor_of(town, role, unit)}
        if role == "secretary":
            with pytest.raises(AccessError):
                apply_import(town.engines, KINDS[kind], source, 0, mapped(kind, source), **given)
        else:
            done = apply_import(town.engines, KINDS[kind], source, 0, mapped(kind, source), **given)
            assert done.counts["new"] == 1


def test_an_import_is_one_entry_of_the_log_with_counts_alone(town: World) -> None:
    taken(town, "buildings", HEADER, ROWS)
    (entry,) = rows_of(town.engines, "audit_entry")
    assert (entry.action, entry.subject_table, entry.subject_id) == (
        "apply_import",
        "import_batch",
        1,
    )
    told = '{"kind": "buildings", "new": 2, "changed": 0, "same": 0, "refused": 1}'
    assert entry.after == told
    assert (entry.before, entry.subject) == (None, "")
    assert planned(town, "buildings", HEADER, ROWS).counts["same"] == 2
