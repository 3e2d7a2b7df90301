"""From a statement to a DataFrame, and from stored times and names to what people read."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Executable

from data.privacy import mask_name
from data.settings import zone


def frame_of(connection: Connection, statement: Executable) -> pd.DataFrame:
    """The statement's rows, with its columns even where there is no row."""
    result = connection.execute(statement)
    names = list(result.keys())
    rows = result.all()
    if not rows:
        return pd.DataFrame(columns=names)
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))


def masked(names: pd.Series) -> pd.Series:
    """Personal names as ``王*``; a missing name stays missing."""
    cover = {name: mask_name(name) for name in names.dropna().unique()}
    return names.map(cover)


def local_time(moments: pd.Series) -> pd.Series:
    """Stored UTC times as clock times of the configured zone, for people to read."""
    utc = pd.to_datetime(moments, utc=True)
    return utc.dt.tz_convert(zone()).dt.tz_localize(None)
