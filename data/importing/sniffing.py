"""What a file is by its bytes, and whether its name says the same."""

from __future__ import annotations

import re
from pathlib import PurePath

from data.importing.limits import LARGEST_FILE, refuse

TEXT, WORKBOOK, OLD_WORKBOOK, JSON = "text", "xlsx", "xls", "json"
CLAIMS = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".xls": OLD_WORKBOOK,
    ".geojson": JSON,
    ".topojson": JSON,
    ".json": JSON,
}
KNOWN = "CSV、TSV、XLSX、XLS、GeoJSON、TopoJSON、JSON"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"\x89PNG": "PNG 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"GIF8": "GIF 图片",
    b"BM": "BMP 图片",
    b"II*\x00": "TIFF 图片",
    b"MM\x00*": "TIFF 图片",
    b"RIFF": "图片或音视频",
    b"%PDF": "PDF 文档",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"BZh": "bzip2 压缩包",
    b"\xfd7zXZ": "xz 压缩包",
    b"SQLite format 3\x00": "SQLite 数据库",
    b"\x00\x00\x27\x0a": "Shapefile 图形文件",
    b"PAR1": "Parquet 文件",
    b"{\\rtf": "RTF 文档",
    b"\x7fELF": "程序",
    b"MZ": "程序",
}
NAMES = {
    TEXT: "文本表格（CSV、TSV）",
    WORKBOOK: "Excel 工作簿（XLSX）",
    OLD_WORKBOOK: "旧版 Excel 工作簿（XLS）",
    JSON: "JSON",
}
SUGGESTED = {TEXT: ".csv", WORKBOOK: ".xlsx", OLD_WORKBOOK: ".xls", JSON: ".json 或 .geojson"}
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|meta|style|table|div|\?xml|!--|\w+:)", re.I)
_HELD = re.compile(rb"[^\x00\s\xef\xbb\xbf\xff\xfe]")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sniff(name: str, content: bytes) -> str:
    """text, xlsx, xls or json; RuleError where content is none, or the name claims another."""
    claimed = _claimed(name)
    if not _HELD.search(content):
        raise refuse("文件是空的，请检查是否选错了文件，或重新导出")
    if len(content) > LARGEST_FILE:
        size, most = len(content) // 2**20, LARGEST_FILE // 2**20
        raise refuse(f"文件有 {size} MB，最多 {most} MB，请分成几个文件导入")
    _refuse_foreign(content)
    found = _found(content, claimed)
    if found != claimed:
        raise refuse(
            f"文件名以 {PurePath(name).suffix} 结尾，内容却是{NAMES[found]}，"
            f"请把扩展名改成 {SUGGESTED[found]}，或用正确的格式另存后再导入"
        )
    return found


def _claimed(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in CLAIMS:
        shown = f"“{suffix}”" if suffix else "没有扩展名的文件"
        raise refuse(f"不能读取{shown}，可以导入的有 {KNOWN}，请另存为其中一种")
    return CLAIMS[suffix]


def _refuse_foreign(content: bytes) -> None:
    for magic, what in FOREIGN.items():
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:64]):
            raise refuse(f"文件的内容是{what}，不是表格，请检查是否选错了文件或改错了扩展名")
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise refuse(
            "文件的内容是网页（HTML 或 XML），只是存成了表格的扩展名，"
            "请用 Excel 或 WPS 打开后另存为 XLSX 再导入"
        )
    if content.startswith(OLE) and _ENCRYPTED in content:
        raise refuse("工作簿设有打开密码，请在 Excel 里取消密码、另存后再导入")


def _found(content: bytes, claimed: str) -> str:
    if content.startswith(OLE):
        return OLD_WORKBOOK
    if content.startswith(b"PK"):
        return WORKBOOK
    if claimed in (WORKBOOK, OLD_WORKBOOK) and b"\x00" in content[:4096].removeprefix(b"\xff\xfe"):
        raise refuse(f"文件不是{NAMES[claimed]}，可能没有传完或已损坏，请重新导出后再导入")
    return JSON if _looks_json(content) else TEXT


def _looks_json(content: bytes) -> bool:
    """Whether it opens as a JSON object or list of things; a CSV never does."""
    start = content[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return re.match(rb'\{\s*["}]|\[\s*[\[{\]"\d-]', start) is not None
