"""Drafts, activities, indicators, parts of check-ups; finding one's own entries by account."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
MINE = ["recorded_by_account", "recorded_at"]
RECORDED = ("appeal", "appeal_event", "points_entry", "service_record", "visit")


def upgrade() -> None:
    _create_draft()
    _create_activities()
    _create_reports()
    _create_parts()
    for table in RECORDED:
        op.create_index(f"ix_{table}_mine", table, MINE)
    op.add_column("revision", sa.Column("standing", sa.Integer, nullable=False, server_default="0"))
    # no foreign key: SQLite would have to copy the table for one
    op.add_column("time_transfer", sa.Column("reverses_id", sa.Integer))
    op.add_column("appeal_event", sa.Column("visit_id", sa.Integer))
    op.create_index("ix_appeal_event_visit_id", "appeal_event", ["visit_id"])
    op.create_index("ix_visit_appeal_id", "visit", ["appeal_id"])
    op.create_index("uq_time_transfer_reverses_id", "time_transfer", ["reverses_id"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("entries would be lost; restore a backup instead")


def _fact_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    """An append-only table: who recorded a row, when, from where, and its seal."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        *columns,
        sa.Column("recorded_at", TIME, nullable=False),
        _text("recorded_by", 60),
        sa.Column("recorded_by_account", sa.Integer),
        _text("surface", 20),
        _text("request_id", 64, nullable=True, unique=True),
        _text("seal", 64),
    )
    op.create_index(f"ix_{name}_mine", name, MINE)


def _ref(
    name: str, target: str, *, nullable: bool = False, unique: bool = False, index: bool = True
) -> sa.Column:
    key = sa.ForeignKey(target)
    return sa.Column(name, sa.Integer, key, nullable=nullable, unique=unique, index=index)


def _reverses(table: str) -> sa.Column:
    return _ref("reverses_id", f"{table}.id", nullable=True, unique=True, index=False)


def _text(name: str, length: int, **options: Any) -> sa.Column:
    return sa.Column(name, sa.String(length), **{"nullable": False} | options)


def _long(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("owner", 80),
        _text("form", 40),
        _text("grid", 40),
        _long("content"),
        _text("request_id", 64, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_index("uq_draft_once", "draft", ["owner", "form"], unique=True)


def _create_activities() -> None:
    _fact_table(
        "activity",
        _ref("unit_id", "unit.id"),
        _ref("method_id", "method.id", index=False),
        _text("kind_key", 40),
        _text("kind_name", 60),
        _text("title", 120),
        _text("place", 60),
        sa.Column("started_at", TIME, nullable=False, index=True),
    )
    _fact_table(
        "activity_signin",
        _ref("activity_id", "activity.id"),
        _ref("member_id", "member.id", nullable=True),
        _ref("volunteer_id", "volunteer.id", nullable=True),
        sa.Column("signed_at", TIME, nullable=False),
        _long("note"),
        _reverses("activity_signin"),
    )


def _create_reports() -> None:
    _fact_table(
        "indicator_report",
        _ref("unit_id", "unit.id", index=False),
        _ref("method_id", "method.id", index=False),
        _text("indicator_key", 40),
        _text("indicator_name", 60),
        _text("measure", 60),
        _text("period", 10),
        sa.Column("value", sa.Float, nullable=False),
        _long("note"),
        _reverses("indicator_report"),
    )
    columns = ["unit_id", "indicator_key", "period"]
    op.create_index("ix_indicator_report_of", "indicator_report", columns)
    columns = ["period", "indicator_key"]
    op.create_index("ix_indicator_report_period", "indicator_report", columns)


def _create_parts() -> None:
    _fact_table(
        "checkup_part",
        _ref("member_id", "member.id", index=False),
        _ref("unit_id", "unit.id"),
        _text("quarter", 6),
        _text("part", 20),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("checked_on", sa.Date, nullable=False),
        _long("note"),
        _reverses("checkup_part"),
    )
    op.create_index("ix_checkup_part_of", "checkup_part", ["member_id", "quarter"])
