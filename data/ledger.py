"""Seals: each row of a ledger is hashed together with the seal of the row before it.

Altering, inserting or deleting a row by hand breaks the chain at that row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from numbers import Integral, Real
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


def seals_of(columns: Mapping[str, Sequence[Any]], previous: str = FIRST_SEAL) -> list[str]:
    """The seals of many rows given by column: those that ``seal`` gives row by row, but faster."""
    if not columns:
        return []
    facts = [_facts(name, values) for name, values in columns.items()]
    seals = []
    for text in map("".join, zip(*facts, strict=True)):
        previous = sha256(f"{previous}{text}".encode()).hexdigest()
        seals.append(previous)
    return seals


def _facts(column: str, values: Sequence[Any]) -> list[str]:
    """What each value of one column adds to its row's seal, worked out once for equal values.

    Equal values have one text (``1`` and ``1.0``, or a moment in two zones).
    """
    facts: dict[Any, str] = {}
    for value in set(values):
        text = "" if value is None else _TEXTS.get(type(value), _text_of_subclass)(value)
        facts[value] = "" if value is None else f"\n{column}={len(text)}:{text}"
    return [facts[value] for value in values]
