"""Volunteers, teams, orders, service records, the time bank and visits."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from data.schema.base import UtcDateTime, key_to, metadata, primary, recorded, sealed

team = Table(
    "team",
    metadata,
    primary(),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("skill", String(60), nullable=False),
    Column("colour", String(20), nullable=False, default=""),
)

volunteer = Table(
    "volunteer",
    metadata,
    primary(),
    key_to("person.id"),
    key_to("unit.id"),
    key_to("team.id"),
    Column("code", String(40), nullable=False, unique=True),
    Column("joined_on", Date, nullable=False),
    Column("left_on", Date),
    Column("in_public_ranking", Integer, nullable=False, default=1),
)

# 点单 → 派单 → 接单 → 服务 → 评单; a step not reached yet is null.
service_order = Table(
    "service_order",
    metadata,
    primary(),
    Column("code", String(40), nullable=False, unique=True),
    key_to("unit.id"),
    Column("activity", String(60), nullable=False),
    Column("title", String(120), nullable=False),
    Column("placed_at", UtcDateTime, nullable=False, index=True),
    Column("dispatched_at", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("served_at", UtcDateTime),
    Column("rated_at", UtcDateTime),
    Column("rating", Integer),
    key_to("volunteer.id", nullable=True),
    *recorded(),
)

# Append-only. minutes is signed (a reversal is negative); status is derived.
service_record = Table(
    "service_record",
    metadata,
    primary(),
    key_to("volunteer.id"),
    key_to("unit.id"),  # where the service was given
    key_to("team.id", index=False),
    Column("order_id", ForeignKey("service_order.id")),
    Column("activity", String(60), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("certified_by", String(60), nullable=False),
    Column("reverses_id", ForeignKey("service_record.id"), unique=True),
    Column("needs_approval", Integer, nullable=False, default=1),
    Column("status", String(20), nullable=False),
    *recorded(),
    sealed(),
    Index("ix_service_record_sum", "volunteer_id", "started_at", "status", "minutes"),
    Index(
        "ix_service_record_period",
        "started_at",
        "status",
        "unit_id",
        "volunteer_id",
        "team_id",
        "minutes",
        "reverses_id",
    ),
    Index("ix_service_record_mine", "recorded_by_account", "recorded_at"),
)

# Double entry: every transfer's postings sum to zero, and the issue account's
# balance is minus what everybody else holds. balance is derived.
time_account = Table(
    "time_account",
    metadata,
    primary(),
    Column("kind", String(20), nullable=False),  # issue, volunteer, goods
    Column("volunteer_id", ForeignKey("volunteer.id"), unique=True),
    Column("balance", Integer, nullable=False, default=0),
    CheckConstraint("kind = 'issue' OR balance >= 0", name="no_overdraft"),
)

time_transfer = Table(
    "time_transfer",
    metadata,
    primary(),
    Column("kind", String(20), nullable=False),  # earn, spend, give, reverse
    Column("happened_at", UtcDateTime, nullable=False, index=True),
    Column("service_record_id", ForeignKey("service_record.id"), unique=True),
    Column("note", Text, nullable=False, default=""),
    Column("reverses_id", Integer),  # a spending taken back; no foreign key, see migration 0003
    *recorded(),
    Index("uq_time_transfer_reverses_id", "reverses_id", unique=True),
)

time_posting = Table(
    "time_posting",
    metadata,
    primary(),
    key_to("time_transfer.id"),
    key_to("time_account.id"),
    Column("points", Integer, nullable=False),
    sealed(),
)

# Append-only. rule_key names the must-visit rule, or is null for a free visit.
visit = Table(
    "visit",
    metadata,
    primary(),
    key_to("unit.id"),
    key_to("person.id", nullable=True),  # the visitor
    Column("rule_key", String(40)),
    Column("visited_at", UtcDateTime, nullable=False, index=True),
    Column("finding", Text, nullable=False, default=""),
    # known already when the visit was written down; else see appeal_event.visit_id
    Column("appeal_id", ForeignKey("appeal.id"), index=True),
    Column("reverses_id", ForeignKey("visit.id"), unique=True),
    *recorded(),
    sealed(),
    Index("ix_visit_mine", "recorded_by_account", "recorded_at"),
)
