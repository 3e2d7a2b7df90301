"""Every kind of data that a file may hold."""

from __future__ import annotations

from data.importing.kind import Kind
from data.importing.kinds.appeals import APPEALS
from data.importing.kinds.buildings import BUILDINGS
from data.importing.kinds.calendar import CALENDAR
from data.importing.kinds.indicators import INDICATORS
from data.importing.kinds.members import MEMBERS
from data.importing.kinds.people import PEOPLE
from data.importing.kinds.points import POINTS
from data.importing.kinds.service import SERVICE
from data.importing.kinds.units import UNITS
from data.importing.kinds.visits import VISITS
from data.importing.kinds.volunteers import VOLUNTEERS

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        UNITS,
        BUILDINGS,
        PEOPLE,
        MEMBERS,
        POINTS,
        APPEALS,
        VOLUNTEERS,
        SERVICE,
        VISITS,
        INDICATORS,
        CALENDAR,
    )
}
