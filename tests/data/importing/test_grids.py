"""Cells made clean, and merged ranges written out."""

from __future__ import annotations

from datetime import datetime

import pytest

from data.errors import RuleError
from data.importing import grids
from data.importing.grids import Grid, clean_rows, fill_merged


def test_cells_are_cleaned() -> None:
    almost = datetime.fromisoformat("2023-01-05 15:19:59.999500")
    half = datetime.fromisoformat("2023-01-05 15:19:59.500000")
    rows = clean_rows([[" 甲\u3000", "\ufeffe\u0301\u200b", "", float("nan"), float("inf")]])
    assert rows == [["甲", "é", None, None, None]]
    assert clean_rows([["一\r\n二\r三", 0, 0.0, False]]) == [["一\n二\n三", 0, 0.0, False]]
    assert clean_rows([[almost, half]]) == [[datetime.fromisoformat("2023-01-05 15:20"), half]]


def test_ranges_fill_what_lies_within_the_sheet() -> None:
    grid = Grid("a", [["甲", None], [None, None], ["乙", None]], [1, 2, 3])
    grid.merged = [((0, 0), (1, 0)), ((2, 0), (99, 99)), ((1, 1), (1, 1)), ((7, 7), (9, 9))]
    assert fill_merged(grid) == 2
    assert grid.rows == [["甲", None], ["甲", None], ["乙", "乙"]]


def test_ranges_over_ranges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_CELLS", 10)
    grid = Grid("名册", [["甲", None], [None, None]], [1, 2], [((0, 0), (1, 1))] * 3)
    with pytest.raises(RuleError, match="“名册”里合并的单元格过多"):
        fill_merged(grid)
