"""Bytes to text: which encoding, what is mended, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.importing.decoding import decode, mend

TEXT = "编号,网格名称,联系人\n001,幸福里第一网格,张三\n"
HANZI = st.text(
    st.sampled_from("党建引领网格治理社区街道幸福里第一二三号楼"), min_size=1, max_size=12
)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        ("㐀𠀀,一\n甲,乙\n".encode("gb18030"), "gb18030"),  # four bytes each: GBK cannot
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"), "utf-32-le"),
    ],
)
def test_each_encoding_is_known(content: bytes, encoding: str) -> None:
    decoded = decode(content)
    assert decoded.encoding == encoding
    assert decoded.text in (TEXT, "㐀𠀀,一\n甲,乙\n")
    assert decoded.notes == []


def test_one_flipped_byte_does_not_turn_utf8_into_gb18030() -> None:
    content = bytearray(TEXT.encode())
    content[content.index("幸".encode()) + 1] = 0x41
    with pytest.raises(RuleError, match=r"第 2 行有损坏的字节") as refused:
        decode(bytes(content))
    assert refused.value.field == "文件"


def test_utf8_cut_within_a_character_is_refused() -> None:
    with pytest.raises(RuleError, match="可能没有传完"):
        decode(TEXT.encode()[:-2])


@pytest.mark.parametrize("content", [TEXT.encode("gb18030") + b"\xff\xff", b"\xff\xfea"])
def test_what_no_encoding_fits_is_refused(content: bytes) -> None:
    with pytest.raises(RuleError, match="无法按"):
        decode(content)


def test_utf16_without_a_mark_is_refused() -> None:
    with pytest.raises(RuleError, match="没有标记的 UTF-16"):
        decode("a,b\n1,2\n".encode("utf-16-le"))


def as_windows_reads(content: bytes) -> str:
    """UTF-8 decoded as code page 936: in pairs, a byte 80 alone being the euro sign."""
    if not content:
        return ""
    if content[0] < 0x80:
        return chr(content[0]) + as_windows_reads(content[1:])
    if content[0] == 0x80:
        return "€" + as_windows_reads(content[1:])
    return content[:2].decode("gb18030") + as_windows_reads(content[2:])


def survives_gbk(word: str) -> bool:
    """Whether no byte of a word is left without its pair."""
    try:
        return "\ufffd" not in as_windows_reads(word.encode())
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("how", ["GBK", "Latin-1"])
def test_utf8_once_decoded_wrongly_is_mended_and_said(how: str) -> None:
    text = "单位,网格\n幸福社区,二三网格\n"  # an even number of characters survives GBK
    content = text.encode()
    decoded = decode(
        (as_windows_reads(content) if how == "GBK" else content.decode("latin-1")).encode()
    )
    assert decoded.text == text
    assert len(decoded.notes) == 1
    assert how in decoded.notes[0]
    assert "核对" in decoded.notes[0]


def test_the_windows_variant_of_latin_1_is_mended() -> None:
    text = "单位,网格员“甲”…\n"
    seen = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    assert decode(seen.encode()).text == text


def test_the_euro_sign_of_windows_is_mended() -> None:
    text = "单位,一网格\n社区,一社区\n"  # 一 is E4 B8 80
    seen = as_windows_reads(text.encode())
    assert "€" in seen
    assert decode(seen.encode()).text == text


def test_what_lost_characters_on_the_way_is_refused() -> None:
    text = "单位,网格员,姓名\n幸福社区,李小四,王五\n"  # three characters are nine bytes
    seen = text.encode().decode("gbk", "replace")
    with pytest.raises(RuleError, match="已丢了字、无法还原"):
        decode(seen.encode())


def test_ordinary_text_is_no_mojibake() -> None:
    for text in ("Café,naïve\n1,2\n", "浒湛滕濮,嵇娄缪阙\n阚栾,桑柴\n", "Ωμέγα,ß\n1,2\n", TEXT):
        assert decode(text.encode()).text == text


@given(st.lists(HANZI, min_size=2, max_size=20))
def test_chinese_is_never_taken_for_mojibake(words: list[str]) -> None:
    assert mend(words) == (words, "")


@given(st.lists(HANZI, min_size=2, max_size=20))
def test_latin_1_mojibake_is_always_mended(words: list[str]) -> None:
    spoiled = [word.encode().decode("latin-1") for word in words]
    assert mend(spoiled) == (words, "Latin-1")


@given(st.lists(HANZI.filter(survives_gbk), min_size=2, max_size=20))
def test_gbk_mojibake_that_lost_nothing_is_always_mended(words: list[str]) -> None:
    spoiled = [as_windows_reads(word.encode()) for word in words]
    assert mend(spoiled) == (words, "GBK")
