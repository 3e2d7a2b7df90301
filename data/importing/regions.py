"""The tables within a sheet: regions between blank rows and columns, as Excel sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from data.importing.grids import Grid, fill_merged
from data.importing.headers import header_at, is_header, is_title, is_value, names_of
from data.importing.limits import MOST_TABLES, refuse
from data.importing.tables import Cell, RawTable

TOTALS = frozenset(("合计", "总计", "小计", "共计", "累计", "总数", "本页合计", "total", "Total"))
_TOTAL_FIRST = frozenset(total[0] for total in TOTALS)
_FOOTER = re.compile(r"(填表|制表|填报|审核|复核|负责|经办|单位负责|备注|注|说明|日期).{0,6}[:：]")
_LOOK = 50  # rows that tell what a column holds
_DEEPEST = 4  # rows of a header
_EDGE = 15  # rows at either end of a table among which titles and footers stand
_SHOWN = 8  # row numbers named in a note

_Groups = dict[int, tuple[int, set[int]]]


@dataclass
class _Region:
    """A table being read: its columns in the grid, and the positions of its rows."""

    first: int
    last: int
    header: list[str]
    names: list[Cell]  # the header's lowest row as it stands
    rows: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)


def find_tables(grid: Grid) -> list[RawTable]:
    """Every table of a sheet that has a header and a row; [] where there is none."""
    groups = _groups(grid)
    merged = fill_merged(grid)
    regions: list[_Region] = []
    open_: list[_Region] = []
    strays: list[int] = []
    for block in _blocks(grid.rows):
        if open_ and _continues(grid.rows, block, open_):
            for region in open_:
                region.rows += block
            continue
        lone = len(block) == 1 and is_title(grid.rows[block[0]])
        found = [] if lone else _open_regions(grid.rows, block, groups)
        if found:
            open_ = found
            regions += found
            if len(regions) > MOST_TABLES:
                raise refuse(
                    f"“{grid.name}”里的表格超过 {MOST_TABLES} 个，请一张工作表只放一个表格"
                )
        else:
            strays += block
    tables = [t for r in regions if (t := _table(grid, r)) is not None]
    return _named(grid, tables, strays, merged)


def _groups(grid: Grid) -> _Groups:
    """Row → how many rows a cell merged downwards takes, and the columns merged across."""
    groups: _Groups = {}
    for (top, left), (bottom, right) in grid.merged:
        depth, across = groups.get(top, (1, set()))
        if left == right and bottom < top + _DEEPEST:
            depth = max(depth, bottom - top + 1)
        elif top == bottom:
            across |= set(range(left, min(right, len(grid.rows[0])) + 1))
        groups[top] = (depth, across)
    return groups


def _blocks(rows: list[list[Cell]]) -> Iterator[list[int]]:
    """Positions of rows that follow one another without a blank row between."""
    block: list[int] = []
    for n, row in enumerate(rows):
        if row.count(None) < len(row):
            block.append(n)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _continues(rows: list[list[Cell]], block: list[int], open_: list[_Region]) -> bool:
    """Whether a block after a blank row goes on with the tables above it."""
    first, last = open_[0].first, max(region.last for region in open_)
    used = _used_columns([rows[n] for n in block[:_LOOK]])
    if used[0] < first or used[-1] > last:
        return False
    start = next((n for n in block if not is_title(rows[n])), None)
    if start is None:
        return first == last
    for region in open_:
        part = rows[start][region.first : region.last + 1]
        if part == region.names:
            return True  # the header once more, as on every printed page
        if is_header(part, region.last - region.first + 1):
            below = [n for n in block if n > start]
            if _begins(rows, part, region, below, titled=start > block[0]):
                return False
    return True


def _begins(
    rows: list[list[Cell]],
    part: Sequence[Cell],
    region: _Region,
    below: list[int],
    *,
    titled: bool,
) -> bool:
    """Whether a row of words after a blank one begins another table.

    It does where words stand over or under numbers, days or codes, or where the rows below
    it fill other columns than the table above does; with nothing to tell by, under a title.
    """
    held = [
        [[rows[n][column] for n in some[:_LOOK]] for some in (region.rows, below)]
        for column in range(region.first, region.last + 1)
    ]
    told = False
    for cell, (above, under) in zip(part, held, strict=True):
        if cell is not None and (_share(is_value, above) or _share(is_value, under)):
            return True
        if below and _share(_is_filled, above) and under.count(None) == len(under):
            return True
        told = told or _share(is_value, above)
    return titled and not told


def _share(holds: Callable[[Cell], bool], cells: list[Cell]) -> bool:
    """Whether it holds of at least four in five, of filled cells where it is about values."""
    asked = cells if holds is _is_filled else [cell for cell in cells if cell is not None]
    return bool(asked) and sum(map(holds, asked)) * 5 >= len(asked) * 4


def _is_filled(cell: Cell) -> bool:
    return cell is not None


def _used_columns(rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [
        n for n, cells in enumerate(zip(*rows, strict=True)) if any(c is not None for c in cells)
    ]


def _open_regions(rows: list[list[Cell]], block: list[int], groups: _Groups) -> list[_Region]:
    """The tables that begin in a block, side by side where a column between is blank."""
    columns = _columns(rows, block)
    found = []
    for first, last in columns:
        part = [rows[n][first : last + 1] for n in block[: _LOOK * 2]]
        at = header_at(part, last - first + 1)
        if at is not None:
            found.append(_region(rows, block, (first, last), at, groups))
    return found


def _columns(rows: list[list[Cell]], block: list[int]) -> list[tuple[int, int]]:
    """The first and last column of each table in a block; titles over all of it count not."""
    edges = {*block[:_EDGE], *block[-_EDGE:]}
    inner = [rows[n] for n in block if not (n in edges and is_title(rows[n]))]
    used = _used_columns(inner or [rows[n] for n in block])
    gaps = sorted(set(range(used[0], used[-1])) - set(used))
    firsts = [used[0], *(n + 1 for n in gaps)]
    lasts = [*(n - 1 for n in gaps), used[-1]]
    return [(a, b) for a, b in zip(firsts, lasts, strict=True) if a <= b]


def _region(
    rows: list[list[Cell]],
    block: list[int],
    columns: tuple[int, int],
    at: int,
    groups: _Groups,
) -> _Region:
    first, last = columns
    heads = [rows[block[at]][first : last + 1]]
    levels, across = groups.get(block[at], (1, set()))
    for n in block[at + 1 : at + max(levels, 2 if across else 1)]:
        lower = rows[n][first : last + 1]
        if not _names_on(heads[-1], lower, {column - first for column in across}):
            break
        heads.append(lower)
    after = at + len(heads)
    return _Region(first, last, names_of(heads, first), heads[-1], block[after:], block[:at])


def _names_on(upper: list[Cell], lower: list[Cell], across: set[int]) -> bool:
    """Whether a row goes on with the header above: names only under what is merged across."""
    alone = [n for n in range(len(upper)) if n not in across]
    return not any(map(is_value, lower)) and all(lower[n] in (None, upper[n]) for n in alone)


def _table(grid: Grid, region: _Region) -> RawTable | None:
    """The region as a table, without totals, repeated headers and the lines below it."""
    first, after = region.first, region.last + 1
    whole = first == 0 and after == len(grid.rows[0])
    parts = {n: grid.rows[n] if whole else grid.rows[n][first:after] for n in region.rows}
    aside = _besides(parts, region)
    left_out = {n for found in aside.values() for n in found}
    kept = [n for n, row in parts.items() if n not in left_out and row.count(None) < len(row)]
    if not kept:
        return None
    aside = {"表头上方的标题行": region.titles, **aside}
    said = [_said(grid, rows, f"{what}，没有读") for what, rows in aside.items() if rows]
    broken = {at: grid.broken[n] for at, n in enumerate(kept) if n in grid.broken}
    numbers = [grid.numbers[n] for n in kept]
    return RawTable(
        grid.name, region.header, [parts[n] for n in kept], numbers,
        [*grid.notes, *said], broken=broken, epoch=grid.epoch,
    )  # fmt: skip


def _besides(parts: dict[int, list[Cell]], region: _Region) -> dict[str, list[int]]:
    """Rows that are no records: what they are → their positions."""
    found: dict[str, list[int]] = {}
    for n, row in parts.items():
        label = row[0] if row[0] is not None else next((c for c in row if c is not None), None)
        if not isinstance(label, str):
            continue
        if label[0] in _TOTAL_FIRST and "".join(label.split()).rstrip(":：") in TOTALS:
            found.setdefault("合计行", []).append(n)
        elif label == region.names[0] and row == region.names:
            found.setdefault("重复的表头", []).append(n)
        elif label == row[-1] and len(row) > 2 and set(row) == {label}:
            found.setdefault("跨列的小标题", []).append(n)
    taken = {n for rows in found.values() for n in rows}
    last = takewhile(lambda n: n in taken or _is_footer(parts[n]), reversed(parts))
    footers = sorted(set(last) - taken)
    return found | ({"表格下方的说明": footers} if footers else {})


def _is_footer(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell is not None]
    words = [cell for cell in filled if isinstance(cell, str)]
    return len(words) == len(filled) and (not filled or bool(_FOOTER.match(words[0])))


def _said(grid: Grid, positions: Sequence[int], what: str) -> str:
    shown = "、".join(str(grid.numbers[n]) for n in positions[:_SHOWN])
    more = f" 等 {len(positions)} 行" if len(positions) > _SHOWN else " 行"
    return f"第 {shown}{more}是{what}"


def _named(grid: Grid, tables: list[RawTable], strays: list[int], merged: int) -> list[RawTable]:
    """Tables with a name each, and with what is said of the sheet as a whole."""
    shared = []
    if merged:
        shared.append(f"有 {merged} 处合并的单元格，已逐格填上")
    if strays and tables:
        shared.append(_said(grid, strays, "不成表格的文字，没有读"))
    if len(tables) != 1:
        names = [f"{grid.name}（第 {n} 表）" for n in range(1, len(tables) + 1)]
    else:
        names = [grid.name]
    return [
        replace(t, name=name, notes=[*t.notes, *shared])
        for t, name in zip(tables, names, strict=True)
    ]
