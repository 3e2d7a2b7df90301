"""Many moments at once, as numpy holds them: from datetimes, to texts, to local days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np

Instants = np.ndarray[Any, Any]  # datetime64[us] in UTC; NaT where there is none

_CLOCK = len("2026-01-05T")  # where the time of the day begins
_DAY = np.timedelta64(1, "D")


def instants(moments: Sequence[datetime | None]) -> Instants:
    """The moments to the microsecond; ValueError for one without a zone.

    A float holds microseconds exactly for some centuries to come.
    """
    if any(at is not None and at.tzinfo is None for at in moments):
        raise ValueError("a time without a zone cannot be stored")
    known = np.array([at is not None for at in moments], bool)
    seconds = np.array([at.timestamp() if at else 0.0 for at in moments], np.float64)
    found = np.rint(seconds * 1e6).astype(np.int64).view("datetime64[us]")
    found[~known] = np.datetime64("NaT")
    return found


def moment(at: datetime) -> np.datetime64:
    """One moment."""
    return instants([at])[0]


def stored_texts(at: Instants) -> list[str | None]:
    """Each moment as SQLite keeps it; None where there is none."""
    return _texts(at, " ", "")


def sealed_texts(at: Instants) -> list[str | None]:
    """Each moment as seals read it: ``isoformat(timespec="microseconds")``."""
    return _texts(at, "T", "+00:00")


def _texts(at: Instants, between: str, end: str) -> list[str | None]:
    """Days and times of the day repeat, so each is written once and put together."""
    days, which_day = np.unique(at.astype("datetime64[D]"), return_inverse=True)
    times, which_time = np.unique(at - days[which_day], return_inverse=True)
    dates, clocks = np.datetime_as_string(days).astype(object), _clocks(times)
    texts = (dates + between)[which_day] + (clocks + end)[which_time]
    texts[np.isnat(at)] = None
    return list(texts.tolist())


def _clocks(times: Any) -> Any:
    """Times since midnight like 15:20:00.000000."""
    moments = np.datetime_as_string(times + np.datetime64(0, "us"))
    return np.array([text[_CLOCK:] for text in moments.tolist()], object)


def local_days(at: Instants, zone: tzinfo) -> Instants:
    """The local day (datetime64[D]) of each moment; none may be missing.

    The zone is asked once for each day, and moment by moment on the days on which its
    clocks change.
    """
    days, which = np.unique(at.astype("datetime64[D]"), return_inverse=True)
    starts, ends = (_offsets(some, zone) for some in (days, days + _DAY))
    found = (at + starts[which]).astype("datetime64[D]")
    for position in np.flatnonzero((starts != ends)[which]).tolist():
        found[position] = (at[position] + _offsets(at[position : position + 1], zone)[0]).astype(
            "datetime64[D]"
        )
    return found


def read_plain(texts: Sequence[str]) -> Instants | None:
    """Local moments that are all written like 2023-01-05 15:20 or 2023/01/05T15:20:11.

    None where any is written otherwise, or is no moment.
    """
    if not {len(text) for text in texts} <= {16, 19}:
        return None
    shape = np.array(texts, dtype="U19")
    signs = shape.view("U1").reshape(-1, 19)
    if not all(np.isin(signs[:, at], list(able)).all() for at, able in _SIGNS.items()):
        return None
    signs[:, 4] = signs[:, 7] = "-"
    try:
        return shape.astype("datetime64[us]")
    except ValueError:
        return None


_SIGNS = {4: "-/", 7: "-/", 10: " T", 13: ":", 16: ["", ":"]}


def to_utc(local: Instants, zone: tzinfo) -> Instants | None:
    """Local moments in UTC; None where the clocks change on one of the days."""
    days, which = np.unique(local.astype("datetime64[D]"), return_inverse=True)
    starts, ends = (_local_offsets(some, zone) for some in (days, days + _DAY))
    return local - starts[which] if (starts == ends).all() else None


def _local_offsets(days: Instants, zone: tzinfo) -> Any:
    midnights = days.astype("datetime64[us]").astype(object)
    offsets = [one.replace(tzinfo=zone).utcoffset() for one in midnights]
    return np.array(offsets, dtype="timedelta64[us]")


def datetimes(at: Instants) -> list[datetime]:
    """The moments as datetimes in UTC; none may be missing."""
    seconds = at.astype("datetime64[s]")
    if (seconds == at).all():  # as nearly all are, and these are made in half the time
        return [datetime.fromtimestamp(one, UTC) for one in seconds.astype(np.int64).tolist()]
    return [one.replace(tzinfo=UTC) for one in at.astype(object).tolist()]


def _offsets(at: Instants, zone: tzinfo) -> Any:
    moments = (one.replace(tzinfo=UTC) for one in at.astype("datetime64[us]").astype(object))
    offsets = [one.astimezone(zone).utcoffset() for one in moments]
    return np.array(offsets, dtype="timedelta64[us]")
