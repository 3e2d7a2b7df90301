"""Full names for those whose role needs them: read anew each time, logged, and never shared.

Nothing here may go through the loaders: their caches are everybody's.  Whoever may not
see names gets None, and the page shows what everybody sees.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pandas as pd

from components import identity
from components.loaders import engines
from data.errors import AccessError
from data.identity import Actor
from data.queries import personal
from data.queries.members import MemberFile
from data.scope import Scope

T = TypeVar("T")
NAMED = ("姓名", "走访人")  # columns of rows behind figures that hold names


def member_names(path: str) -> dict[int, str] | None:
    """The names of the members below a unit, by member id."""
    return _read(personal.fetch_member_names, path, path=path)


def member_file(member_id: int, path: str) -> MemberFile | None:
    """One member; ``path`` is the unit on screen."""
    return _read(personal.fetch_member_file, path, member_id=member_id)


def posts(unit_id: int, path: str) -> pd.DataFrame | None:
    """Who fills the posts of a unit."""
    return _read(personal.fetch_post_names, path, unit_id=unit_id)


def rows(metric_key: str, scope: Scope, masked: pd.DataFrame) -> pd.DataFrame | None:
    """The rows behind a figure, where ``masked`` shows that they hold names at all."""
    if not _holds_names(masked):
        return None
    return _read(personal.fetch_named_rows, scope.path, metric_key=metric_key, scope=scope)


def export_of(
    metric_key: str, scope: Scope, masked: pd.DataFrame
) -> Callable[[], pd.DataFrame] | None:
    """What writes those rows for a file, to be called when it is asked for."""
    if not _holds_names(masked) or not identity.may("export_named_rows", scope.path):
        return None
    who = identity.actor("board")

    def export() -> pd.DataFrame:
        found = _tried(
            personal.export_named_rows, who, metric_key=metric_key, scope=scope
        )  # this runs outside of the page, maybe after a logout
        return masked if found is None else found

    return export


def _holds_names(frame: pd.DataFrame) -> bool:
    return bool(set(NAMED) & set(frame.columns))


def _read(fetch: Callable[..., T], within: str, **asked: Any) -> T | None:
    if identity.me() is None or not identity.may(fetch.__name__, within):
        return None
    return _tried(fetch, identity.actor("board"), **asked)


def _tried(fetch: Callable[..., T], who: Actor, **asked: Any) -> T | None:
    try:
        return fetch(engines(), **asked, actor=who, at=datetime.now(UTC))
    except AccessError:
        return None
