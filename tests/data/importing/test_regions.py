"""Tables within a sheet: titles, headers of several rows, totals, several tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing import regions
from data.importing.grids import Grid, Merged
from data.importing.regions import find_tables
from data.importing.tables import RawTable

Rows = list[list[Any]]


def tables(rows: Rows, merged: list[Merged] | None = None, **more: Any) -> list[RawTable]:
    width = max(map(len, rows))
    squared = [[*row, *[None] * (width - len(row))] for row in rows]
    return find_tables(Grid("花名册", squared, list(range(1, len(rows) + 1)), merged or [], **more))


def test_a_plain_table() -> None:
    (table,) = tables([["编号", "姓名"], ["001", "张三"], [2.0, None]])
    assert table == RawTable("花名册", ["编号", "姓名"], [["001", "张三"], [2.0, None]], [2, 3])


def test_titles_and_blank_rows_above_the_header_are_passed_over() -> None:
    rows: Rows = [
        ["二〇二六年花名册", None, None],
        ["填报单位：幸福街道", None, "日期：2026年1月5日"],
        [],
        ["编号", "姓名", "户数"],
        ["001", "张三", 3],
    ]
    (table,) = tables(rows)
    assert table.header == ["编号", "姓名", "户数"]
    assert (table.rows, table.numbers) == ([["001", "张三", 3]], [5])


def test_a_preamble_right_above_the_header_is_passed_over() -> None:
    rows: Rows = [
        ["花名册", None, None],
        ["填报单位：幸福街道", None, "填报人：李四"],
        ["编号", "姓名", "户数"],
        ["001", "张三", 3],
    ]
    (table,) = tables(rows)
    assert table.header == ["编号", "姓名", "户数"]
    assert table.notes == ["第 1、2 行是表头上方的标题行，没有读"]


def test_a_merged_title_is_no_header() -> None:
    rows: Rows = [["花名册", None, None], ["编号", "姓名", "户数"], ["001", "张三", 3]]
    (table,) = tables(rows, [((0, 0), (0, 2))])
    assert (table.header, table.numbers) == (["编号", "姓名", "户数"], [3])


def test_a_cell_merged_downwards_fills_its_rows() -> None:
    rows: Rows = [["网格", "姓名"], ["一网格", "张三"], [None, "李四"], ["二网格", "王五"]]
    (table,) = tables(rows, [((1, 0), (2, 0))])
    assert table.rows == [["一网格", "张三"], ["一网格", "李四"], ["二网格", "王五"]]
    assert table.notes == ["有 1 处合并的单元格，已逐格填上"]


def test_a_header_of_two_rows() -> None:
    rows: Rows = [
        ["编号", "户主", None, "网格员", None],
        [None, "姓名", "电话", "姓名", "岗位"],
        ["001", "张三", "13800000000", "李四", "专职"],
    ]
    merged: list[Merged] = [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))]
    (table,) = tables(rows, merged)
    assert table.header == ["编号", "户主·姓名", "电话", "网格员·姓名", "岗位"]
    assert table.numbers == [3]


def test_names_merged_across_do_not_swallow_a_row_of_words() -> None:
    rows: Rows = [["姓名", None, "职务"], ["张三", "汉族", "书记"], ["李四", "回族", "委员"]]
    (table,) = tables(rows, [((0, 0), (0, 1))])
    assert table.header == ["姓名", "姓名（2）", "职务"]
    assert table.numbers == [2, 3]


def test_totals_footers_repeated_headers_and_subheadings_are_no_records() -> None:
    rows: Rows = [
        ["编号", "姓名", "户数"],
        ["一号片区", "一号片区", "一号片区"],
        ["001", "张三", 3],
        ["小 计", None, 3],
        ["编号", "姓名", "户数"],
        ["002", "李四", 4],
        [None, "合计：", 7],
        ["填表人：王五", None, None],
    ]
    (table,) = tables(rows)
    assert (table.rows, table.numbers) == ([["001", "张三", 3], ["002", "李四", 4]], [3, 6])
    assert table.notes == [
        "第 2 行是跨列的小标题，没有读",
        "第 4、7 行是合计行，没有读",
        "第 5 行是重复的表头，没有读",
        "第 8 行是表格下方的说明，没有读",
    ]


def test_a_person_named_like_a_total_stays() -> None:
    (table,) = tables([["姓名", "户数"], ["合计明", 3], ["总计", 3]])
    assert table.rows == [["合计明", 3]]


def test_tables_below_one_another() -> None:
    rows: Rows = [
        ["编号", "姓名", "户数"],
        ["001", "张三", 3],
        [],
        ["单位表", None, None],
        ["代码", "名称", None],
        ["A1", "甲社区", None],
    ]
    first, second = tables(rows)
    assert (first.name, second.name) == ("花名册（第 1 表）", "花名册（第 2 表）")
    assert second.header == ["代码", "名称"]
    assert (second.rows, second.numbers) == ([["A1", "甲社区"]], [6])


def test_tables_side_by_side() -> None:
    rows: Rows = [
        ["编号", "姓名", None, "代码", "名称"],
        ["001", "张三", None, "A1", "甲社区"],
        ["002", "李四", None, None, None],
    ]
    first, second = tables(rows)
    assert (first.header, first.numbers) == (["编号", "姓名"], [2, 3])
    assert (second.header, second.numbers) == (["代码", "名称"], [2])


@pytest.mark.parametrize(
    "more",
    [
        [["003", "王五", 5]],
        [["003", "王五", None]],
        [["编号", "姓名", "户数"], ["003", "王五", 5]],
        [["花名册（续）", None, None], ["编号", "姓名", "户数"], ["003", "王五", 5]],
    ],
)
def test_a_blank_row_does_not_end_a_table(more: Rows) -> None:
    rows: Rows = [["编号", "姓名", "户数"], ["001", "张三", 3], [], *more]
    (table,) = tables(rows)
    assert [row[0] for row in table.rows if row[1]] == ["001", "003"]


def test_too_many_tables_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST_TABLES", 2)
    one: Rows = [["编号", "户数"], ["001", 3], [], ["代码", "姓名", "岁数"], ["A1", "甲", 3], []]
    assert len(tables(one)) == 2
    with pytest.raises(RuleError, match="一张工作表只放一个表格"):
        tables(one * 2)


def test_words_go_on_after_a_blank_row() -> None:
    rows: Rows = [["姓名", "职务"], ["张三", "书记"], [], ["李四", "委员"], ["王五", "委员"]]
    (table,) = tables(rows)
    assert [row[0] for row in table.rows] == ["张三", "李四", "王五"]


def test_a_blank_row_below_the_header_is_passed_over() -> None:
    (table,) = tables([["姓名", "职务"], [], ["张三", "书记"], ["李四", "委员"]])
    assert table.numbers == [3, 4]


def test_names_of_columns_are_unique_and_never_empty() -> None:
    rows: Rows = [["姓\n名", "电话", "电话", None, "a\u200b  b"], ["张三", "1", "2", "3", "4"]]
    (table,) = tables(rows)
    assert table.header == ["姓名", "电话", "电话（2）", "第 4 列", "a b"]


def test_years_may_name_columns() -> None:
    (table,) = tables([["指标", "2024年", "2025年"], ["收入", 3, 4]])
    assert table.header == ["指标", "2024年", "2025年"]


def test_one_column() -> None:
    (table,) = tables([["代码"], ["001"], ["002"]])
    assert (table.header, table.rows) == (["代码"], [["001"], ["002"]])


@pytest.mark.parametrize("rows", [[["001", "3"], ["002", "4"]], [[None, None]], [["编号", "姓名"]]])
def test_without_a_header_or_a_row_there_is_no_table(rows: Rows) -> None:
    assert tables(rows) == []


def test_broken_rows_keep_their_reason_at_their_place() -> None:
    rows: Rows = [
        ["名册", None],
        ["编号", "姓名"],
        ["001", "张三"],
        ["合计", None],
        ["002", "李四"],
    ]
    (table,) = tables(rows, broken={4: "坏"})
    assert table.broken == {1: "坏"}
    assert table.rows[1] == ["002", "李四"]


NAMES = st.lists(
    st.text(st.sampled_from("甲乙丙丁戊己庚辛"), min_size=1, max_size=4),
    min_size=2, max_size=6, unique=True,
)  # fmt: skip


@given(NAMES, st.data())
def test_a_table_is_found_whole_wherever_it_stands(names: list[str], data: st.DataObject) -> None:
    body = data.draw(
        st.lists(
            st.lists(st.integers(0, 99), min_size=len(names), max_size=len(names)),
            min_size=1, max_size=6,
        )
    )  # fmt: skip
    above, left = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    rows = [[None] * (left + len(names))] * above
    rows += [[*[None] * left, *row] for row in (names, *body)]
    (table,) = tables(rows)
    assert (table.header, table.rows) == (names, body)
    assert table.numbers == list(range(above + 2, above + 2 + len(body)))
