"""What others write between the planning of an import and its writing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from data.check import check
from data.importing import apply
from data.importing.apply import TRIES, ImportReport, apply_import
from data.importing.kinds import KINDS
from data.importing.plan import blank_reading, plan_import
from data.importing.sources import read_source
from data.importing.template import template_workbook
from data.schema import DAILY, member, points_entry
from data.seals import append_sealed
from data.writes.units import create_units
from tests.data.importing.taking import IN_WEST, Lines, mapped, source_of
from tests.data.writes.test_appeals import appeal_of, step_of
from tests.data.writes.test_points import points_of
from tests.data.writes.test_visits import visit_of
from tests.data.writes.world import NOW, STAMP, TODAY, World, rows_of

APPEALS = ["工单编号", "受理时间", "办结时间", "诉求类别", "标题", "经度", "纬度"]
OWN = "20261120-"  # how the numbers of cases that are registered today begin
Write = Callable[[World], object]


def case(code: str, closed: str = "2026-03-03 10:00") -> list[Any]:
    return [code, "2026-03-02 09:00", closed, "公共设施", "灯不亮", *IN_WEST]


def overtaken(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
    kind: str = "appeals",
    given: tuple[list[str], Lines] | None = None,
    times: int = 1,
) -> tuple[ImportReport, int]:
    """The import while somebody writes after each of its first ``times`` plans.

    Returns its report and how often it was planned.
    """
    header, rows = given or (APPEALS, [case("甲-1"), case("甲-2")])
    source, planning, held = source_of(header, rows), apply.plan_import, list[bool]()

    def plan_and_write(connection: Any, *of: Any, **named: Any) -> Any:
        plan = planning(connection, *of, **named)
        held.append(world.engines.turn.locked())
        if len(held) <= times:
            other = threading.Thread(target=write, args=(world,))
            other.start()
            other.join()
        return plan

    with monkeypatch.context() as patch:
        patch.setattr(apply, "plan_import", plan_and_write)
        report = apply_import(world.engines, KINDS[kind], source, 0, mapped(kind, source), **STAMP)
    # others wait only for the plan that is made when all else has failed
    assert held == [n >= TRIES for n in range(len(held))]
    assert check(world.engines) == []
    return report, len(held)


@pytest.mark.parametrize("write", [appeal_of, visit_of, points_of])
def test_daily_entry_of_other_things_leaves_the_plan(
    town: World, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    report, plans = overtaken(town, monkeypatch, write)
    assert plans == 1
    assert report.counts["new"] == 2


def test_a_case_of_the_same_number_makes_a_new_plan(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = (APPEALS, [case("甲-1"), case(f"{OWN}0001")])
    report, plans = overtaken(town, monkeypatch, appeal_of, given=file)
    assert plans == 2
    assert report.counts == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    assert report.plan is not None
    assert f"编号 {OWN}0001 已是" in report.plan.reasons[1]
    codes = [row.code for row in rows_of(town.engines, "appeal")]
    assert codes == [f"{OWN}0001", "甲-1"]


def test_work_on_a_case_of_the_file_makes_a_new_plan(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken(town, monkeypatch, visit_of, given=(APPEALS, [case("乙-1", "")]))
    (row,) = rows_of(town.engines, "appeal")

    def work_on(world: World) -> None:
        step_of(world, row.id, state="dispatched", handler="乙")

    closed = (APPEALS, [case("乙-1"), case("乙-2")])
    report, plans = overtaken(town, monkeypatch, work_on, given=closed)
    assert plans == 2
    assert report.counts == {"new": 1, "changed": 0, "same": 1, "refused": 0}
    assert rows_of(town.engines, "appeal")[0].state == "dispatched"


def test_a_new_unit_makes_a_new_plan(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(world: World) -> None:
        below: dict[str, Any] = {"parent_id": world.units["community"], "level": "grid"}
        create_units(world.engines, names=["新网格"], **below, **STAMP)

    rows = [[*case(code)[:5], name] for code, name in (("丙-1", "新网格"), ("丙-2", "第1网格"))]
    file = ([*APPEALS[:5], "网格名称"], rows)
    report, plans = overtaken(town, monkeypatch, write, given=file)
    assert plans == 2
    assert report.counts["new"] == 2


def test_overtaken_time_after_time_it_is_planned_while_nobody_writes(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = (APPEALS, [case(f"{OWN}{n:04}") for n in range(1, 6)])
    report, plans = overtaken(town, monkeypatch, appeal_of, given=file, times=TRIES)
    assert plans == TRIES + 1
    assert report.counts == {"new": 5 - TRIES, "changed": 0, "same": 0, "refused": TRIES}


def open_year(world: World) -> None:
    """The first member's year is opened by somebody else."""
    facts = {"member_id": world.members[0], "unit_id": world.units["grid1"], "points": 60}
    facts |= {"method_id": world.method_id, "rule_key": "base", "rule_name": "基础分"}
    facts |= {"kind": "base", "happened_on": TODAY.replace(month=1, day=1), "surface": "test"}
    facts |= {"status": "approved", "needs_approval": 0, "note": ""}
    signed = {"recorded_at": NOW, "recorded_by": "演练"}
    with world.engines.write() as connection:
        append_sealed(connection, points_entry, [facts | signed])


@pytest.mark.parametrize(("write", "plans"), [(points_of, 1), (open_year, 2)])
def test_points_are_planned_anew_only_where_a_year_was_opened(
    town: World, monkeypatch: pytest.MonkeyPatch, write: Write, plans: int
) -> None:
    with town.engines.read() as connection:
        code = connection.scalar(select(member.c.code).where(member.c.id == town.members[0]))
    file = (["党员编号", "积分项目", "发生日期", "分值"], [[code, "基础分", "2026-01-01", 60]])
    report, planned = overtaken(town, monkeypatch, write, "points", file)
    assert planned == plans
    assert report.counts["new"] == (plans == 1)
    assert [r.kind for r in rows_of(town.engines, "points_entry")].count("base") == 1


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_names_the_tables_of_daily_entry_that_its_plan_reads(
    town: World, key: str
) -> None:
    """Otherwise what people enter meanwhile would go unnoticed."""
    kind, read = KINDS[key], set[str]()

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    with town.engines.read() as connection:
        blank = blank_reading(connection, kind, now=NOW, actor=STAMP["actor"])
        source = read_source("样.xlsx", template_workbook(connection, kind, blank))
        mapping = mapped(key, source)
        event.listen(town.engines.reader, "before_cursor_execute", note)
        plan = plan_import(connection, kind, source, 0, mapping, now=NOW, actor=STAMP["actor"])
        event.remove(town.engines.reader, "before_cursor_execute", note)
    assert plan.writes
    assert "unit" in read
    assert read & DAILY <= {table.name for table in kind.daily}
