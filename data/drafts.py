"""What somebody has typed and not sent yet, as text that any restart gives back unchanged."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

from data.entry_forms import FORMS
from data.errors import RuleError
from data.identity import Actor

LONGEST = 40_000  # characters of one draft: every field of the longest form, many times over
FIELD = "草稿"
_MARK = "$time"


def draft_owner(actor: Actor) -> str:
    """Whose drafts an actor's are: the account's, whichever phone it is logged in on."""
    if actor.account_id is not None:
        return f"account:{actor.account_id}"
    return f"{actor.kind}:{actor.name}"


def check_form(form: str) -> str:
    """Refuse a form that there is not: drafts stay as few as there are forms."""
    if form not in FORMS:
        raise RuleError(f"没有名为 “{form}” 的表单，请从填报页面进入", "表单")
    return form


def pack(content: dict[str, Any]) -> str:
    """``content`` (plain values, lists, dicts, days and times) as ASCII text.

    RuleError where it is too long to keep or holds what no form does.
    """
    try:
        text = json.dumps(_marked(content), ensure_ascii=True, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise RuleError("草稿里有无法保存的内容，请直接提交或删去它", FIELD) from error
    if len(text) > LONGEST:
        raise RuleError("写的内容太长，草稿没有保存，请分几次填写", FIELD)
    return text


def unpack(text: str) -> dict[str, Any]:
    """What :func:`pack` was given; empty where the text is none of ours."""
    try:
        content = _restored(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _marked(value: Any) -> Any:
    if isinstance(value, (date, time)):  # a datetime is a date
        return {_MARK: [type(value).__name__, value.isoformat()]}
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value) or _MARK in value:
            raise TypeError("a form's fields are named by text")
        return {key: _marked(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_marked(held) for held in value]
    return value


_KINDS: dict[str, Any] = {"date": date, "datetime": datetime, "time": time}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(held) for held in value]
    if not isinstance(value, dict):
        return value
    if _MARK in value:
        kind, text = value[_MARK]
        return _KINDS.get(kind, date).fromisoformat(text)
    return {key: _restored(held) for key, held in value.items()}
