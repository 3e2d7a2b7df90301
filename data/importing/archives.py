"""What a workbook declares, checked before anything of it is unpacked into memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile, ZipInfo

from data.errors import RuleError
from data.importing.limits import LARGEST_UNPACKED, MOST_MEMBERS, check_size, refuse

CHUNK = 2**20
DAMAGED = "工作簿已损坏或没有传完，请在 Excel 里打开、另存为 XLSX 后再导入"
OTHERS = {
    "word/": "Word 文档",
    "ppt/": "PowerPoint 演示文稿",
    "xl/workbook.bin": "XLSB 工作簿",
    "mimetype": "OpenDocument 文档",
}
# an element c that holds something, and what it holds
_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']\s*([A-Za-z]+)(\d+)\s*[\"'][^>]*(?<!/)>"
)
_FAILED = re.compile(rb"<(?:\w+:)?c\s[^>]*?\bt=\"e\"")
_UNCOUNTED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)")
_BROKEN = (
    BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError,
    OSError, ValueError, OverflowError, KeyError,
)  # fmt: skip


@dataclass
class Survey:
    """What the sheets of a workbook hold: cells with an error, formulas never worked out."""

    failed: int = 0
    uncounted: int = 0
    epoch: int = 1900


def survey(content: bytes) -> Survey:
    """Read a workbook once, piece by piece; RuleError for a bomb, a stranger, damage."""
    try:
        with ZipFile(BytesIO(content)) as book:
            _check_members(book.infolist())
            found = Survey(epoch=_epoch(book))
            for member in book.infolist():
                _read(book, member, found)
            return found
    except RuleError:
        raise
    except _BROKEN as error:
        raise refuse(DAMAGED) from error


def _check_members(members: list[ZipInfo]) -> None:
    names = {member.filename.lower() for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise refuse("压缩包设有密码，请取消密码后再导入")
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > LARGEST_UNPACKED:
        raise refuse(
            f"工作簿解开后有 {size // 2**20} MB、{len(members)} 个部件，"
            f"最多 {LARGEST_UNPACKED // 2**20} MB、{MOST_MEMBERS} 个，"
            "请删去图片和空白行列，或另存为 CSV 再导入"
        )
    if "xl/workbook.xml" not in names:
        kinds = (what for part, what in OTHERS.items() if any(n.startswith(part) for n in names))
        raise refuse(
            f"文件的内容是{next(kinds, '普通的压缩包')}，不是 XLSX 工作簿，"
            "请解压，或在 Excel 里另存为 XLSX 后再导入"
        )


def _epoch(book: ZipFile) -> int:
    name = next(n for n in book.namelist() if n.lower() == "xl/workbook.xml")
    about = book.read(name)
    return 1904 if re.search(rb"date1904\s*=\s*[\"'](1|true)", about) else 1900


def _read(book: ZipFile, member: ZipInfo, found: Survey) -> None:
    """Unpack one part in pieces: its sum must be right and, of a sheet, its extent small."""
    is_sheet = member.filename.lower().startswith("xl/worksheets/") and member.file_size
    rows: set[int] = set()
    columns: set[bytes] = set()
    for piece in _pieces(book, member):
        if is_sheet:
            cells = _CELL.findall(piece)
            columns.update(letters for letters, _ in cells)
            # digits can be many on purpose, and int() of those is slow
            rows.update((int(cells[0][1][:9]), int(cells[-1][1][:9])) if cells else ())
            found.failed += len(_FAILED.findall(piece)) if b't="e"' in piece else 0
            found.uncounted += len(_UNCOUNTED.findall(piece)) if b"</f>" in piece else 0
    if rows:
        numbers = list(map(_column_number, columns))
        height, width = max(rows) - min(rows) + 1, max(numbers) - min(numbers) + 1
        check_size(height, width, f"工作簿的 {member.filename} 里")


def _pieces(book: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """The part in pieces that each end before an element begins."""
    rest = b""
    with book.open(member) as stream:
        while chunk := stream.read(CHUNK):
            piece = rest + chunk
            cut = piece.rfind(b"<c") + 1
            rest = piece[cut - 1 :] if cut else b""
            yield piece[: cut - 1] if cut else piece
    yield rest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:9]:
        number = number * 26 + letter - 64
    return number
