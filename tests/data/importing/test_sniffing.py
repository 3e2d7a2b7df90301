"""A file that is not what it claims gets a plain message."""

from __future__ import annotations

import re

import pytest

from data.errors import RuleError
from data.importing import sniffing
from data.importing.sniffing import OLE, sniff
from tests.data.importing.files import compound, xls, xlsx

BOOK = xlsx({"甲": [["编号"], ["1"]]})
OLD = xls({"甲": [["编号"], ["1"]]})


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", "编号,名称\n1,甲\n".encode(), "text"),
        ("A.TSV", b"a\tb\n", "text"),
        ("a.txt", "编号\n".encode("utf-16"), "text"),
        ("a.csv", b"BM,a\n1,2\n", "text"),  # begins as a BMP would
        ("a.csv", b'"[1]",b\n1,2\n', "text"),
        ("a.xlsx", BOOK, "xlsx"),
        ("a.xls", OLD, "xls"),
        ("a.geojson", b'{"type": "Feature"}', "json"),
        ("a.json", "\ufeff [{}]".encode(), "json"),
        ("a.json", '{"a": 1}'.encode("utf-16"), "json"),
    ],
)
def test_what_a_file_is(name: str, content: bytes, kind: str) -> None:
    assert sniff(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "文件是空的"),
        ("a.xlsx", bytes(5000), "文件是空的"),
        ("a.xls", BOOK, r"以 \.xls 结尾，内容却是Excel 工作簿（XLSX）.*改成 \.xlsx"),
        ("a.xlsx", OLD, r"以 \.xlsx 结尾，内容却是旧版 Excel"),
        ("a.csv", BOOK, "内容却是Excel 工作簿"),
        ("a.xls", "编号\t名称\n1\t甲\n".encode("gb18030"), r"内容却是文本表格.*改成 \.csv"),
        ("a.csv", b'{"a": [1]}', "内容却是JSON"),
        ("a.json", b"a,b\n1,2\n", "内容却是文本表格"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", "网页.*另存为 XLSX"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "网页（HTML 或 XML）"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "PNG 图片"),
        ("a.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG 图片"),
        ("a.csv", b"BM\x00\x00\x00\x00", "BMP 图片"),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.xlsx", compound("EncryptedPackage", b"x"), "打开密码"),
        ("a.xlsx", b"\x01\x02\x00\x03" * 99, "可能没有传完或已损坏"),
        ("a.doc", OLE, "不能读取“.doc”.*可以导入的有 CSV"),
        ("名册", b"a,b", "没有扩展名"),
    ],
)
def test_what_is_something_else_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(RuleError) as refused:
        sniff(name, content)
    assert re.search(why, refused.value.message), refused.value.message
    assert refused.value.field == "文件"


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "LARGEST_FILE", 2**20)
    with pytest.raises(RuleError, match="文件有 2 MB，最多 1 MB"):
        sniff("a.csv", b"a" * 2**21)
