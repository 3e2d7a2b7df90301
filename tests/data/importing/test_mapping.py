"""Mappings: guessed from headers, checked, kept as TOML and in the database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing.kinds import KINDS
from data.importing.mapping import (
    Mapping,
    best_table,
    check_mapping,
    dump_mapping,
    from_json,
    guess_mapping,
    known_mapping,
    load_mapping,
    to_json,
)
from data.importing.sources import read_source
from tests.data.importing.files import xlsx
from tests.data.importing.taking import taken
from tests.data.writes.world import World

MEMBERS = KINDS["members"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            ["党员编号", "姓名", "所属网格", "党员类别", "转入日期"],
            {
                "code": "党员编号",
                "name": "姓名",
                "unit_name": "所属网格",
                "class_key": "党员类别",
                "joined_on": "转入日期",
            },
        ),
        (
            ["Member ID", "NAME", "grid_code", "Class", "Joined-On"],
            {
                "code": "Member ID",
                "name": "NAME",
                "unit_code": "grid_code",
                "class_key": "Class",
                "joined_on": "Joined-On",
            },
        ),
        (["序号", "姓名（必填）", "备注"], {"name": "姓名（必填）"}),
        (["　姓 名 ", "党员姓名"], {"name": "党员姓名"}),
        (["上级单位编码"], {}),
        ([], {}),
    ],
)
def test_headers_are_guessed_in_chinese_and_english(
    header: list[str], columns: dict[str, str]
) -> None:
    guessed = guess_mapping(MEMBERS, header)
    if header == ["　姓 名 ", "党员姓名"]:  # both are exact: one of them, never both
        assert len(guessed.columns) == 1
    elif header == ["上级单位编码"]:
        assert set(guessed.columns) <= {"unit_code"}
    else:
        assert guessed.columns == columns


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda k: k.key)
def test_every_kinds_own_labels_are_guessed_exactly(kind) -> None:
    labels = [one.label for one in kind.fields]
    assert len(set(labels)) == len(labels)
    assert guess_mapping(kind, labels).columns == {one.key: one.label for one in kind.fields}


@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_a_guess_uses_each_column_and_each_field_once(header: list[str]) -> None:
    columns = guess_mapping(MEMBERS, header).columns
    assert len(set(columns.values())) == len(columns)
    assert set(columns.values()) <= set(header)
    assert columns.keys() <= {one.key for one in MEMBERS.fields}


words = st.text(min_size=1, max_size=10)


@given(
    st.dictionaries(words, words, max_size=4),
    st.dictionaries(words, st.dictionaries(words, words, max_size=3), max_size=3),
    st.sampled_from([None, "dmy", "mdy"]),
)
def test_a_mapping_comes_back_from_toml_and_json_as_it_was(
    columns: dict[str, str], choices: dict[str, dict[str, str]], order: str | None
) -> None:
    mapping = Mapping("members", columns, "gcj02", order, "Asia/Shanghai", choices)
    assert load_mapping(dump_mapping(mapping)) == mapping
    assert from_json(to_json(mapping)) == mapping


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind = ", "不是有效的 TOML"),
        ("system = 'wgs84'", "没有写 kind"),
        ("kind = 'members'\ncolour = 'red'", "不认识 colour"),
        ("kind = 'members'\n[columns]\ncode = 3", "须是文字"),
        ("kind = 'members'\ncolumns = 'code'", "须是文字"),
        ("kind = 'members'\nchoices = 'x'", "须是文字"),
        ("kind = 'members'\norder = 4", "须是文字"),
    ],
)
def test_a_broken_mapping_file_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        load_mapping(text)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (Mapping("units", {"code": "编号"}), "另一类数据"),
        (Mapping("members", {}), "还没有指明哪一列是“党员编号”"),
        (Mapping("members", {"code": "没有"}), "文件里没有 “没有”"),
        (Mapping("members", {"code": "编号", "nope": "姓名"}), "没有名为 “nope”"),
        (Mapping("members", {"code": "编号", "name": "编号"}), "不能同时"),
        (Mapping("members", {"code": "编号"}, system="mars"), "没有坐标系"),
        (Mapping("members", {"code": "编号"}, order="ymd"), "日期顺序"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: Mapping, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        check_mapping(MEMBERS, mapping, ["编号", "姓名"])


def test_the_last_mapping_of_such_a_file_is_known_again(town: World) -> None:
    header = ["党员编号", "姓名", "所属网格", "党员类别", "转入日期"]
    rows = [["1", "甲", "第1网格", "退役", "2020-01-01"]]
    taken(town, "members", header, rows, choices={"class_key": {"退役": "retired"}})
    with town.engines.read() as connection:
        known = known_mapping(connection, MEMBERS, header)
        assert known is not None
        assert known.choices == {"class_key": {"退役": "retired"}}
        assert known_mapping(connection, MEMBERS, header[:-1]) is None
        assert known_mapping(connection, KINDS["units"], header) is None


def test_the_table_that_looks_most_like_the_kind_is_taken() -> None:
    book = {
        "封面": [["标题", "内容"], ["说明", "请填写"]],
        "名单": [["编号", "姓名", "网格", "类别", "转入日期"], ["1", "甲", "一", "在职", "2020"]],
    }
    source = read_source("名单.xlsx", xlsx(book))
    assert source.tables[best_table(MEMBERS, source)].name == "名单"
