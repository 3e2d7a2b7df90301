"""系统管理 → 数据导入: from a file to rows, and what is asked on the way."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import text

from components import import_texts as i
from data.check import check
from data.engines import open_engines
from data.importing import jobs
from tests.data.importing.files import xlsx
from tests.pages.driver import fields, growth, html_of, open_page, plain, reading, row_counts, said
from tests.pages.import_desk import apply, begin, buildings, codes, counts, csv_of


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports of other tests are out of sight."""
    monkeypatch.setattr(jobs, "_jobs", {})


def test_a_file_is_read_previewed_and_taken_in(own_small: str) -> None:
    page = begin("buildings", buildings(own_small))
    before = row_counts(own_small)
    assert counts(page) == {"new": 3, "changed": 0, "same": 0, "refused": 1}
    shown = html_of(page)
    assert "楼栋.csv，文本表格，4 列，4 行，编码 UTF-8" in shown.replace("-SIG", "")
    assert "新增的楼栋必须" in shown or "楼栋名称" in shown
    assert row_counts(own_small) == before
    apply(page)
    assert ["新增 3 行，未通过 1 行" in message for message in said(page)] == [True]
    grown = growth(before, row_counts(own_small))
    assert grown == {
        "building": 3,
        "import_batch": 1,
        "import_row": 3,
        "audit_entry": 1,
        "revision": 1,
    }
    assert check(open_engines(own_small)) == []


def test_the_same_file_again_adds_nothing_and_says_so(own_small: str) -> None:
    file = buildings(own_small)
    apply(begin("buildings", file))
    page = begin("buildings", file)
    assert counts(page) == {"new": 0, "changed": 0, "same": 3, "refused": 1}
    assert [b for b in page.button if b.label.startswith("导入 ")] == []
    assert i.NONE_LEFT in html_of(page)


def test_changes_are_shown_before_and_after(own_small: str) -> None:
    apply(begin("buildings", buildings(own_small)))
    name, content = buildings(own_small)
    page = begin("buildings", (name, content.replace("1号楼,".encode(), "一号楼,".encode())))
    assert counts(page) == {"new": 0, "changed": 1, "same": 2, "refused": 1}
    page.button_group(key=next(w.key for w in page.button_group if w.key.endswith("_rows"))).select(
        "changed"
    ).run()
    assert re.search(r"<td[^>]*>1号楼</td><td[^>]*>一号楼</td>", html_of(page))


def test_a_column_of_another_name_is_chosen(own_small: str) -> None:
    grid = codes(own_small)[0]
    page = begin("buildings", ("楼.csv", csv_of("编码,甲列,网格编码", f"B-1,一号楼,{grid}")))
    assert counts(page)["new"] == 0
    fields(page)["楼栋名称"].select("甲列").run()
    assert counts(page) == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    apply(page)
    again = begin("buildings", ("楼2.csv", csv_of("编码,甲列,网格编码", f"B-2,二号楼,{grid}")))
    assert i.MAPPING_KNOWN in html_of(again)
    assert counts(again)["new"] == 1


def test_a_missing_required_column_is_named(own_small: str) -> None:
    page = begin("buildings", ("楼.csv", csv_of("甲列,乙列", "1,2")))
    assert ["楼栋编码" in message for message in said(page)] == [True]
    assert i.PREVIEW not in html_of(page)


def test_days_that_can_be_read_two_ways_are_asked_for(own_small: str) -> None:
    grid = codes(own_small)[0]
    header = "党员编号,姓名,类别,网格编码,转入日期"
    klass = member_class(own_small)
    page = begin("members", ("名册.csv", csv_of(header, f"M-1,王小明,{klass},{grid},03/04/2021")))
    assert counts(page)["refused"] == 1
    assert [b for b in page.button if b.label.startswith("导入 ")] == []
    (asked,) = page.radio
    asked.set_value("dmy").run()
    assert counts(page) == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    apply(page)
    with reading(own_small) as connection:
        day = connection.scalar(text("select joined_on from member where code = 'M-1'"))
    assert day == "2021-04-03"


def member_class(url: str) -> str:
    with reading(url) as connection:
        document = json.loads(connection.scalar(text("select document from method")))
    return str(document["member_classes"][0]["name"])


def test_words_of_the_file_are_matched_to_ours(own_small: str) -> None:
    grid = codes(own_small)[0]
    header = "党员编号,姓名,类别,网格编码,转入日期"
    rows = [f"M-{n},王小明,老同志,{grid},2021-04-03" for n in range(2)]
    page = begin("members", ("名册.csv", csv_of(header, *rows)))
    assert counts(page)["refused"] == 2
    (asked,) = (w for w in page.selectbox if plain(w.label) == "老同志（2 行）")
    asked.select(member_class(own_small)).run()
    assert counts(page) == {"new": 2, "changed": 0, "same": 0, "refused": 0}


def test_the_coordinate_system_is_asked_for_and_drawn(own_small: str) -> None:
    community = codes(own_small, "community")[0]
    ring = [[112.0, 37.0], [112.01, 37.0], [112.01, 37.01], [112.0, 37.01], [112.0, 37.0]]
    facts = {"单位编码": "N-1", "单位名称": "新网格", "层级": "网格", "上级编码": community}
    shape = {"type": "Polygon", "coordinates": [ring]}
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": facts, "geometry": shape}],
    }
    page = begin("units", ("边界.geojson", json.dumps(document).encode()))
    assert [one.value for one in page.info] == [i.SYSTEM_NEEDED]
    (asked,) = page.radio
    assert asked.value is None
    asked.set_value("wgs84").run()
    assert counts(page) == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    assert "新边界 1 个（实线）" in html_of(page)
    apply(page)
    assert "N-1" in codes(own_small)


DAMAGED = {
    "not what it says": ("名册.xlsx", b"<html>login</html>"),
    "nothing in it": ("名册.csv", b""),
    "half a workbook": ("名册.xlsx", xlsx({"表": [["甲"], ["1"]]})[:900]),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused_by_name(own_small: str, case: str) -> None:
    name, content = DAMAGED[case]
    open_page("系统管理")  # a login of its own is told to the log
    before = row_counts(own_small)
    page = begin("members", (name, content))
    assert [message.startswith(name) for message in said(page)] == [True]
    assert i.MAPPING not in html_of(page)
    assert row_counts(own_small) == before


def test_of_several_files_one_is_worked_on(own_small: str) -> None:
    one, other = buildings(own_small), ("坏的.xlsx", b"nothing")
    page = begin("buildings", other, one)
    assert said(page)[0].startswith("坏的.xlsx")
    fields(page)[i.FILE].select("楼栋.csv").run()
    assert counts(page)["new"] == 3
