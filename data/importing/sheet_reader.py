"""Run as a program of its own: a workbook on stdin, its sheets as lines of JSON on stdout.

The reader of workbooks allocates what a damaged file declares and may abort the process, so
it gets a process with a ceiling of memory (first argument, bytes) and never the app's.
Imports nothing of the project: it starts in a few hundredths of a second.

Lines: one object per sheet (name, hidden, first, columns, merged), then its rows, each a
list; a moment is ["t", ISO], a day ["d", ISO].  Or one line {"error": kind}.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)


def main() -> int:
    limit_memory(int(sys.argv[1]))
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        write_sheets(sys.stdin.buffer.read(), out, int(sys.argv[2]))
    except PasswordError:
        put(out, {"error": "password"})
    except MemoryError:
        put(out, {"error": "memory"})
    except BaseException as error:  # the reader's panics are no Exception
        put(out, {"error": "damaged", "why": str(error)[:200]})
    out.flush()
    return 0


def limit_memory(ceiling: int) -> None:
    """At most so many bytes from here on, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def write_sheets(content: bytes, out: io.TextIOWrapper, most_cells: int) -> None:
    with load_workbook(io.BytesIO(content)) as book:
        sheets = [s for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
        for about in sheets:
            hidden = about.visible is not SheetVisibleEnum.Visible
            if hidden:
                put(out, {"name": about.name, "hidden": True})
            else:
                write_sheet(book.get_sheet_by_name(about.name), out, most_cells)


def write_sheet(sheet: CalamineSheet, out: io.TextIOWrapper, most_cells: int) -> None:
    head = {"name": sheet.name, "hidden": False, "first": sheet.start or (0, 0)}
    head |= {"rows": sheet.height, "columns": sheet.width}
    head["merged"] = (sheet.merged_cell_ranges or [])[:100_000]
    put(out, head)
    if sheet.height * sheet.width <= most_cells:
        above = sheet.start[0] if sheet.start else 0  # blank rows, given all the same
        for row in islice(sheet.iter_rows(), above, None):
            put(out, row)


def put(out: io.TextIOWrapper, value: Any) -> None:
    json.dump(value, out, ensure_ascii=False, default=plain)
    out.write("\n")


def plain(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
