"""Damaged files: each is refused clearly or read rightly, and nothing else ever happens.

2,000 files in full: cut short, with flipped bits, under another extension, bombs, ten
thousand columns, a gigabyte declared.  The short version takes some of each.
"""

from __future__ import annotations

import json
import random
import re
import resource
import struct
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from data.errors import RuleError
from data.importing.sources import Source, read_source
from tests.data.importing.files import xls, xlsx

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
MOST_MEMORY = 400 * 2**20  # bytes that all of them together may add
HEAD = ["编号", "标题", "登记时间", "户数", "网格"]
BODY = [
    [f"{n:06}", f"诉求{n}：“楼道灯”坏了", f"2023/1/{n % 28 + 1} 下午3:20", n % 90, "幸福里第一网格"]
    for n in range(40)
]
AT = datetime.fromisoformat("2023-01-05 15:20")
RING = [[116.1, 39.9], [116.1, 40.0], [116.2, 40.0], [116.1, 39.9]]
Spoil = Callable[[random.Random, str, bytes], tuple[str, bytes]]


def whole_files() -> dict[str, bytes]:
    """One sound file of each format."""
    lines = "\n".join(",".join(map(str, row)) for row in [HEAD, *BODY]) + "\n"
    rows = [HEAD, *([*row[:2], AT, *row[3:]] for row in BODY)]
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(HEAD, row, strict=True)),
            "geometry": {"type": "Polygon", "coordinates": [RING]},
        }
        for row in BODY
    ]
    topology = {
        "type": "Topology",
        "objects": {"grids": {"type": "Polygon", "arcs": [[0]], "properties": {"名": "甲"}}},
        "arcs": [RING],
    }
    return {
        "a.csv": lines.encode(),
        "b.csv": lines.encode("gb18030"),
        "a.tsv": lines.replace(",", "\t").encode("utf-16"),
        "a.xlsx": xlsx({"甲": rows, "乙": rows}),
        "a.xls": xls({"甲": [HEAD, *BODY]}, merged=((1, 3, 4, 4),)),
        "a.geojson": json.dumps({"type": "FeatureCollection", "features": features}).encode(),
        "a.topojson": json.dumps(topology).encode(),
        "a.json": json.dumps([dict(zip(HEAD, row, strict=True)) for row in BODY]).encode(),
    }


def cut(rng: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    return name, content[: rng.randrange(len(content))]


def flipped(rng: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    """One to eight bits turned, in old workbooks as often among the records as anywhere."""
    spoiled = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return name, bytes(spoiled)


def renamed(rng: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    names = ["a.csv", "a.xlsx", "a.xls", "a.geojson", "a.json", "a.png", "a"]
    return rng.choice([other for other in names if other != name]), content


def bomb(rng: random.Random, _: str, content: bytes) -> tuple[str, bytes]:
    """A sheet of blanks that unpacks to half a gigabyte, or says that it is small."""
    size = rng.randint(430, 600) * 2**20
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 2**20)
    said = size if rng.random() < 0.7 else rng.randint(1, 999)
    return "a.xlsx", out.getvalue().replace(struct.pack("<I", 2**20), struct.pack("<I", said))


def with_far_cell(content: bytes, row: int, column: str) -> bytes:
    """A workbook with one more cell, far away, in each sheet."""
    out = BytesIO()
    cell = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(BytesIO(content)) as book, zipfile.ZipFile(out, "w") as more:
        for name in book.namelist():
            more.writestr(name, book.read(name).replace(b"</sheetData>", cell.encode()))
    return out.getvalue()


def wide(rng: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    """Ten thousand columns, as text or as records or as one far cell of a workbook."""
    kind = rng.randrange(3)
    if kind == 0:
        return "a.csv", (",".join(f"列{n}" for n in range(10_000)) + "\n1\n").encode()
    if kind == 1:
        return "a.json", json.dumps([{f"列{n}": n for n in range(10_000)}]).encode()
    return "a.xlsx", with_far_cell(content, 2, rng.choice(["NTP", "PPP", "XFD"]))


def huge(rng: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    """A gigabyte declared: by the extent of a sheet, by a far cell, by a part's size."""
    kind = rng.randrange(3)
    if kind == 0:
        rows = 2 ** rng.randint(16, 31)
        return "a.xls", xls({"甲": [HEAD, *BODY]}, extent=(rows, 65_535))
    if kind == 1:
        return "a.xlsx", with_far_cell(content, rng.randint(900_000, 1_048_576), "BEQ")
    out = BytesIO(content)
    with zipfile.ZipFile(out) as archive:
        sizes = [member.file_size for member in archive.infolist()]
    size = struct.pack("<I", rng.choice(sizes))
    return "a.xlsx", content.replace(size, struct.pack("<I", 2**30))


WAYS: dict[str, tuple[Spoil, tuple[str, ...], int, int]] = {  # of which files; short and in full
    "截断": (cut, (), 40, 550),
    "翻转": (flipped, (), 48, 700),
    "改名": (renamed, (), 24, 250),
    "炸弹": (bomb, ("a.xlsx",), 4, 150),
    "万列": (wide, ("a.xlsx",), 4, 150),
    "巨幅": (huge, ("a.xlsx",), 6, 200),
}


def outcome(name: str, content: bytes) -> Source | RuleError:
    """The file read, or the refusal; any other error fails the drill."""
    try:
        return read_source(name, content)
    except RuleError as error:
        return error


def check_read(source: Source) -> None:
    """What was read is whole in itself: no row is longer than its header, none is lost."""
    assert source.tables
    for table in source.tables:
        assert len(set(table.header)) == len(table.header)
        assert len(table.numbers) == len(table.rows)
        assert all(len(row) == len(table.header) for row in table.rows)
        assert table.geometries is None or len(table.geometries) == len(table.rows)
        assert set(table.broken) <= set(range(len(table.rows)))


def test_damaged_files_are_refused_or_read_and_never_crash(full: bool) -> None:
    rng = random.Random(5)
    whole = whole_files()
    sound = {name: read_source(name, content) for name, content in whole.items()}
    assert all(len(source.tables[0].rows) in (1, 40) for source in sound.values())
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    counts: Counter[str] = Counter()
    slowest = 0.0
    for way, (spoil, only, few, many) in WAYS.items():
        for n in range(many if full else few):
            origin = (only or tuple(whole))[n % len(only or whole)]
            name, content = spoil(rng, origin, whole[origin])
            begun = time.monotonic()
            found = outcome(name, content)
            slowest = max(slowest, time.monotonic() - begun)
            counts[f"{way}{'拒绝' if isinstance(found, RuleError) else '读入'}"] += 1
            if isinstance(found, RuleError):
                assert CHINESE.search(found.message), found.message
                assert (found.field, len(found.message) <= 400) == ("文件", True)
            else:
                check_read(found)
                same = replace(found, sha256="") == replace(sound[origin], sha256="")
                # a checksum stands over all that a workbook holds
                assert same or not name.endswith(".xlsx") or way == "改名"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MOST_MEMORY
    assert counts["炸弹读入"] + counts["万列读入"] == 0
    files = counts.total()
    assert files == (2_000 if full else 126)
    print(
        f"\n损坏的文件 {files} 个：{dict(counts)}，共 {time.monotonic() - started:.1f} 秒，"
        f"最慢一个 {slowest:.2f} 秒，内存多用 {grown // 2**20} MB"
    )
