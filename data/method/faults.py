"""Mistakes in a work method, told in Chinese: which file, which place, what is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from data.method.base import Section, SectionError

Path = Sequence[str | int]

KINDS = {
    "string": "文字（加引号）",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "list": "列表 [ … ]",
    "dict": "一张表",
    "model": "一张表",
}
LIMITS = {
    "greater_than": ("gt", "须大于"),
    "greater_than_equal": ("ge", "须不小于"),
    "less_than": ("lt", "须小于"),
    "less_than_equal": ("le", "须不大于"),
    "multiple_of": ("multiple_of", "须是这个数的整数倍："),
}
SYNTAX = (
    ("Cannot overwrite a value", "同一个键写了两次"),
    ("Cannot declare", "同一张表写了两次"),
    ("Cannot mutate", "内联表 { … } 之后不能再补写"),
    ("Duplicate inline table key", "内联表 { … } 里同一个键写了两次"),
    ("Expected '=' after a key", "键后面缺少等号 ="),
    ("Expected ']", "缺少右方括号 ]"),
    ("Unclosed array", "列表没有写完，缺少逗号或右方括号 ]"),
    ("Unclosed inline table", "内联表没有写完，缺少逗号或右花括号 }"),
    ("Unterminated string", "文字缺少结尾的引号"),
    ("Illegal character", "引号没有成对，或含有不允许的字符"),
    ("Unescaped '\\'", "反斜杠 \\ 的写法不对"),
    ("Expected newline or end of document", "一行里写了多余的内容"),
    ("Invalid value", "等号后面的值写得不对（文字须加英文引号）"),
    ("Invalid initial character for a key", "键的写法不对（只能用英文字母、数字和下划线）"),
    ("Invalid statement", "这一行不是键、表或注释"),
)


class MethodError(Exception):
    """A work method that cannot be used: ``file``, ``key`` (path) and ``reason``, in Chinese.

    ``others`` counts further mistakes found in the same file.
    """

    def __init__(self, file: str, key: str, reason: str, others: int = 0) -> None:
        self.file, self.key, self.reason, self.others = file, key, reason, others
        more = f"（另有 {others} 处错误）" if others else ""
        super().__init__("：".join(part for part in (file, key, reason) if part) + more)


def explain(
    error: ValidationError, document: Any, file: str, lenders: dict[str, str]
) -> MethodError:
    """The first mistake of a failed validation, laid to the file that wrote the section."""
    details = error.errors(include_url=False)
    first = details[0]
    loc, fault = first["loc"], first.get("ctx", {}).get("error")
    lender = lenders.get(str(loc[0])) if loc else None
    at = [*loc, *(fault.at if isinstance(fault, SectionError) else ())]
    return MethodError(
        f"{lender}.toml" if lender else file,
        position(document, at),
        reason(first),
        len(details) - 1,
    )


def position(document: Any, path: Path) -> str:
    """A path for people: ``points.rules 第3项“病员必访”.points``."""
    words, node = "", document
    for part in path:
        if part == "[key]":  # how pydantic marks a wrong key of a table
            continue
        node = _step(node, part)
        if isinstance(part, int):
            words += f" 第{part + 1}项{_called(node)}"
        else:
            words += f".{part}" if words else part
    return words


def _step(node: Any, part: str | int) -> Any:
    try:
        return node[part]
    except (KeyError, IndexError, TypeError):
        return None


def _called(node: Any) -> str:
    """The name an item of a list goes by, in quotation marks, or nothing."""
    if isinstance(node, dict):
        node = node.get("name", node.get("key"))
    return f"“{node}”" if isinstance(node, str) and node else ""


def reason(error: ErrorDetails) -> str:
    """What is wrong with one value, in Chinese."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in LIMITS:
        name, words = LIMITS[kind]
        return f"{words} {context[name]:g}，现为 {error['input']:g}"
    if kind.removesuffix("_type") in KINDS:
        return f"须是{KINDS[kind.removesuffix('_type')]}"
    return _other_reason(kind, context, error)


def _other_reason(kind: str, context: dict[str, Any], error: ErrorDetails) -> str:
    told = {
        "missing": "缺少这一项",
        "string_pattern_mismatch": "只能用小写英文字母、数字和下划线，并以字母开头",
        "string_too_short": "不能为空",
        "too_short": f"至少要有 {context.get('min_length')} 项",
        "string_too_long": f"最多 {context.get('max_length')} 个字",
        "int_from_float": "须是整数",
        "finite_number": "须是有限的数字",
    }
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"只能是 {_choices(context['expected'])} 之一，现为 “{error['input']}”"
    if kind == "extra_forbidden":
        return f"不认识的键{_suggestion(str(error['loc'][-1]))}"
    return told.get(kind, f"值不合要求（{kind}）")


def _choices(expected: str) -> str:
    return "、".join(re.findall(r"'([^']*)'", expected))


def _suggestion(unknown: str) -> str:
    fields = {name for section in _sections(Section) for name in section.model_fields}
    close = get_close_matches(unknown, sorted(fields), n=1, cutoff=0.75)
    return f"，是否想写 “{close[0]}”？" if close else ""


def _sections(base: type[Section]) -> list[type[Section]]:
    return [base, *(s for child in base.__subclasses__() for s in _sections(child))]


def explain_syntax(error: tomllib.TOMLDecodeError, text: str, file: str) -> MethodError:
    """A mistake of TOML itself, with its line."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    line = int(found[1]) if found else len(text.splitlines())
    what = next((chinese for start, chinese in SYNTAX if str(error).startswith(start)), "")
    written = (text.splitlines() or [""])[line - 1 : line]
    shown = f"（{written[0].strip()[:40]}）" if written and written[0].strip() else ""
    return MethodError(file, f"第 {line} 行", f"{what or '不合 TOML 语法'}{shown}")
