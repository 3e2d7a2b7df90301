"""Appeals and the events that carry them through their workflow."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text, text

from data.schema.base import UtcDateTime, key_to, metadata, primary, recorded, sealed

# The second half of the columns is derived from appeal_event and is what
# `python -m data check` recomputes: it is there so that counting is one query.
appeal = Table(
    "appeal",
    metadata,
    primary(),
    Column("code", String(40), nullable=False, unique=True),
    key_to("unit.id", index=False),
    key_to("method.id", index=False),
    Column("workflow_key", String(40), nullable=False),
    Column("category_key", String(40), nullable=False),
    Column("channel", String(60), nullable=False),
    Column("title", String(120), nullable=False),
    Column("content", Text, nullable=False, default=""),
    Column("lat", Float),
    Column("lon", Float),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    *recorded(),
    # derived
    Column("state", String(40), nullable=False),
    Column("state_type", String(20), nullable=False),
    Column("state_since", UtcDateTime, nullable=False),
    Column("state_due_at", UtcDateTime),
    Column("yellow_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("responded_at", UtcDateTime),
    Column("closed_at", UtcDateTime, index=True),
    Column("furthest", Integer, nullable=False),  # index of the furthest state reached
    Column("returns", Integer, nullable=False, default=0),
    Column("extensions", Integer, nullable=False, default=0),
    Column("redos", Integer, nullable=False, default=0),
    Column("resolved", Integer),  # the asker's answer: 1, 0 or null (not asked)
    Column("rating", Integer),  # 1–5 or null (not rated)
    # what its import could not tell: 1 when it was closed, 2 when it was first answered (bits)
    Column("untimed", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_appeal_open", "state_type", "due_at"),
    Index("ix_appeal_mine", "recorded_by_account", "recorded_at"),
    # every column that the figures are counted by, so that counting reads the index alone
    Index(
        "ix_appeal_facts",
        "unit_id",
        "received_at",
        "closed_at",
        "due_at",
        "yellow_at",
        "responded_at",
        "state_type",
        "resolved",
        "rating",
        "untimed",
    ),
)

# Append-only. kind: advance, return, extend, redo, withdraw (误登), import, unimport (撤销).
# state is the state the case is in after the event (for extend, withdraw, unimport: unchanged;
# new_due_at is the new limit). Only an import says (see data.imported): untimed, what the file
# could not tell (bits); returns, extensions and redos, how often these had happened by then.
appeal_event = Table(
    "appeal_event",
    metadata,
    primary(),
    key_to("appeal.id", index=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(40), nullable=False),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("handler", String(60)),
    Column("reply", Text, nullable=False, default=""),
    Column("resolved", Integer),
    Column("rating", Integer),
    Column("new_due_at", UtcDateTime),
    # of a registration: the visit on which it was found.  It stands here because a visit is
    # sealed before its appeal exists; no foreign key: SQLite would have to copy the table
    Column("visit_id", Integer),
    Column("untimed", Integer),
    Column("returns", Integer),
    Column("extensions", Integer),
    Column("redos", Integer),
    *recorded(),
    sealed(),
    Index(
        "ix_appeal_event_visit_id",
        "visit_id",
        # hardly any event has one
        sqlite_where=text("visit_id IS NOT NULL"),
        postgresql_where=text("visit_id IS NOT NULL"),
    ),
    Index("ix_appeal_event_stays", "appeal_id", "happened_at", "kind", "state"),
    Index("ix_appeal_event_mine", "recorded_by_account", "recorded_at"),
)
