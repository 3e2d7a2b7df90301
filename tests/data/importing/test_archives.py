"""What a workbook declares: bombs, strangers and damage are refused before unpacking."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from data.errors import RuleError
from data.importing import archives
from data.importing.archives import survey
from tests.data.importing.files import xlsx

ROWS = [["编号", "姓名"], ["001", "张三"]]
SHEET = "xl/worksheets/sheet1.xml"


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_refused_by_what_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_UNPACKED", 2**20)
    bomb = zipped(**{"xl/workbook.xml": b"<x/>", SHEET: b" " * 2**22})
    assert len(bomb) < 10_000
    with pytest.raises(RuleError, match="解开后有 4 MB"):
        survey(bomb)


def test_a_bomb_that_declares_little_is_damaged() -> None:
    bomb = zipped(**{"xl/workbook.xml": b"<x/>", SHEET: b" " * 2**22})
    small = bomb.replace(struct.pack("<I", 2**22), struct.pack("<I", 9))
    assert small != bomb
    with pytest.raises(RuleError, match="已损坏"):
        survey(small)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    with pytest.raises(RuleError, match="个部件"):
        survey(xlsx({"a": ROWS}))


@pytest.mark.parametrize(
    ("part", "what"),
    [("word/document.xml", "Word"), ("ppt/a.xml", "PowerPoint"), ("a.txt", "普通的压缩包"),
     ("xl/workbook.bin", "XLSB"), ("mimetype", "OpenDocument")],
)  # fmt: skip
def test_another_kind_of_archive_is_named(part: str, what: str) -> None:
    with pytest.raises(RuleError, match=what):
        survey(zipped(**{part: b"x"}))


def test_a_flipped_bit_and_a_cut_are_damage() -> None:
    whole = xlsx({"a": ROWS})
    for content in (whole[: len(whole) // 2], whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]):
        with pytest.raises(RuleError, match="已损坏或没有传完"):
            survey(content)


def test_cells_are_found_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "CHUNK", 7)  # so that every element is cut somewhere
    for cell in (
        b'<c r="ZZZ1"><v>1</v></c>',
        b"<x:c s='1' r = 'ZZZ1' t='s'><x:v>1</x:v></x:c>",
        b'<c t="n" r="zzz1"><v>1</v></c>',
    ):
        parts = {"xl/workbook.xml": b"<x/>", SHEET: b'<row r="1"><c r="A1"><v>1</v></c>' + cell}
        with pytest.raises(RuleError, match="18278 列"):
            survey(zipped(**parts))


def test_a_row_number_of_many_digits_is_refused() -> None:
    cell = b'<c r="A%s"><v>1</v></c>' % (b"9" * 5000)
    with pytest.raises(RuleError, match="999999999 行"):
        survey(zipped(**{"xl/workbook.xml": b"<x/>", SHEET: b'<c r="A1"><v>1</v></c>' + cell}))


@pytest.mark.parametrize(("about", "epoch"), [(b"1", 1904), (b"true", 1904), (b"0", 1900)])
def test_the_epoch(about: bytes, epoch: int) -> None:
    assert survey(zipped(**{"xl/workbook.xml": b'<pr date1904="%s"/>' % about})).epoch == epoch
