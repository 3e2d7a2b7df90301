"""Moments and days as numbers in SQL, which every database writes in its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class seconds_of(FunctionElement[float]):  # noqa: N801 - reads as the SQL function that it is
    """A moment (or the midnight of a day) in seconds; differences are exact to a millisecond."""

    type = Float()
    inherit_cache = True


@compiles(seconds_of)
def _extracted(element: Any, compiler: Any, **options: Any) -> str:
    return f"EXTRACT(epoch FROM {compiler.process(element.clauses, **options)})"


@compiles(seconds_of, "sqlite")
def _julian(element: Any, compiler: Any, **options: Any) -> str:
    return f"(julianday({compiler.process(element.clauses, **options)}) * 86400.0)"
