"""Texts that do harm where somebody takes them for more than text, and where to put them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, String, select

from data.schema import metadata

MARK = "zq7x9w"  # in every text, so that it is found again; no hash holds it by chance
ABROAD = "abroad.example"  # nothing may ever be asked of it

TEXTS = {
    "html": f'<img src="//{ABROAD}/{MARK}.png" onerror="window.{MARK}=1">',
    "script": f"</p><script>window.{MARK}=1</script>",
    "attribute": f"\"'><svg onload=window.{MARK}=1>",
    "entity": f"&lt;b&gt;{MARK}&amp;nbsp;",
    "image": f"![{MARK}](//{ABROAD})",
    "link": f"[{MARK}](javascript:window.{MARK}=1) :red[**x**] $x^2$ :material/home:",
    "sql": f"{MARK}'); DROP TABLE appeal; --",
    "wildcard": f"%_{MARK}_%' OR '1'='1",
    "template": f"{{0}} {{{MARK}}} {{0.__class__}} %s %({MARK})s ${{{MARK}}}",
    "equals": f'=HYPERLINK("http://{ABROAD}","{MARK}")',
    "plus": f"+{MARK}|' /C calc'!A0",
    "minus": f"-1+{MARK}",
    "at": f"@SUM({MARK})",
    "tab": f"\t={MARK}+1",
    "lines": f"{MARK}\n=1+1\r\n-2",
    "control": f"{MARK}\x00\x07\x1b[31m",
    "turned": f"{MARK}\u202egnp.exe\u2066",
    "long": MARK + "长" * 10_000,
    "emoji": f"{MARK} 👨‍👩‍👧 é e\u0301 ﷺ",
}

Given = dict[str, Any]
Path = tuple[Any, ...]


def calls(attempts: dict[str, Callable[..., Any]]) -> dict[str, tuple[Callable[..., Any], Any]]:
    """The write behind each attempt of tests/data/access, and what makes its keywords."""
    found = {}
    for name, run in attempts.items():
        held = inspect.getclosurevars(run).nonlocals
        if {"write", "given"} <= held.keys():
            found[name] = (held["write"], held["given"])
    return found


def places(write: Callable[..., Any], given: Given) -> list[Path]:
    """Every place for a text: those in ``given``, and the write's other arguments of text."""
    found = list(_texts_in(given, ()))
    for name, parameter in inspect.signature(write).parameters.items():
        if name not in given and "str" in str(parameter.annotation) and name != "request_id":
            found.append((name,))
    return found


def put(held: Any, path: Path, text: str) -> Any:
    """A copy of ``held`` with ``text`` at ``path``."""
    if not path:
        return text
    first, rest = path[0], path[1:]
    if isinstance(held, dict):
        return held | {first: put(held.get(first), rest, text)}
    changed = [put(one, rest, text) if n == first else one for n, one in enumerate(held)]
    return type(held)(changed)


def stored(text: str) -> str:
    """``text`` as the product keeps it: without blanks around it, lines ended one way."""
    return text.replace("\r\n", "\n").strip()


def holds(cell: Any, text: str) -> bool:
    """Whether a cell holds ``text`` itself, alone, within a sentence or within its JSON."""
    wanted = stored(text).casefold()
    if not isinstance(cell, str):
        return False
    if wanted in cell.casefold():
        return True
    try:
        return any(wanted in one.casefold() for _, one in _leaves(json.loads(cell), ()))
    except ValueError:
        return False


def marked(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every text in the database that holds the mark, with its column."""
    for table in metadata.sorted_tables:
        texts = [c for c in table.c if isinstance(c.type, String)]
        for row in connection.execute(select(*texts)) if texts else ():
            for column, cell in zip(texts, row, strict=True):
                if isinstance(cell, str) and MARK in cell.casefold():
                    yield f"{table.name}.{column.name}", cell


def _texts_in(held: Any, path: Path) -> Iterator[Path]:
    return (where for where, _ in _leaves(held, path))


def _leaves(held: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(held, str):
        yield path, held
    elif isinstance(held, dict):
        for key, one in held.items():
            yield from _leaves(one, (*path, key))
    elif isinstance(held, (list, tuple)):
        for n, one in enumerate(held):
            yield from _leaves(one, (*path, n))
