"""From a statement to a DataFrame, and from stored times and names to what people read."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, DateTime, Executable, case, type_coerce

from data.access import Permit
from data.errors import AccessError
from data.imported import UNTIMED
from data.privacy import mask_name
from data.schema import appeal
from data.settings import zone


def frame_of(connection: Connection, statement: Executable) -> pd.DataFrame:
    """The statement's rows, with its columns even where there is no row."""
    result = connection.execute(statement)
    names = list(result.keys())
    rows = result.all()
    if not rows:
        return pd.DataFrame(columns=names)
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))


def moment(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A stored UTC time as the driver gives it, for ``local_time``: cheaper in a long list."""
    return type_coerce(column, DateTime(timezone=True))


def closing_time() -> ColumnElement[Any]:
    """When an appeal was closed, as ``moment``; null where nobody knows (see data.imported)."""
    known = case((appeal.c.state_type != UNTIMED, appeal.c.closed_at))
    return type_coerce(known, DateTime(timezone=True))


def masked(names: pd.Series, missing: str = "") -> pd.Series:
    """Personal names as ``王*``; ``missing`` where there is none."""
    full = names.to_list()  # a column of text is slow to walk through
    cover = {name: mask_name(name) for name in set(full) if isinstance(name, str)}
    return pd.Series([cover.get(name, missing) for name in full], index=names.index, dtype="str")


def named(names: pd.Series, permit: Permit | None, path: str, missing: str = "") -> pd.Series:
    """Full names under a permit that covers ``path``, masked ones without; AccessError else."""
    if permit is None:
        return masked(names, missing)
    if not permit.covers(path):
        raise AccessError("这些人员不在允许查看的单位内，请重新选择单位", "权限")
    return names.fillna(missing).astype("str")


def local_time(moments: pd.Series) -> pd.Series:
    """Stored UTC times as clock times of the configured zone, for people to read."""
    utc = pd.to_datetime(moments, utc=True)
    return utc.dt.tz_convert(zone()).dt.tz_localize(None)
