"""The report of what was refused: a workbook to mend and import again as it is."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from data.importing.apply import apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import best_table, guess_mapping, known_mapping
from data.importing.plan import plan_import
from data.importing.report import refused_geojson, refused_workbook
from data.importing.sources import Source, read_source
from tests.data.importing.files import xlsx
from tests.data.importing.taking import source_of, taken, unit_code
from tests.data.writes.world import NOW, STAMP, World, rows_of

HEADER = ["工号", "姓名", "所属网格", "党员类别", "转入日期"]
ROWS = [
    ["007", "王小明", "第1网格", "在职党员", "2015-03-01"],
    ["008", "=1+1<b>", "第3网格", "在职党员", "2015/3/1"],
    ["009", "赵六", "第2网格", "在职党员", "明天"],
]


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def report_of(world: World, kind: str, source: Source) -> bytes:
    mapping = guess_mapping(KINDS[kind], source.tables[0].header)
    done = apply_import(world.engines, KINDS[kind], source, 0, mapping, **STAMP)
    assert done.plan is not None
    return refused_workbook(KINDS[kind], source.tables[0], done.plan)


def test_refused_rows_stand_as_they_were_with_the_reasons_beside_them(town: World) -> None:
    content = report_of(town, "members", source_of(HEADER, ROWS))
    sheets = sheets_of(content)
    header, first, second = sheets["未通过的行"]
    assert header == [*HEADER, "未通过的原因", "原文件行号"]
    assert first[:5] == ["008", "=1+1<b>", "第3网格", "在职党员", "2015/3/1"]
    assert "没有叫 “第3网格”" in first[5]
    assert first[6] == 3
    assert "转入日期" in second[5]
    assert ["新增", 1] in sheets["汇总"]
    assert ["未通过", 2] in sheets["汇总"]
    assert b"<f>" not in content  # no cell is a formula


def test_the_very_report_once_mended_goes_in(town: World) -> None:
    sheets = sheets_of(report_of(town, "members", source_of(HEADER, ROWS)))
    sheets["未通过的行"][1][2] = "第2网格"
    mended = read_source("未通过.xlsx", xlsx(sheets))
    kind = KINDS["members"]
    index = best_table(kind, mended)
    assert mended.tables[index].name == "未通过的行"
    with town.engines.read() as connection:
        mapping = known_mapping(connection, kind, mended.tables[index].header)
    assert mapping is not None, "the file's own mapping fits its report too"
    done = apply_import(town.engines, kind, mended, index, mapping, **STAMP)
    assert done.counts == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    assert rows_of(town.engines, "member")[-1].code == "008"
    # and the report of that report can be mended in turn
    assert done.plan is not None
    again = sheets_of(refused_workbook(kind, mended.tables[index], done.plan))["未通过的行"]
    assert again[0][5:] == ["未通过的原因", "原文件行号", "未通过的原因′", "原文件行号′"]
    assert again[1][:2] == ["009", "赵六"]
    again[1][4] = datetime(2020, 7, 1)  # noqa: DTZ001 (as a workbook has it)
    last = read_source("又一次.xlsx", xlsx({"未通过的行": again}))
    guessed = guess_mapping(kind, last.tables[0].header)
    assert apply_import(town.engines, kind, last, 0, guessed, **STAMP).counts["new"] == 1


def test_what_changed_is_listed_before_and_after(town: World) -> None:
    taken(town, "members", HEADER, ROWS[:1])
    source = source_of(HEADER, [["007", "李小明", "", "退休党员", ""]])
    rows = sheets_of(report_of(town, "members", source))["更新的行"]
    assert rows[1:] == [
        [2, "姓名", "王*", "李小明"],
        [2, "党员类别", "在职党员", "退休党员"],
    ]


def test_refused_features_come_back_as_features_and_as_cells(town: World) -> None:
    ring = [[112.5, 29.7], [112.51, 29.7], [112.51, 29.71], [112.5, 29.7]]
    feature = {
        "type": "Feature",
        "properties": {"code": "N1", "name": "新网格", "parent": "NOPE"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    kind = KINDS["units"]
    source = read_source("边界.geojson", json.dumps(document).encode())
    mapping = guess_mapping(kind, source.tables[0].header)
    with town.engines.read() as connection:
        plan = plan_import(connection, kind, source, 0, mapping, now=NOW, actor=STAMP["actor"])
    table = source.tables[0]
    back = json.loads(refused_geojson(table, plan))["features"]
    assert [one["geometry"] for one in back] == [feature["geometry"]]
    assert "NOPE" in back[0]["properties"]["未通过的原因"]
    sheets = sheets_of(refused_workbook(kind, table, plan))
    community = unit_code(town, "community")
    for row in sheets["未通过的行"][1:]:
        row[table.header.index("parent")] = community
    mended = read_source("改好.xlsx", xlsx(sheets))
    index = best_table(kind, mended)
    guessed = guess_mapping(kind, mended.tables[index].header)
    done = apply_import(town.engines, kind, mended, index, guessed, **STAMP)
    assert done.counts["new"] == 1
    boundary = json.loads(rows_of(town.engines, "unit")[-1].boundary)
    assert boundary["type"] == "Polygon"
    assert boundary["coordinates"][0][0] in ring


@pytest.mark.parametrize("count", [0, 1])
def test_a_report_of_nothing_refused_has_its_header_alone(town: World, count: int) -> None:
    content = report_of(town, "members", source_of(HEADER, ROWS[:1] * (count + 1)))
    assert len(sheets_of(content)["未通过的行"]) == 1 + count
