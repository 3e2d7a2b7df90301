"""Masking of personal names, and who may stand in a row of their own."""

from __future__ import annotations

from collections.abc import Mapping

_COMPOUND = (
    "欧阳 司马 诸葛 上官 司徒 司空 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 公冶 公羊 长孙 慕容 宇文 "
    "令狐 轩辕 端木 呼延 申屠 太史 澹台 赫连 钟离 宗政 濮阳 淳于 单于 仲孙 闻人 万俟 鲜于 闾丘 "
    "司寇 亓官 巫马 百里 东郭 南门 西门 东门 左丘 梁丘 拓跋 完颜 纳兰 贺兰 第五"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
LONGEST_PERSON = 4  # characters; what is longer is an organisation's name
_ENDINGS = "所 站 队 局 部 办 科 室 组 厂 会 院 校 司 物业 中心 社区 街道 网格"
FEWEST = 5  # people of a unit that rows about scores may be told by
ORGANISATION_ENDINGS = (*_ENDINGS.split(),)


def mask_name(name: str) -> str:
    """The surname and one asterisk (``王*``, ``欧阳*``), whatever the name's length."""
    name = name.strip()
    # a two-character name is surname + given name even where it looks compound
    kept = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return f"{name[:kept]}*" if name else ""


def mask_handler(name: str) -> str:
    """A handler as a display may show it: a person masked, an organisation as it is."""
    organisation = len(name) > LONGEST_PERSON or name.endswith(ORGANISATION_ENDINGS)
    return name if organisation else mask_name(name)


def crowded(people: Mapping[str, int], root: str, fewest: int = FEWEST) -> dict[str, str]:
    """The unit each unit's people are listed under, so that none has fewer than ``fewest``.

    ``people`` counts by unit path, all at or below ``root``.  A unit with too few joins
    the one above it.  Should too few be left at ``root``, the smallest of the others
    join them; only where there are too few in all does one unit stand with too few.
    """
    standing, joined = dict(people), {}
    for path in sorted(_with_ancestors(people, root), key=lambda p: p.count("/"), reverse=True):
        if path != root and 0 < standing.get(path, 0) < fewest:
            joined[path] = _above(path)
            standing[joined[path]] = standing.get(joined[path], 0) + standing.pop(path)
    while 0 < standing.get(root, 0) < fewest and len(standing) > 1:
        smallest = min((n, path) for path, n in standing.items() if path != root)[1]
        joined[smallest] = root
        standing[root] += standing.pop(smallest)
    return {path: _follow(path, joined) for path in people}


def _above(path: str) -> str:
    return path[: path.rindex("/", 0, -1) + 1]


def _with_ancestors(paths: Mapping[str, int], root: str) -> list[str]:
    found = dict.fromkeys(paths)
    for path in paths:
        while len(path) > len(root):
            path = _above(path)
            found[path] = None
    return list(found)


def _follow(path: str, joined: Mapping[str, str]) -> str:
    while path in joined:
        path = joined[path]
    return path
