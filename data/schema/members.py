"""Party members, their points ledger and their check-ups."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from data.schema.base import key_to, metadata, primary, recorded, sealed

member = Table(
    "member",
    metadata,
    primary(),
    key_to("person.id"),
    key_to("unit.id"),
    Column("code", String(40), nullable=False, unique=True),
    Column("class_key", String(40), nullable=False),
    Column("joined_on", Date, nullable=False),
    Column("left_on", Date),
)

# Append-only. points is signed (a deduction is negative) and a multiple of 0.5,
# so sums are exact. status is derived: approved, pending or returned.
points_entry = Table(
    "points_entry",
    metadata,
    primary(),
    key_to("member.id"),
    key_to("unit.id"),  # the member's unit when the entry was made
    key_to("method.id", index=False),
    Column("rule_key", String(40), nullable=False),  # "base" for the opening entry
    Column("rule_name", String(60), nullable=False),
    Column("kind", String(20), nullable=False),  # base, duty, award, deduction
    Column("points", Float, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("reverses_id", ForeignKey("points_entry.id"), unique=True),
    Column("needs_approval", Integer, nullable=False, default=0),
    Column("status", String(20), nullable=False),
    *recorded(),
    sealed(),
    CheckConstraint("points * 2 = round(points * 2)", name="half_points"),
    # No index on status alone: nearly every row is approved, and SQLite would walk it.
    Index("ix_points_entry_sum", "member_id", "happened_on", "status", "points"),
    Index("ix_points_entry_period", "happened_on", "status", "member_id", "kind", "points"),
    Index("ix_points_entry_mine", "recorded_by_account", "recorded_at"),
)

# Parts are 0–100; the weights they were given are kept beside them.
checkup = Table(
    "checkup",
    metadata,
    primary(),
    key_to("member.id"),
    key_to("unit.id"),
    key_to("method.id", index=False),
    Column("quarter", String(6), nullable=False, index=True),  # 2026Q3
    Column("self_score", Float, nullable=False),
    Column("democratic_score", Float, nullable=False),
    Column("organisation_score", Float, nullable=False),
    Column("self_weight", Integer, nullable=False),
    Column("democratic_weight", Integer, nullable=False),
    Column("organisation_weight", Integer, nullable=False),
    Column("checked_on", Date, nullable=False),
    Column("published_on", Date),
    *recorded(),
    Index("uq_checkup_once", "member_id", "quarter", unique=True),
)
