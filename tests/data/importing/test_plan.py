"""What holds of every plan, whatever a file holds; and hostile cells in every field."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.check import check
from data.importing.apply import apply_import
from data.importing.kind import Kind
from data.importing.kinds import KINDS
from data.importing.mapping import Mapping
from data.importing.plan import STATES, Plan, blank_reading, plan_import
from data.importing.sources import Source
from data.importing.tables import RawTable
from data.importing.undo import undo_import
from data.schema import member, unit
from tests.data.writes.world import NOW, STAMP, World, copied, dump

HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>alert('x')</script>",
    "'; DROP TABLE member; --",
    "甲\x00乙",
    "甲\x07乙",
    "甲\u202e乙",
    "甲\n乙",
    "长" * 10_000,
    "9" * 400,
    "\ud800",
    1e308,
    float(2**63),
    -1,
    True,
    "😀👨‍👩‍👧",
)
POOLS: dict[str, dict[str, list[Any]]] = {
    "units": {
        "code": ["A", "B", "C", "D", "COMMUNITY", "GRID1", None],
        "name": ["甲", "乙", "第1网格", None],
        "level": ["网格", "grid", "社区", None],
        "parent_code": ["A", "B", "C", "COMMUNITY", "STREET", None],
        "parent_name": ["甲", "测试社区", "测试街道/测试社区", None],
        "kind": ["普通", "专属", None],
        "sort": [1, 2, None],
        "households": [10, 20, "三十", None],
    },
    "buildings": {
        "code": ["A", "B", "C", None],
        "name": ["一号楼", "二号楼", None],
        "unit_code": ["GRID1", "GRID2", "NOPE", None],
        "unit_name": ["第1网格", "测试社区/第2网格", "没有", None],
        "households": [10, 20, None],
        "lon": [112.4, 112.41, None],
        "lat": [29.7, None],
    },
    "people": {
        "unit_code": ["GRID1", "GRID2", None],
        "post_key": ["专职网格员", "网格党支部书记", "街道党工委书记"],
        "name": ["王小明", "赵一", None],
        "member_code": ["MEMBER", "NOPE", None],
        "since": ["2025-01-01", "2025-06-01", "2026-01-01"],
        "until": ["2025-03-01", "2026-03-01", None],
    },
    "members": {
        "code": ["1", "2", "MEMBER", None],
        "name": ["甲", "乙", None],
        "unit_code": ["GRID1", "GRID2", None],
        "class_key": ["在职党员", "retired", "没有", None],
        "joined_on": ["2020-01-01", "2026-05-01", None],
        "left_on": ["2025-01-01", "2026-08-01", None],
    },
    "indicators": {
        "unit_code": ["GRID1", "GRID2", "COMMUNITY"],
        "indicator_key": ["hazards", "政策宣传", "住户联系覆盖率", "没有"],
        "period": ["2026-10", "2026年9月", "2026Q3", None],
        "value": [0, 1, 99.5, None],
        "note": ["台账", None],
    },
    "calendar": {
        "day": ["2026-11-23", "2027-05-01", "2027年5月2日", "不是日子", None],
        "is_workday": ["上班", "休", "也许"],
        "name": ["劳动节", None],
    },
}


def codes_of(world: World) -> dict[str, str]:
    with world.engines.read() as connection:
        units = {row.id: row.code for row in connection.execute(select(unit))}
        first = select(member.c.code).where(member.c.id == world.members[0])
        codes = {key.upper(): units[row_id] for key, row_id in world.units.items()}
        return codes | {"MEMBER": str(connection.scalar(first))}


def source_of(kind: Kind, columns: list[str], rows: list[list[Any]]) -> Source:
    labels = [kind.field(key).label for key in columns]
    table = RawTable("表", labels, rows, list(range(2, len(rows) + 2)))
    return Source("文件", "csv", "utf-8", [table], [], None, "0" * 64)


def all_columns(kind: Kind) -> Mapping:
    return Mapping(kind.key, {key: kind.field(key).label for key in POOLS[kind.key]})


def plan_of(world: World, kind: Kind, source: Source) -> Plan:
    with world.engines.read() as connection:
        given = (connection, kind, source, 0, all_columns(kind))
        return plan_import(*given, now=NOW, actor=STAMP["actor"])


def check_whole(plan: Plan, rows: int) -> None:
    """Every row in exactly one state; reasons with the refused alone, changes with the changed."""
    assert len(plan.states) == rows
    assert set(plan.states) <= STATES.keys()
    assert sum(plan.counts.values()) == rows
    assert plan.reasons.keys() == set(plan.positions("refused"))
    assert all(plan.reasons.values())
    assert plan.changes.keys() == set(plan.positions("changed"))
    assert all(plan.changes.values())


@pytest.mark.parametrize("key", POOLS)
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_plan_covers_every_row_once_and_applied_leaves_all_the_same(
    drawn_world: World, key: str, data: st.DataObject
) -> None:
    kind, pools, codes = KINDS[key], POOLS[key], codes_of(drawn_world)
    row = st.tuples(*(st.sampled_from(pool) for pool in pools.values())).map(list)
    drawn = data.draw(st.lists(row, min_size=1, max_size=6))
    rows = [[codes.get(str(cell), cell) for cell in one] for one in drawn]
    source = source_of(kind, list(pools), rows)
    with tempfile.TemporaryDirectory() as folder, copied(drawn_world, Path(folder)) as world:
        first = plan_of(world, kind, source)
        check_whole(first, len(rows))
        before = dump(world.engines)
        done = apply_import(world.engines, kind, source, 0, all_columns(kind), **STAMP)
        assert done.plan is not None
        assert done.plan.states == first.states
        assert check(world.engines) == []
        again = plan_of(world, kind, source)
        check_whole(again, len(rows))
        wanted = ["refused" if state == "refused" else "same" for state in first.states]
        assert again.states == wanted, (rows, again.reasons, again.changes)
        if done.batch_id is None:
            assert dump(world.engines) == before
        else:
            undo_import(world.engines, done.batch_id, reason="试", **STAMP)
            assert check(world.engines) == []
            assert plan_of(world, kind, source).states == first.states


@pytest.mark.parametrize("key", POOLS)
def test_hostile_cells_are_refused_or_stay_text(drawn_world: World, key: str) -> None:
    kind = KINDS[key]
    with drawn_world.engines.read() as connection:
        reading = blank_reading(connection, kind, now=NOW, actor=STAMP["actor"])
        example = kind.example(connection, reading)
    rows = []
    for place in POOLS[key]:
        for cell in HOSTILE:
            fresh = example | {"code": f"H{len(rows)}", place: cell}
            rows.append([fresh.get(name) for name in POOLS[key]])
    source = source_of(kind, list(POOLS[key]), rows)
    with tempfile.TemporaryDirectory() as folder, copied(drawn_world, Path(folder)) as world:
        plan = plan_of(world, kind, source)
        check_whole(plan, len(rows))
        assert plan.positions("refused")
        apply_import(world.engines, kind, source, 0, all_columns(kind), **STAMP)
        assert check(world.engines) == []
        again = plan_of(world, kind, source)
        stored = str(dump(world.engines))
        assert "new" not in again.states
        assert "长" * 61 not in stored
        assert "\x00" not in stored
        assert "\u202e" not in stored
