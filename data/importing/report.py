"""What an import left out, as a file to put right and import again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from data.importing.kind import Kind
from data.importing.mapping import AGAIN, NUMBER, REASON
from data.importing.plan import STATES, Plan
from data.importing.tables import Cell, RawTable

REFUSED, SUMMARY, CHANGED = "未通过的行", "汇总", "更新的行"
LONGEST_CELL = 32_767  # characters that a cell of a workbook holds
GEOMETRY = "geometry"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TALLEST, WIDEST = 60, 40  # rows looked at for a column's width, and its limit


def workbook(fill: Callable[[Any], None]) -> bytes:
    """A workbook in which text stays text, filled by ``fill``."""
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, **PLAIN}) as book:
        fill(book)
    return held.getvalue()


def write_cell(sheet: Any, row: int, column: int, value: Cell, style: Any = None) -> None:
    """One cell by its type: text is never taken for a formula, a number or an address."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, date | datetime):
        sheet.write_string(row, column, _written(value), style)
    else:
        sheet.write_string(row, column, value[:LONGEST_CELL], style)


def _written(value: date) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()


def refused_workbook(kind: Kind, table: RawTable, plan: Plan) -> bytes:
    """The refused rows as they stood, with the reasons beside them, to mend and import again.

    The first sheet has the file's own header, so that the same mapping fits; the reasons
    stand in two columns after it, which an import passes over.
    """

    def fill(book: Any) -> None:
        bold = book.add_format({"bold": True, "bg_color": "#E7EEF7"})
        _refused(book.add_worksheet(REFUSED), bold, table, plan)
        _changed(book.add_worksheet(CHANGED), bold, plan)
        _summary(book.add_worksheet(SUMMARY), bold, kind, plan)

    return workbook(fill)


def _refused(sheet: Any, bold: Any, table: RawTable, plan: Plan) -> None:
    positions = plan.positions("refused")
    shapes = table.geometries
    header = [*table.header, *([GEOMETRY] if shapes else [])]
    told = _fresh(header, REASON), _fresh(header, NUMBER)
    rows: list[list[Cell]] = []
    for position in positions:
        shape = [_shape(shapes[position])] if shapes else []
        said: list[Cell] = [plan.reasons[position], plan.numbers[position]]
        rows.append([*table.rows[position], *shape, *said])
    _sheet(sheet, bold, [*header, *told], rows)


def _fresh(header: list[str], title: str) -> str:
    """A title that no column of the file has: a report of a report has its own."""
    while title in header:
        title += AGAIN
    return title


def _shape(geometry: dict[str, Any] | None) -> str | None:
    """A geometry as text, where a cell can hold it."""
    text = None if geometry is None else json.dumps(geometry, separators=(",", ":"))
    return text if text is None or len(text) <= LONGEST_CELL else "（太大，请改用 GeoJSON 文件）"


def _changed(sheet: Any, bold: Any, plan: Plan) -> None:
    rows: list[list[Cell]] = [
        [plan.numbers[position], change.label, change.before, change.after]
        for position, changes in sorted(plan.changes.items())
        for change in changes
    ]
    _sheet(sheet, bold, [NUMBER, "内容", "原来", "改为"], rows)


def _summary(sheet: Any, bold: Any, kind: Kind, plan: Plan) -> None:
    rows: list[list[Cell]] = [["数据", kind.name]]
    rows += [[STATES[state], count] for state, count in plan.counts.items()]
    rows += [["说明", note] for note in plan.notes]
    for label, words in plan.unmapped.items():
        rows += [[f"不认识的{label}", f"{word}（{count} 行）"] for word, count in words.items()]
    _sheet(sheet, bold, ["项目", "内容"], rows)


def _sheet(sheet: Any, bold: Any, header: list[str], rows: list[list[Cell]]) -> None:
    for column, title in enumerate(header):
        write_cell(sheet, 0, column, title, bold)
        sheet.set_column(column, column, _width(title, [row[column] for row in rows[:TALLEST]]))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(sheet, number, column, value)
    sheet.freeze_panes(1, 0)


def _width(title: str, cells: list[Cell]) -> float:
    """Wide enough for Chinese, which takes two places a character."""
    lengths = [sum(2 if ord(c) > 255 else 1 for c in str(x)) for x in (title, *cells) if x]
    return min(WIDEST, 2 + max(lengths, default=8))


def refused_geojson(table: RawTable, plan: Plan) -> str:
    """The refused features of a GeoJSON as a file of their own, with the reasons."""
    shapes = table.geometries or [None] * len(table.rows)
    features = [
        {
            "type": "Feature",
            "properties": {
                **{k: _plain(v) for k, v in zip(table.header, table.rows[n], strict=True)},
                REASON: plan.reasons[n],
                NUMBER: plan.numbers[n],
            },
            "geometry": shapes[n],
        }
        for n in plan.positions("refused")
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _plain(value: Cell) -> Any:
    return _written(value) if isinstance(value, date) else value
