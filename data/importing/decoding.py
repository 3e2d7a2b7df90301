"""Bytes to text: BOM, UTF-8, gb18030, each strictly; text decoded wrongly before is mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from data.importing.limits import refuse

BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
SAMPLE = 1_000  # runs of characters looked at to decide whether a text was decoded wrongly
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# the bytes that cp1252 leaves out stand for themselves, as browsers and Excel have it
_CP1252 = {ord(bytes([n]).decode("cp1252", "ignore") or chr(n)): n for n in range(0x80, 0x100)} | {
    n: n for n in range(0x80, 0x100)
}


@dataclass(frozen=True)
class Decoded:
    """A file's text, what it was decoded with, and what was mended."""

    text: str
    encoding: str
    notes: list[str] = field(default_factory=list)


def decode(content: bytes) -> Decoded:
    """The text of a file; RuleError where no encoding fits or part of it is damaged."""
    text, encoding = _decode(content)
    if "\x00" in text:
        raise refuse(
            "文件里有二进制内容，不是文本表格，或是没有标记的 UTF-16，"
            "请在 Excel 里另存为“CSV UTF-8”再导入"
        )
    mended, how = mend([text])
    if not how:
        return Decoded(text, encoding)
    return Decoded(mended[0], encoding, [mended_note(how)])


def mended_note(how: str) -> str:
    """What to tell of texts that were decoded as ``how``."""
    return f"文字曾被当作 {how} 转存成乱码，已还原为中文，请在预览里核对"


def _decode(content: bytes) -> tuple[str, str]:
    for bom, encoding in BOMS.items():
        if content.startswith(bom):
            return _strict(content.removeprefix(bom), encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged(content, error)
    return _strict(content, "gb18030"), "gb18030"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(
            f"第 {line} 行附近的文字无法按 {encoding} 读出，文件可能没有传完或已损坏，"
            "请重新导出为 UTF-8 后再导入"
        ) from error


def _refuse_damaged(content: bytes, error: UnicodeDecodeError) -> None:
    """UTF-8 with a few bad bytes would read as gb18030, all of it wrong: refuse it."""
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _FOREIGN.findall(text))) - bad
    if good > bad:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(
            f"文件是 UTF-8，但第 {line} 行有损坏的字节（共 {bad} 处），"
            "可能没有传完，请重新导出后再导入"
        )


def mend(texts: list[str]) -> tuple[list[str], str]:
    """UTF-8 that was once decoded as GBK or Latin-1, decoded rightly; and as which, or "".

    RuleError where it was so, but some characters were lost on the way.
    """
    found = chain.from_iterable(map(_FOREIGN.finditer, texts))
    runs = [run[0] for run in islice(found, SAMPLE)]
    for how, back in BACK.items():
        if _was_decoded_as(runs, back):
            again = partial(_mended, back=back, how=how)
            return [_FOREIGN.sub(again, text) for text in texts], how
    return texts, ""


def _was_decoded_as(runs: list[str], back: Callable[[str], bytes | None]) -> bool:
    """Whether going back gives more Chinese than rubbish: of plain Chinese it never does."""
    given = b"\n".join(bytes_ for run in runs if (bytes_ := back(run)))
    text = given.decode("utf-8", "replace")
    return len(_CHINESE.findall(text)) > max(1, text.count("\ufffd"))


def _mended(found: re.Match[str], back: Callable[[str], bytes | None], how: str) -> str:
    try:
        return (back(found[0]) or b"\xff").decode("utf-8")
    except UnicodeDecodeError as error:
        line = found.string.count("\n", 0, found.start()) + 1
        where = f"第 {line} 行的" if line > 1 else ""
        raise refuse(
            f"文字曾被当作 {how} 转存成乱码，{where}“{found[0][:10]}”已丢了字、无法还原，"
            "请从原来的系统重新导出为 UTF-8"
        ) from error


def _as_gbk(run: str) -> bytes | None:
    """What was read as ``run`` in GBK; Windows reads a lone byte 80 as the euro sign."""
    try:
        return b"\x80".join(part.encode("gb18030") for part in run.split("€"))
    except UnicodeEncodeError:
        return None


def _as_latin(run: str) -> bytes | None:
    try:
        return bytes([_CP1252[ord(c)] for c in run])
    except KeyError:
        return None


BACK: dict[str, Callable[[str], bytes | None]] = {"GBK": _as_gbk, "Latin-1": _as_latin}
