"""Reading work methods from TOML, with every mistake named in Chinese."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data.method.faults import MethodError, explain, explain_syntax
from data.method.method import Method

__all__ = [
    "PRESET_DIR",
    "MethodError",
    "load_preset",
    "method_from_document",
    "parse_method",
    "preset_errors",
    "preset_keys",
    "usable_presets",
]

PRESET_DIR = Path(__file__).resolve().parent.parent / "presets"
DOCUMENT = "数据库里保存的工作法"
OWN = ("key", "name", "version", "description", "source")  # never borrowed


def preset_keys(folder: Path = PRESET_DIR) -> list[str]:
    """Keys of all presets in ``folder``, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_preset(key: str, folder: Path = PRESET_DIR) -> Method:
    """The preset called ``key``; MethodError where it is missing or wrong."""
    # a borrowed section may change without its borrower: look at every file
    stamp = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml")))
    return _load(key, folder, stamp)


@lru_cache(maxsize=64)
def _load(key: str, folder: Path, stamp: tuple[tuple[str, int], ...]) -> Method:
    return parse_method(_text(key, folder), f"{key}.toml", folder)


def usable_presets(folder: Path = PRESET_DIR) -> list[Method]:
    """Every preset in ``folder`` that loads."""
    return [found for found in _attempts(folder) if isinstance(found, Method)]


def preset_errors(folder: Path = PRESET_DIR) -> list[MethodError]:
    """What is wrong with those that do not; empty when all is well."""
    return [found for found in _attempts(folder) if isinstance(found, MethodError)]


def _attempts(folder: Path) -> Iterator[Method | MethodError]:
    for key in preset_keys(folder):
        try:
            yield load_preset(key, folder)
        except MethodError as error:
            yield error


def parse_method(text: str, file: str, folder: Path = PRESET_DIR) -> Method:
    """The method written in ``text``; ``file`` is its name, borrowed sections are in ``folder``."""
    document = _parse(text, file)
    lenders = _borrowed(document, file)
    stem = Path(file).stem
    borrowed = {section: _resolve(section, document, stem, folder, ()) for section in lenders}
    own = {section: content for section, content in document.items() if section != "borrow"}
    method = _validate(own | borrowed, file, lenders)
    if method.key != stem:
        raise MethodError(file, "key", f"key “{method.key}” 须与文件名 “{stem}” 一致")
    return method


def method_from_document(document: str) -> Method:
    """The method kept as JSON in the database; MethodError where it no longer validates."""
    try:
        content = json.loads(document)
    except ValueError as error:
        raise MethodError(DOCUMENT, "", "内容不是合法的 JSON，可能已损坏") from error
    return _validate(content, DOCUMENT, {})


def _validate(document: Any, file: str, lenders: dict[str, str]) -> Method:
    try:
        return Method.model_validate(document)
    except ValidationError as error:
        raise explain(error, document, file, lenders) from error


def _text(key: str, folder: Path) -> str:
    if key not in preset_keys(folder):
        known = "、".join(preset_keys(folder)) or "（一个也没有）"
        raise MethodError(f"{key}.toml", "", f"没有这个工作法文件；现有：{known}")
    try:
        return (folder / f"{key}.toml").read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MethodError(f"{key}.toml", "", "文件须以 UTF-8 编码保存") from error


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise explain_syntax(error, text, file) from error


def _borrowed(document: dict[str, Any], file: str) -> dict[str, str]:
    """Section → key of the preset it is borrowed from, as ``[borrow]`` says."""
    lenders = document.get("borrow", {})
    if not isinstance(lenders, dict):
        raise MethodError(file, "borrow", "须是一张表，写作 [borrow]")
    for section, lender in lenders.items():
        at = f"borrow.{section}"
        if section not in Method.model_fields or section in OWN:
            raise MethodError(file, at, f"没有可借用的部分 “{section}”")
        if not isinstance(lender, str):
            raise MethodError(file, at, "须写被借用的工作法的 key（文字）")
        if section in document:
            raise MethodError(file, at, f"“{section}” 已借自 “{lender}”，不能再自己写一份")
    return lenders


def _resolve(
    section: str, document: dict[str, Any], key: str, folder: Path, chain: tuple[str, ...]
) -> Any:
    """The content of ``section``, following the chain of borrowing to who wrote it."""
    file, at = f"{key}.toml", f"borrow.{section}"
    lender = _borrowed(document, file).get(section)
    if lender is None:
        if section not in document:
            raise MethodError(f"{chain[-1]}.toml", at, f"“{key}” 里没有 “{section}” 这一部分可借")
        return document[section]
    if lender in (*chain, key):
        around = " → ".join((*chain, key, lender))
        raise MethodError(file, at, f"借用绕成了圈：{around}")
    if lender not in preset_keys(folder):
        raise MethodError(file, at, f"被借用的工作法 “{lender}” 不存在")
    lent = _parse(_text(lender, folder), f"{lender}.toml")
    return _resolve(section, lent, lender, folder, (*chain, key))
