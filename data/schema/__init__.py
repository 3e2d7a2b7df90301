"""Every table, one module a family.  Facts are append-only; derived columns are marked."""

from data.schema.accounts import (
    account,
    account_grant,
    audit_entry,
    display_key,
    login_attempt,
    session,
)
from data.schema.appeals import appeal, appeal_event
from data.schema.base import metadata
from data.schema.entries import activity, activity_signin, checkup_part, draft, indicator_report
from data.schema.imports import import_batch, import_row
from data.schema.members import checkup, member, points_entry
from data.schema.system import DAILY, calendar_day, decision, method, revision, setting
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
    "DAILY",
    "account",
    "account_grant",
    "activity",
    "activity_signin",
    "appeal",
    "appeal_event",
    "audit_entry",
    "building",
    "calendar_day",
    "checkup",
    "checkup_part",
    "decision",
    "display_key",
    "draft",
    "import_batch",
    "import_row",
    "indicator_report",
    "login_attempt",
    "member",
    "metadata",
    "method",
    "person",
    "points_entry",
    "post",
    "revision",
    "service_order",
    "service_record",
    "session",
    "setting",
    "team",
    "time_account",
    "time_posting",
    "time_transfer",
    "unit",
    "visit",
    "volunteer",
]
