"""Columns of cells to values: what is kept, what is refused and why."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importing.cells import as_choice, as_code, as_number, as_text, as_yes
from data.importing.tables import Cell

CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()


class TestText:
    def test_numbers_and_days_read_as_in_the_sheet(self) -> None:
        cells: list[Cell] = [
            "甲",
            12.0,
            12.5,
            None,
            True,
            date(2023, 1, 5),
            datetime.fromisoformat("2023-01-05 08:00"),
        ]
        column = as_text(cells, longest=60)
        assert column.values == [
            "甲",
            "12",
            "12.5",
            None,
            "是",
            "2023-01-05",
            "2023-01-05 08:00:00",
        ]
        assert column.problems == {}

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("长" * 61, "最多 60 个字，现有 61 个字"),
            ("长" * 10_001, "最多 60 个字"),
            ("甲\n乙", "只能写一行"),
            ("甲\x07", "看不见的控制字符"),
            ("甲\u202e乙", "改变文字方向"),
            ("\ud800", "控制字符"),
        ],
    )
    def test_what_the_house_refuses(self, text: str, why: str) -> None:
        column = as_text(["乙", text], longest=60)
        assert column.values == ["乙", None]
        assert why in column.problems[1]
        assert len(column.problems[1]) < 100

    def test_several_lines_where_they_are_allowed(self) -> None:
        assert as_text(["甲\n乙"], longest=60, lines=True).values == ["甲\n乙"]

    def test_whole_numbers_are_filled_up(self) -> None:
        assert as_text([7, "12", "甲"], longest=60, width=4).values == ["0007", "0012", "甲"]


class TestCode:
    def test_leading_zeros_and_numbers(self) -> None:
        column = as_code(["0012", 12.0, 12, " 'A-1 ".strip(), "'007", "Ａ１２", None])
        assert column.values == ["0012", "12", "12", "'A-1".removeprefix("'"), "007", "A12", None]

    def test_an_eighteen_digit_text_stays_whole(self) -> None:
        assert as_code(["110101199003070011"]).values == ["110101199003070011"]

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            (1.2345678901234567e17, "超过 15 位"),
            ("1.10101E+17", "科学计数法"),
            (date(2023, 1, 2), "改成了日期"),
            (True, "日期或是非"),
            ("甲" * 61, "最多 60 个字"),
            ("A\u200eB", "改变文字方向"),
        ],
    )
    def test_what_the_file_has_lost_is_refused(self, cell: Cell, why: str) -> None:
        column = as_code(["1", cell])
        assert column.values == ["1", None]
        assert why in column.problems[1]

    def test_a_point_nought_throughout_is_no_part_of_the_codes(self) -> None:
        assert as_code(["12.0", None, "7.0"]).values == ["12", None, "7"]
        assert as_code(["12.0", "A7"]).values == ["12.0", "A7"]

    def test_width(self) -> None:
        assert as_code([7.0, "12", "A1"], width=6).values == ["000007", "000012", "A1"]


class TestNumber:
    def test_numbers_however_they_are_written(self) -> None:
        cells: list[Cell] = ["1,234", "１２", "-3.50", " 7", "1e3", ".5", 4.0, 4.5, 9, "−2", None]
        column = as_number(cells, low=-1e9, high=1e9)
        assert column.values == [1234, 12, -3.5, 7, 1000, 0.5, 4, 4.5, 9, -2, None]
        assert [type(v) for v in column.values[:3]] == [int, int, float]
        assert column.problems == {}

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            ("12%", "百分号"),
            ("12 人", "单位“人”"),
            ("1.2万", "单位“万”"),
            ("1,5", "不是数字"),
            ("nan", "不是数字"),
            ("1_000", "不是数字"),
            ("九", "不是数字"),
            (True, "不是数字"),
            (date(2023, 1, 5), "不是数字"),
            (101, "须为 0 到 100，现为 101"),
            ("-1", "须为 0 到 100"),
            ("1e999", "须为 0 到 100"),
            (float("nan"), "须为 0 到 100"),
        ],
    )
    def test_what_is_no_number_here(self, cell: Cell, why: str) -> None:
        column = as_number([cell], low=0, high=100)
        assert column.values == [None]
        assert why in column.problems[0]

    def test_whole(self) -> None:
        column = as_number([3.0, "3.0", 3.5], low=0, high=9, whole=True)
        assert column.values == [3, 3, None]
        assert "须为整数" in column.problems[2]


class TestChoice:
    CHOICES = {"help": "求助", "complaint": "投 诉", "other": "其他（Other）"}  # noqa: RUF012

    def test_by_label_or_by_key(self) -> None:
        column = as_choice(["求助", "HELP", " 投诉", "其他(other)", None], self.CHOICES)
        assert column.values == ["help", "help", "complaint", "other", None]

    def test_an_unknown_one_lists_what_there_is(self) -> None:
        column = as_choice(["咨询"], self.CHOICES)
        assert column.problems == {0: "“咨询”不在可选的范围里，可填：求助、投 诉、其他（Other）"}

    def test_a_label_of_two_is_not_guessed(self) -> None:
        column = as_choice(["甲", "b"], {"a": "甲", "b": "甲"})
        assert column.values == [None, "b"]
        assert "不止一个" in column.problems[0]


def test_yes_and_no() -> None:
    column = as_yes(["是", "√", "Y", True, 1, "1.0", "否", "×", 0.0, "无", None])
    assert column.values == [True, True, True, True, True, None, False, False, False, False, None]
    assert set(column.problems) == {5}
    assert "请填“是”或“否”" in column.problems[5]


@given(st.lists(CELLS, max_size=8))
def test_no_cell_raises_and_none_is_lost_without_a_reason(cells: list[Cell]) -> None:
    for column in (
        as_text(cells, longest=20),
        as_code(cells),
        as_number(cells, low=0, high=10),
        as_choice(cells, {"a": "甲"}),
        as_yes(cells),
    ):
        assert len(column.values) == len(cells)
        for at, cell in enumerate(cells):
            blank = cell is None or (isinstance(cell, str) and not cell.strip())
            assert blank or (column.values[at] is None) == (at in column.problems)


@given(st.lists(st.text("0123456789", min_size=1, max_size=18)))
def test_codes_of_digits_come_through_as_they_are(codes: list[str]) -> None:
    assert as_code(codes).values == codes


@given(st.lists(st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9)))
def test_numbers_survive_as_text(numbers: list[int | float]) -> None:
    column = as_number([repr(n) for n in numbers], low=-1e13, high=1e13)
    assert column.values == numbers
