"""An empty file to fill in for each kind: header, an example row that imports, the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from data.importing.kind import Field, Kind, Reading
from data.importing.report import workbook, write_cell
from data.importing.tables import Cell

FILL_IN, RULES = "填写", "说明"
HINT = "下面一行是示例，请改成自己的数据；各列的要求见“说明”"
WIDTH = 16


def template_workbook(connection: Connection, kind: Kind, reading: Reading) -> bytes:
    """A workbook to fill in; its example row fits this database and its method."""
    example = kind.example(connection, reading)

    def fill(book: Any) -> None:
        _sheet(book, kind, example)
        _rules(book, kind, reading)

    return workbook(fill)


def _sheet(book: Any, kind: Kind, example: dict[str, Cell]) -> None:
    sheet = book.add_worksheet(FILL_IN)
    needed = book.add_format({"bold": True, "bg_color": "#F6DCDC"})
    plain = book.add_format({"bold": True, "bg_color": "#E7EEF7"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, one in enumerate(kind.fields):
        write_cell(sheet, 0, column, one.label, needed if one.required else plain)
        sheet.write_comment(0, column, _rule(one), {"x_scale": 2})
        value = example.get(one.key, one.example)
        # codes and words typed below the example stay what was typed
        style = None if isinstance(value, int | float | date) else text
        sheet.set_column(column, column, WIDTH, style)
        if isinstance(value, date):
            sheet.write_datetime(1, column, value, day)
        else:
            write_cell(sheet, 1, column, value, style)
    sheet.freeze_panes(1, 0)


def _rules(book: Any, kind: Kind, reading: Reading) -> None:
    sheet = book.add_worksheet(RULES)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    write_cell(sheet, 0, 0, f"{kind.name}：{HINT}", bold)
    row = 1
    for note in kind.notes:
        write_cell(sheet, row, 0, note)
        row += 1
    for one in kind.fields:
        write_cell(sheet, row + 1, 0, f"{one.label}：{_rule(one)}{_able(one, reading)}", wrap)
        row += 1
    sheet.set_column(0, 0, 100)


def _rule(one: Field) -> str:
    return f"{'必填。' if one.required else ''}{one.rules}"


def _able(one: Field, reading: Reading) -> str:
    words = list(one.choices(reading)) if one.choices else []
    return f"。可填：{'、'.join(words)}" if words else ""
