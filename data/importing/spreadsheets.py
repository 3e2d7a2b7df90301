"""XLSX and XLS workbooks as grids, one for each sheet that is shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.importing.archives import DAMAGED, Survey, survey
from data.importing.decoding import mend, mended_note
from data.importing.grids import Grid, clean_rows
from data.importing.limits import MOST_CELLS, check_size, refuse
from data.importing.tables import Cell

READER = Path(__file__).with_name("sheet_reader.py")
CEILING = 1536 * 2**20  # bytes that the reader may take
LONGEST_WAIT = 180  # seconds
# [MS-XLS] 2.1.7.20.3: the record Date1904 is followed by CalcPrecision
_DATE1904 = re.compile(rb"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00")
# the same, 2.1.7.20.3: BOF of the workbook, WriteProtect perhaps, then FilePass
_LOCKED = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.S)
_WHY = {
    "password": "工作簿设有打开密码，请在 Excel 里取消密码、另存后再导入",
    "memory": "工作簿声明的范围过大，读不下，请删去空白的行列，或另存为 CSV 再导入",
    "damaged": DAMAGED,
}


def read_workbook(kind: str, content: bytes) -> tuple[list[Grid], list[str]]:
    """The sheets that are shown, and notes on the workbook as a whole."""
    found = survey(content) if kind == "xlsx" else _survey_old(content)
    grids, notes = _grids(_read_apart(content), found.epoch)
    notes += _mend_grids(grids)
    if found.failed:
        notes.append(f"有 {found.failed} 格是公式错误（如 #N/A），按空白读取")
    if found.uncounted:
        notes.append(
            f"有 {found.uncounted} 格公式还没有算出结果，按空白读取；"
            "请在 Excel 里打开并保存一次再导入"
        )
    return grids, notes


def _survey_old(content: bytes) -> Survey:
    if _LOCKED.search(content):
        raise refuse(_WHY["password"])
    return Survey(epoch=1904 if _DATE1904.search(content) else 1900)


def _read_apart(content: bytes) -> Iterator[Any]:
    """What the reader writes, line by line, out of a process of its own."""
    command = [sys.executable, "-I", str(READER), str(CEILING), str(MOST_CELLS)]
    quiet = os.environ | {"RUST_BACKTRACE": "0"}  # to write one out takes seconds
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=content,
            capture_output=True,
            timeout=LONGEST_WAIT,
            check=False,
            env=quiet,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("读取工作簿用时过长，请删去空白的行列，或另存为 CSV 再导入") from error
    if done.returncode:  # it was stopped, mostly for want of memory
        raise refuse(_WHY["memory" if b"memory" in done.stderr else "damaged"])
    return map(json.loads, done.stdout.split(b"\n")[:-1])


def _grids(lines: Iterator[Any], epoch: int) -> tuple[list[Grid], list[str]]:
    grids: list[Grid] = []
    hidden: list[str] = []
    for line in lines:
        if isinstance(line, list):
            grids[-1].rows.append(_cells(line))
        elif "error" in line:
            raise refuse(_WHY[line["error"]])
        elif line["hidden"]:
            hidden.append(line["name"])
        else:
            grids.append(_grid(line, epoch))
    for grid in grids:
        grid.rows = clean_rows(grid.rows)
    names = "、".join(hidden[:5])
    return grids, [f"隐藏的工作表没有读：{names}"] if hidden else []


def _grid(line: dict[str, Any], epoch: int) -> Grid:
    """A grid without its rows yet."""
    check_size(line["rows"], line["columns"], f"工作表“{line['name']}”")
    top, left = line["first"]
    merged = [
        ((r1 - top, c1 - left), (r2 - top, c2 - left))
        for (r1, c1), (r2, c2) in line["merged"]
        if r1 >= top and c1 >= left  # else the cell that holds its value is blank
    ]
    numbers = list(range(top + 1, top + 1 + line["rows"]))
    return Grid(line["name"], [], numbers, merged=merged, epoch=epoch)


def _cells(row: list[Any]) -> list[Cell]:
    if any(isinstance(cell, list) for cell in row):
        return [_moment(*cell) if isinstance(cell, list) else cell for cell in row]
    return row


def _moment(kind: str, text: str) -> date | datetime:
    return datetime.fromisoformat(text) if kind == "t" else date.fromisoformat(text)


def _mend_grids(grids: list[Grid]) -> list[str]:
    """Mend texts that came into the workbook already decoded wrongly."""
    texts = [c for grid in grids for row in grid.rows for c in row if isinstance(c, str)]
    mended, how = mend(texts)
    if not how:
        return []
    by_text = dict(zip(texts, mended, strict=True))
    for grid in grids:
        grid.rows = [[by_text[c] if isinstance(c, str) else c for c in r] for r in grid.rows]
    return [mended_note(how)]
