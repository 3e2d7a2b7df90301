"""Reading a file: what it is, and the tables in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePath

from data.importing.calm import calm
from data.importing.decoding import decode
from data.importing.delimited import read_delimited
from data.importing.limits import refuse
from data.importing.regions import find_tables
from data.importing.sniffing import JSON, TEXT, sniff
from data.importing.spreadsheets import read_workbook
from data.importing.structured import read_structured
from data.importing.tables import RawTable


@dataclass(frozen=True)
class Source:
    """A file that was read.

    ``kind``: csv, xlsx, xls, geojson, topojson or json.  ``encoding``: what the text was
    decoded with, "" for a workbook.  ``notes``: what was noticed or mended in the file as a
    whole.  ``crs``: the coordinate system that a GeoJSON names, as written there.
    ``sha256``: of the file's content, by which an import is known again.
    """

    name: str
    kind: str
    encoding: str
    tables: list[RawTable]
    notes: list[str]
    crs: str | None = None
    sha256: str = ""


def read_source(name: str, content: bytes) -> Source:
    """The tables of the file ``name``; RuleError (文件) where it cannot be read."""
    with calm():
        return replace(_read(name, content), sha256=sha256(content).hexdigest())


def _read(name: str, content: bytes) -> Source:
    found = sniff(name, content)
    if found == TEXT:
        return _read_text(name, content)
    if found == JSON:
        return _read_json(name, content)
    grids, notes = read_workbook(found, content)
    tables = [table for grid in grids for table in find_tables(grid)]
    _need(tables)
    return Source(name, found, "", tables, notes)


def _read_text(name: str, content: bytes) -> Source:
    decoded = decode(content)
    tables = find_tables(read_delimited(PurePath(name).stem, decoded.text))
    _need(tables)
    return Source(name, "csv", decoded.encoding, tables, decoded.notes)


def _read_json(name: str, content: bytes) -> Source:
    decoded = decode(content)
    found = read_structured(PurePath(name).stem, decoded.text)
    _need(found.tables)
    return Source(name, found.kind, decoded.encoding, found.tables, decoded.notes, found.crs)


def _need(tables: list[RawTable]) -> None:
    if not any(table.rows for table in tables):
        raise refuse("没有找到表格：要有一行列名，下面至少一行数据，请检查文件或按模板填写")
