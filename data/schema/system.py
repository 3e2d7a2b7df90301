"""What runs the product itself: methods in force, decisions, calendar, revision, settings."""

from sqlalchemy import Column, Date, Integer, String, Table, Text, UniqueConstraint

from data.schema.base import UtcDateTime, metadata, primary, recorded, sealed

# Every method that was ever adopted, as the whole document it was then.
method = Table(
    "method",
    metadata,
    primary(),
    Column("key", String(40), nullable=False),
    Column("name", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("document", Text, nullable=False),  # JSON of data.method.Method
    Column("starts_on", Date, nullable=False, index=True),
    *recorded(),
)

# Append-only: approval or return (with a reason) of an entry that needs one.
decision = Table(
    "decision",
    metadata,
    primary(),
    Column("subject", String(20), nullable=False),  # points_entry or service_record
    Column("subject_id", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),  # approved or returned
    Column("reason", Text, nullable=False, default=""),
    *recorded(),
    sealed(),
    UniqueConstraint("subject", "subject_id"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_workday", Integer, nullable=False),
    Column("name", String(60), nullable=False, default=""),
)

revision = Table(
    "revision",
    metadata,
    primary(),
    Column("value", Integer, nullable=False),
    Column("standing", Integer, nullable=False, default=0),  # value when STANDING last changed
    Column("changed_at", UtcDateTime, nullable=False),
)

# Tables that entering, deciding and logging write to, all day long.  What every other table
# holds (units, people, methods, accounts …) stands until somebody changes it.
DAILY = frozenset(
    (
        "activity",
        "activity_signin",
        "appeal",
        "appeal_event",
        "audit_entry",
        "checkup",
        "checkup_part",
        "decision",
        "draft",
        "indicator_report",
        "login_attempt",
        "points_entry",
        "revision",
        "service_order",
        "service_record",
        "session",
        "time_account",
        "time_posting",
        "time_transfer",
        "visit",
    )
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
