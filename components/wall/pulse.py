"""The wall's heartbeat: one tiny read tells whether anything on any wall has to change.

A beat is the moment that boards are judged at.  It stands until something is written, a
minute begins, or the limit of an open appeal passes, so every wall asks the caches the
same questions; and it is never before an entry that was just made.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from components.loaders import engines
from components.web import ASSETS
from data.queries.revision import fetch_revision
from data.queries.wall import fetch_next_light
from data.settings import database_url, zone


@dataclass(frozen=True)
class Beat:
    """The state of the database that walls show: its revision, judged at ``at`` (UTC)."""

    revision: int
    at: datetime
    next_light: datetime | None  # when an open appeal turns yellow or red next

    def stands(self, revision: int, now: datetime) -> bool:
        """Whether a wall drawn at this beat would look the same now."""
        same_minute = self.at.replace(second=0, microsecond=0) == now.replace(
            second=0, microsecond=0
        )
        lit = self.next_light is not None and now > self.next_light
        return revision == self.revision and same_minute and not lit


_turn = threading.Lock()
_beats: dict[str, Beat] = {}


def now() -> datetime:
    """The present moment (UTC); tests put their own clock here."""
    return datetime.now(UTC)


def look() -> Beat:
    """The beat that stands now: one tiny read while nothing has changed."""
    url = database_url()
    with _turn, engines().read() as connection:
        revision = fetch_revision(connection).value
        # after the revision was read, so that no entry in it lies after this moment
        moment = now()
        held = _beats.get(url)
        if held is None or not held.stands(revision, moment):
            held = _beats[url] = Beat(revision, moment, fetch_next_light(connection, moment))
    return held


def utc_offset(at: datetime) -> int:
    """Minutes that local clocks are ahead of UTC at a moment."""
    offset = at.astimezone(zone()).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


@cache
def build_id() -> str:
    """A name for this version of the wall: whoever shows another one loads itself again."""
    digest = hashlib.sha256()
    for file in sorted([*Path(__file__).parent.rglob("*.py"), *ASSETS.iterdir()]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
