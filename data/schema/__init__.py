"""Every table, one module a family.  Facts are append-only; derived columns are marked."""

from data.schema.appeals import appeal, appeal_event
from data.schema.base import metadata
from data.schema.members import checkup, member, points_entry
from data.schema.system import calendar_day, decision, method, revision, setting
from data.schema.units import building, person, post, unit
from data.schema.volunteers import (
    service_order,
    service_record,
    team,
    time_account,
    time_posting,
    time_transfer,
    visit,
    volunteer,
)

__all__ = [
    "appeal",
    "appeal_event",
    "building",
    "calendar_day",
    "checkup",
    "decision",
    "member",
    "metadata",
    "method",
    "person",
    "points_entry",
    "post",
    "revision",
    "service_order",
    "service_record",
    "setting",
    "team",
    "time_account",
    "time_posting",
    "time_transfer",
    "unit",
    "visit",
    "volunteer",
]
