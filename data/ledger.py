"""Seals: each row of a ledger is hashed together with the seal of the row before it.

Altering, inserting or deleting a row by hand breaks the chain at that row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby, repeat
from numbers import Integral, Real
from types import NoneType
from typing import Any

FIRST_SEAL = "0" * 64


def seal(previous: str, row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The seal (64 hex digits) of ``row`` after ``previous``, over ``columns`` in order.

    An empty (None) column adds nothing, so a nullable column can be added to a
    table later without breaking the seals of the rows that are already there.
    """
    parts = [previous]
    for column in columns:
        value = row[column]
        if value is not None:
            text = _TEXTS.get(type(value), _text_of_subclass)(value)
            # the length keeps one column's text from passing for the next column
            parts.append(f"{column}={len(text)}:{text}")
    return sha256("\n".join(parts).encode()).hexdigest()


def _text_of_int(value: int) -> str:
    return f"{int(value)}.0000"  # a float column may be written with an int


def _text_of_float(value: float) -> str:
    text = f"{value:.4f}"
    return "0.0000" if text == "-0.0000" else text


def _text_of_time(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be sealed: {value!r}")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")


# One text per fact, whichever database or driver the value came from.
_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: _text_of_int,
    int: _text_of_int,
    float: _text_of_float,
    datetime: _text_of_time,
    date: date.isoformat,
}


_ABSTRACT: dict[type, Callable[[Any], str]] = {Integral: _text_of_int, Real: _text_of_float}


def _text_of_subclass(value: object) -> str:
    """The text of a pandas or numpy value, which derives from one of the plain types.

    Raises TypeError for a type that no ledger holds.
    """
    for known, text_of in (_ABSTRACT | _TEXTS).items():
        if isinstance(value, known):
            return text_of(value)
    raise TypeError(f"a {type(value).__name__} cannot be sealed")


@dataclass(frozen=True)
class Same:
    """A column that holds one value on every row."""

    value: Any


def seals_of(
    columns: Mapping[str, Sequence[Any] | Same], previous: str = FIRST_SEAL, count: int = 0
) -> list[str]:
    """The seals of many rows given by column: those that ``seal`` gives row by row, but faster.

    ``count``: how many rows there are, asked for only where every column is the Same.
    """
    if not columns:
        return []
    count = next((len(v) for v in columns.values() if not isinstance(v, Same)), count)
    facts = [_facts(name, values) for name, values in columns.items()]
    rows: list[Iterable[str]] = []
    for alike, group in groupby(facts, key=lambda one: isinstance(one, str)):
        some = list(group)  # what is the same on every row is joined once
        rows += [repeat("".join(map(str, some)), count)] if alike else some
    seals = []
    for text in map("".join, zip(*rows, strict=True)):
        previous = sha256(f"{previous}{text}".encode()).hexdigest()
        seals.append(previous)
    return seals


def _facts(column: str, values: Sequence[Any] | Same) -> list[str] | str:
    """What each value of one column adds to its row's seal, worked out once for equal values.

    Equal values have one text (``1`` and ``1.0``, or a moment in two zones).
    """
    if isinstance(values, Same):
        return _fact(column, values.value)
    different = set(values)
    if 2 * len(different) > len(values):
        return _facts_of_many(column, values)
    facts = {value: _fact(column, value) for value in different}
    return [facts[value] for value in values]


def _facts_of_many(column: str, values: Sequence[Any]) -> list[str]:
    """The same where hardly any two values are equal: no value is looked up."""
    kinds = set(map(type, values))
    if kinds <= {str, NoneType}:
        return ["" if v is None else f"\n{column}={len(v)}:{v}" for v in values]
    if kinds == {int}:
        return [f"\n{column}={len(text)}:{text}" for text in map(_text_of_int, values)]
    return [_fact(column, value) for value in values]


def _fact(column: str, value: Any) -> str:
    if value is None:
        return ""
    text = _TEXTS.get(type(value), _text_of_subclass)(value)
    return f"\n{column}={len(text)}:{text}"
