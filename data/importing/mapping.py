"""Which column of a file is which field: guessed from headers, settled by a person, kept."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from data.errors import RuleError
from data.schema import import_batch

if TYPE_CHECKING:
    from data.importing.kind import Field, Kind
    from data.importing.sources import Source

FIELD = "列的对应"
SYSTEMS = ("wgs84", "gcj02", "bd09", "mercator")
ORDERS = (None, "dmy", "mdy")
REASON, NUMBER = "未通过的原因", "原文件行号"  # columns that our own reports add to a file's
AGAIN = "′"  # marks such a column where the file had one from an earlier report
NEARLY = 0.6  # share of a header that a synonym inside it must make up
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Mapping:
    """How a table of a kind is read.

    ``columns``: field key → header in the file.  ``system``: of its coordinates.
    ``order``: "dmy" or "mdy" where a column of days can be read both ways.  ``zone``: of
    its times ("" is the configured one).  ``choices``: field key → word in the file → key of ours.
    """

    kind: str
    columns: dict[str, str] = field(default_factory=dict)
    system: str = "wgs84"
    order: str | None = None
    zone: str = ""
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


def guess_mapping(kind: Kind, header: list[str]) -> Mapping:
    """The likeliest column for each field, by the field's label, key and synonyms."""
    scored = [
        (score, -place, -at, one.key, title)
        for place, one in enumerate(kind.fields)
        for at, title in enumerate(header)
        if not is_told(title) and (score := likeness(one, title)) > 0
    ]
    columns: dict[str, str] = {}
    for _, _, _, key, title in sorted(scored, reverse=True):
        if key not in columns and title not in columns.values():
            columns[key] = title
    order = [one.key for one in kind.fields]
    return Mapping(kind.key, dict(sorted(columns.items(), key=lambda c: order.index(c[0]))))


def likeness(one: Field, title: str) -> float:
    """How well a header names a field: 1 exactly, 0 not at all."""
    words = {plain(word) for word in (one.label, one.key, *one.synonyms)}
    bare = plain(_REMARK.sub("", title)) or plain(title)
    if bare in words or plain(title) in words:
        return 1.0
    within = [len(w) / len(bare) for w in words if len(w) > 1 and _edges(bare, w)]
    best = max(within, default=0.0)
    return best if best >= NEARLY else 0.0


def _edges(title: str, word: str) -> bool:
    return title.startswith(word) or title.endswith(word)


def plain(text: str) -> str:
    """A header as it is compared: full width, case, blanks and punctuation do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def fit(kind: Kind, header: list[str]) -> float:
    """The share of the kind's required fields, then of all its fields, that a header names."""
    guessed = guess_mapping(kind, header).columns
    needed = [one.key for one in kind.fields if one.required]
    got = sum(key in guessed for key in needed)
    return (got + len(guessed) / len(kind.fields)) / (len(needed) + 1)


def best_table(kind: Kind, source: Source) -> int:
    """The index of the table of a file that looks most like the kind, the first of equals."""
    fits = [fit(kind, table.header) for table in source.tables]
    return fits.index(max(fits)) if fits else 0


def known_mapping(connection: Connection, kind: Kind, header: list[str]) -> Mapping | None:
    """The mapping of the latest import of the kind whose file had the same header."""
    batch = import_batch.c
    same = select(batch.mapping).where(batch.kind == kind.key, batch.header == header_text(header))
    found = connection.scalar(same.order_by(batch.id.desc()).limit(1))
    return None if found is None else from_json(found)


def header_text(header: list[str]) -> str:
    """A header as it is kept beside an import, and as a report of that import has it too."""
    return json.dumps([title for title in header if not is_told(title)], ensure_ascii=False)


def is_told(title: str) -> bool:
    """Whether a column was added by a report of ours: an import passes over it."""
    return title.rstrip(AGAIN) in (REASON, NUMBER)


def check_mapping(kind: Kind, mapping: Mapping, header: list[str]) -> Mapping:
    """The mapping, its columns limited to those that are mapped; RuleError where it cannot be."""
    if mapping.kind != kind.key:
        raise RuleError("这份对应关系是另一类数据的，请重新选择", FIELD)
    columns = {key: title for key, title in mapping.columns.items() if title}
    labels = {one.key: one.label for one in kind.fields}
    for key, title in columns.items():
        if key not in labels:
            raise RuleError(f"{kind.name}没有名为 “{key}” 的字段，请重新选择", FIELD)
        if title not in header:
            raise RuleError(f"文件里没有 “{title}” 这一列，请给“{labels[key]}”另选一列", FIELD)
    _once(columns, labels)
    _options(mapping)
    missing = [f"“{one.label}”" for one in kind.fields if one.required and one.key not in columns]
    if missing:
        raise RuleError(f"还没有指明哪一列是{'、'.join(missing)}，请选择后再继续", FIELD)
    return replace(mapping, columns=columns)


def _once(columns: dict[str, str], labels: dict[str, str]) -> None:
    taken: dict[str, str] = {}
    for key, title in columns.items():
        if title in taken:
            both = f"“{labels[taken[title]]}”和“{labels[key]}”"
            raise RuleError(f"“{title}” 这一列不能同时当作{both}，请只选一个", FIELD)
        taken[title] = key


def _options(mapping: Mapping) -> None:
    if mapping.system not in SYSTEMS:
        raise RuleError(f"没有坐标系 “{mapping.system}”，请从列表里选择", "坐标系")
    if mapping.order not in ORDERS:
        raise RuleError("日期顺序只能是日/月/年（dmy）或月/日/年（mdy）", "日期顺序")


def to_json(mapping: Mapping) -> str:
    """A mapping as it is kept in the database."""
    return json.dumps(_document(mapping), ensure_ascii=False)


def from_json(text: str) -> Mapping:
    """A mapping that was kept in the database."""
    return Mapping(**json.loads(text))


def dump_mapping(mapping: Mapping) -> str:
    """A mapping as a TOML file, to be used again."""
    lines = []
    document = _document(mapping)
    for key, value in document.items():
        if isinstance(value, str):
            lines.append(f"{key} = {_quoted(value)}")
    lines += _table("columns", mapping.columns)
    for key, words in mapping.choices.items():
        lines += _table(f"choices.{_key(key)}", words)
    return "\n".join(lines) + "\n"


def _document(mapping: Mapping) -> dict[str, Any]:
    return {name: getattr(mapping, name) for name in mapping.__dataclass_fields__}


def _table(name: str, values: Dict[str, str]) -> Iterable[str]:
    yield f"\n[{name}]"
    for key, value in values.items():
        yield f"{_key(key)} = {_quoted(value)}"


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load_mapping(text: str) -> Mapping:
    """A mapping from a TOML file; RuleError that says what is wrong with it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"对应关系文件不是有效的 TOML（{error}），请检查", FIELD) from error
    unknown = document.keys() - Mapping.__dataclass_fields__.keys()
    if unknown or not isinstance(document.get("kind"), str):
        said = f"不认识 {'、'.join(sorted(unknown))}" if unknown else "没有写 kind"
        raise RuleError(f"对应关系文件{said}，请用导出的文件修改", FIELD)
    choices = document.get("choices", {})
    tables = [document.get("columns", {}), *(choices.values() if _is_table(choices) else [choices])]
    if not all(_is_texts(one) for one in tables):
        raise RuleError("对应关系文件里 columns 和 choices 下面每一项都须是文字，请检查", FIELD)
    given = {k: v for k, v in document.items() if k not in ("columns", "choices")}
    if not all(isinstance(value, str) for value in given.values()):
        raise RuleError("对应关系文件里 system、order、zone 须是文字，请检查", FIELD)
    return Mapping(**document)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
