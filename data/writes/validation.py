"""What every write asks of its inputs; a broken rule is a RuleError that says how to mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from data.errors import RuleError
from data.identity import Actor
from data.periods import local_date
from data.queries.methods import MethodInForce, fetch_method_in_force
from data.settings import zone

EARLIEST = date(2000, 1, 1)
NAME_LENGTH = 60
# marks that make a text read otherwise than it is stored
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NOTE_LENGTH = 500


def clean_text(
    label: str, value: str, max_length: int, required: bool = True, lines: bool = False
) -> str:
    """``value`` without the blanks around it; a text is refused, never shortened or changed.

    Emoji and markup are plain text like any other.  ``lines`` allows several lines.
    """
    text = value.replace("\r\n", "\n").strip()
    if not text and required:
        raise RuleError(f"{label}不能为空，请填写后再提交", label)
    if len(text) > max_length:
        raise RuleError(
            f"{label}最多 {max_length} 个字，现有 {len(text)} 个字，请删减后再提交", label
        )
    if not lines and "\n" in text:
        raise RuleError(f"{label}只能写一行，请去掉换行", label)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text if c not in "\n\t"):
        raise RuleError(f"{label}里有看不见的控制字符，请删去或重新输入", label)
    if not TURNING.isdisjoint(text):
        raise RuleError(f"{label}里有改变文字方向的隐形符号，请删去或重新输入", label)
    return text


def clean_moment(label: str, moment: datetime, at: datetime) -> datetime:
    """A moment that has come already, in UTC."""
    clean_day(label, local_date(moment, zone()), at)
    if moment > at:
        raise RuleError(f"{label}不能晚于现在，请改为现在或更早的时间", label)
    return moment.astimezone(UTC)


def clean_day(label: str, day: date, at: datetime) -> date:
    """A local day that has begun already, and not before records are kept."""
    if day > local_date(at, zone()):
        raise RuleError(f"{label}不能晚于今天，请改为今天或更早的日期", label)
    if day < EARLIEST:
        raise RuleError(f"{label}不能早于 {EARLIEST.year} 年，请检查年份", label)
    return day


def clean_number(label: str, value: int, low: int, high: int, unit: str = "") -> int:
    """A whole number from ``low`` to ``high``."""
    if not low <= value <= high:
        raise RuleError(f"{label}须为 {low} 到 {high}{unit}，现为 {value}{unit}，请修改", label)
    return value


def clean_choice(label: str, value: str, choices: Sequence[str]) -> str:
    """One of ``choices``; an empty value is a choice not made yet."""
    if not value:
        raise RuleError(f"还没有选{label}，请选一个", label)
    if value not in choices:
        raise RuleError(f"没有名为 “{value}” 的{label}，请从列表里选择", label)
    return value


def clean_ids(label: str, ids: Sequence[int]) -> list[int]:
    """At least one id and none twice."""
    if not ids:
        raise RuleError(f"还没有选{label}，请至少选一个", label)
    if len(set(ids)) < len(ids):
        raise RuleError(f"同一个{label}选了两次，请去掉重复的", label)
    return list(ids)


def stamp(at: datetime, actor: Actor, request_id: str | None) -> dict[str, Any]:
    """The columns that say who recorded a row, when and from which surface."""
    clean_text("请求编号", request_id or "", 56, required=False)
    return {
        "recorded_at": at,
        "recorded_by": clean_text("记录人", actor.name, NAME_LENGTH),
        "recorded_by_account": actor.account_id,
        "surface": clean_text("填报入口", actor.surface, 20),
        "request_id": request_id,
    }


def need_row(connection: Connection, table: Table, row_id: int, label: str) -> Row[Any]:
    """The row with this id; RuleError when it is not there."""
    row = connection.execute(select(table).where(table.c.id == row_id)).first()
    if row is None:
        raise RuleError(f"找不到所选的{label}，可能已被改动，请刷新页面后重新选择", label)
    return row


def need_present(row: Row[Any], day: date, label: str, field: str) -> None:
    """Refuse a member or volunteer who had not joined yet, or had left, on ``day``."""
    if day < row.joined_on:
        raise RuleError(f"{label} {row.code} 在 {day} 还没有加入，请检查日期", field)
    if row.left_on is not None and day >= row.left_on:
        raise RuleError(f"{label} {row.code} 已于 {row.left_on} 转出，不能再记", field)


def need_method(connection: Connection, day: date, label: str) -> MethodInForce:
    """The method in force on a local day."""
    try:
        return fetch_method_in_force(connection, day)
    except LookupError as error:
        raise RuleError(f"{day} 还没有启用任何工作法，请检查{label}", label) from error
