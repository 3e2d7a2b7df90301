"""The outline people type to set up a street: communities, and grids indented below them."""

from __future__ import annotations

from data.errors import RuleError
from data.writes.validation import NAME_LENGTH, clean_text

FIELD = "社区和网格"
Outline = list[tuple[str, list[str]]]


def parse_unit_outline(text: str) -> Outline:
    """Communities, each with its grids, from lines such as ``幸福社区`` and ``  第一网格``.

    Any indentation makes a line a grid.  RuleError names the line that is wrong.
    """
    outline: Outline = []
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip()  # also the full-width space, which Chinese input types
        if not name:
            continue
        try:
            clean_text("名称", name, NAME_LENGTH)
            _add(outline, name, indented=line[0].isspace())
        except RuleError as error:
            raise RuleError(f"第 {number} 行：{error.message}", FIELD) from error
    if not outline:
        raise RuleError("请至少写一个社区，一行一个；网格写在它下面，行首空两格", FIELD)
    return outline


def _add(outline: Outline, name: str, *, indented: bool) -> None:
    if not indented:
        if name in (community for community, _ in outline):
            raise RuleError(f"社区 “{name}” 写了两次，请去掉一个", FIELD)
        outline.append((name, []))
    elif not outline:
        raise RuleError(f"网格 “{name}” 上面还没有社区，请先写社区，行首不空格", FIELD)
    elif name in outline[-1][1]:
        raise RuleError(f"“{outline[-1][0]}” 里的网格 “{name}” 写了两次，请去掉一个", FIELD)
    else:
        outline[-1][1].append(name)
