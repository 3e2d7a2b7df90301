"""Files for the tests of importing, made in memory: workbooks, old workbooks, texts."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

import xlsxwriter

Sheets = dict[str, list[list[Any]]]
DATE_FORMAT = 1  # the XF of xls() that shows a moment
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xlsx(
    sheets: Sheets,
    finish: Callable[[xlsxwriter.Workbook], None] | None = None,
    **options: Any,
) -> bytes:
    """An XLSX workbook of these rows; ``finish`` may add to it."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True} | options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if hasattr(cell, "year"):
                        sheet.write_datetime(at, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write(at, column, cell)
        if finish:
            finish(book)
    return out.getvalue()


def xls(
    sheets: Sheets,
    *,
    mac: bool = False,
    merged: tuple[tuple[int, int, int, int], ...] = (),
    locked: bool = False,
    extent: tuple[int, int] | None = None,
) -> bytes:
    """A BIFF8 workbook of texts, numbers and ("date", serial) pairs.

    ``merged``: first and last row, first and last column.  ``extent``: rows and columns
    that the sheets declare, instead of what they hold.
    """
    streams = [_sheet(rows, merged, extent) for rows in sheets.values()]
    head = _record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 6))
    if locked:
        head += _record(0x2F, struct.pack("<HHHH", 1, 1, 1, 4) + bytes(48))
    head += _record(0x42, struct.pack("<H", 1200)) + _record(0x22, struct.pack("<H", mac))
    head += _record(0x0E, struct.pack("<H", 1))
    head += b"".join(_record(0xE0, struct.pack("<HH", 0, n) + bytes(16)) for n in (0, 22))
    bounds = [_record(0x85, bytes(6) + _short(name)) for name in sheets]
    place = len(head) + sum(map(len, bounds)) + 4
    for name, stream in zip(sheets, streams, strict=True):
        head += _record(0x85, struct.pack("<IBB", place, 0, 0) + _short(name))
        place += len(stream)
    return _compound(head + _record(0x0A, b"") + b"".join(streams))


def _sheet(
    rows: list[list[Any]],
    merged: tuple[tuple[int, int, int, int], ...],
    extent: tuple[int, int] | None,
) -> bytes:
    height, width = extent or (len(rows), max(map(len, rows)))
    out = _record(0x0809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6))
    out += _record(0x200, struct.pack("<IIHHH", 0, height, 0, width, 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HH", at, column)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                data = place + struct.pack("<HHB", 0, len(text) // 2, 1) + text
                out += _record(0x204, data)
            elif isinstance(cell, tuple):
                out += _record(0x203, place + struct.pack("<Hd", DATE_FORMAT, cell[1]))
            elif cell is not None:
                out += _record(0x203, place + struct.pack("<Hd", 0, cell))
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *one) for one in merged)
        out += _record(0xE5, struct.pack("<H", len(merged)) + ranges)
    return out + _record(0x0A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def compound(name: str, stream: bytes) -> bytes:
    """An OLE file with one stream."""
    return _compound(stream, name)


def _compound(stream: bytes, name: str = "Workbook") -> bytes:
    """One stream as an OLE compound file: header, FAT sectors, directory, stream."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    fats = -(-(sectors + 1) // 127)
    chain = [*range(fats + 2, fats + 1 + sectors), _END]
    fat = [_FAT] * fats + [_END] + chain
    fat += [_FREE] * (fats * 128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats)
    head += struct.pack("<IIIIIII", fats, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    root = _entry("Root Entry", 5, 1, _END, 0)
    book = _entry(name, 2, _FREE, fats + 1, len(stream))
    return head + struct.pack(f"<{len(fat)}I", *fat) + root + book + bytes(256) + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
