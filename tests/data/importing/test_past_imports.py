"""The list of past imports: the latest first, what still stands, and only what one reaches."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.queries.imports import COLUMNS, fetch_imports
from tests.data.importing.taking import taken, undone
from tests.data.writes.actors import actor_of
from tests.data.writes.world import NOW, STAMP, World

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "户数"]


def building(code: str, grid: str) -> list[Any]:
    return [code, f"{code}号楼", grid, 30]


def listed(world: World, actor: Any = None, **options: Any) -> pd.DataFrame:
    with world.engines.read() as connection:
        return fetch_imports(connection, actor=actor or STAMP["actor"], at=NOW, **options)


def test_there_are_columns_even_without_an_import(town: World) -> None:
    assert tuple(listed(town).columns) == COLUMNS
    assert listed(town).empty
    secretary = actor_of(town, "secretary", "grid1")
    assert tuple(listed(town, secretary).columns) == COLUMNS


def test_the_latest_is_first_and_what_was_undone_says_so(town: World) -> None:
    first = taken(town, "buildings", HEADER, [building("A", "第1网格"), ["B", "", "第1网格", 1]])
    taken(town, "buildings", HEADER, [building("C", "第2网格")])
    undone(town, first)
    found = listed(town)
    assert list(found["id"]) == [2, 1]
    assert list(found["new_rows"]) == [1, 1]
    assert list(found["refused_rows"]) == [0, 1]
    assert list(found["undone_at"].isna()) == [True, False]
    assert found["undo_reason"].iloc[1] == "导错了文件"
    assert list(listed(town, limit=1)["id"]) == [2]


def test_one_sees_the_imports_of_one_s_own_units(town: World) -> None:
    taken(town, "buildings", HEADER, [building("A", "第1网格")])
    taken(town, "buildings", HEADER, [building("B", "第2网格")])
    both = [building("C", "第1网格"), building("D", "第2网格")]
    taken(town, "buildings", HEADER, both)
    one = actor_of(town, "secretary", "grid1")
    assert list(listed(town, one)["id"]) == [1]
    assert list(listed(town, actor_of(town, "secretary", "street"))["id"]) == [3, 2, 1]
    assert listed(town, actor_of(town, "worker", "grid1")).empty
