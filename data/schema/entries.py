"""What is entered beside the ledgers: drafts, activities, indicators, parts of check-ups."""

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
)

from data.schema.base import UtcDateTime, key_to, metadata, primary, recorded, sealed

# What somebody has typed and not sent yet: one a person and form, gone once it is sent.
# request_id is the id that sending it will use, so that a form sent twice is written once.
draft = Table(
    "draft",
    metadata,
    primary(),
    Column("owner", String(80), nullable=False),  # see data.drafts.draft_owner
    Column("form", String(40), nullable=False),
    Column("grid", String(40), nullable=False, default=""),  # the unit's code
    Column("content", Text, nullable=False),  # JSON, see data.drafts
    Column("request_id", String(64)),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("uq_draft_once", "owner", "form", unique=True),
)

# An event of a grid or branch, of a kind that the method of its day names.
activity = Table(
    "activity",
    metadata,
    primary(),
    key_to("unit.id"),
    key_to("method.id", index=False),
    Column("kind_key", String(40), nullable=False),
    Column("kind_name", String(60), nullable=False),
    Column("title", String(120), nullable=False),
    Column("place", String(60), nullable=False, default=""),
    Column("started_at", UtcDateTime, nullable=False, index=True),
    *recorded(),
    sealed(),
    Index("ix_activity_mine", "recorded_by_account", "recorded_at"),
)

# Append-only. Exactly one of member_id and volunteer_id is filled, which `check` verifies.
activity_signin = Table(
    "activity_signin",
    metadata,
    primary(),
    key_to("activity.id"),
    key_to("member.id", nullable=True),
    key_to("volunteer.id", nullable=True),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False, default=""),  # why it was taken back
    Column("reverses_id", ForeignKey("activity_signin.id"), unique=True),
    *recorded(),
    sealed(),
    Index("ix_activity_signin_mine", "recorded_by_account", "recorded_at"),
)

# Append-only. A counter-entry carries minus the value it takes back; a period without a
# report is 未报, never zero.
indicator_report = Table(
    "indicator_report",
    metadata,
    primary(),
    key_to("unit.id", index=False),
    key_to("method.id", index=False),
    Column("indicator_key", String(40), nullable=False),
    Column("indicator_name", String(60), nullable=False),
    Column("measure", String(60), nullable=False),
    Column("period", String(10), nullable=False),  # see data.reporting
    Column("value", Float, nullable=False),
    Column("note", Text, nullable=False, default=""),  # the source, or why it was taken back
    Column("reverses_id", ForeignKey("indicator_report.id"), unique=True),
    *recorded(),
    sealed(),
    Index("ix_indicator_report_of", "unit_id", "indicator_key", "period"),
    Index("ix_indicator_report_period", "period", "indicator_key"),
    Index("ix_indicator_report_mine", "recorded_by_account", "recorded_at"),
)

# Append-only. When the three parts of a quarter stand, `checkup` follows from them.
checkup_part = Table(
    "checkup_part",
    metadata,
    primary(),
    key_to("member.id", index=False),
    key_to("unit.id"),
    Column("quarter", String(6), nullable=False),
    Column("part", String(20), nullable=False),  # self, democratic, organisation
    Column("score", Float, nullable=False),  # 0–100; minus that in a counter-entry
    Column("checked_on", Date, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("reverses_id", ForeignKey("checkup_part.id"), unique=True),
    *recorded(),
    sealed(),
    Index("ix_checkup_part_of", "member_id", "quarter"),
    Index("ix_checkup_part_mine", "recorded_by_account", "recorded_at"),
)
