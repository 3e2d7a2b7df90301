"""Accounts, grants, sessions, displays' keys and the log; who recorded a row, by account."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
RECORDED = (
    "method",
    "decision",
    "points_entry",
    "checkup",
    "appeal",
    "appeal_event",
    "service_order",
    "service_record",
    "time_transfer",
    "visit",
)


def upgrade() -> None:
    for table in RECORDED:
        op.add_column(table, sa.Column("recorded_by_account", sa.Integer))
    _create_accounts()
    _create_sessions()
    _create_log()


def downgrade() -> None:
    raise NotImplementedError("accounts and the log would be lost; restore a backup instead")


def _create(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table with the usual integer primary key before its other columns."""
    return op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), *columns)


def _ref(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=nullable, index=True)


def _text(name: str, length: int, **options: Any) -> sa.Column:
    return sa.Column(name, sa.String(length), **{"nullable": False} | options)


def _time(name: str, *, nullable: bool = False, index: bool = False) -> sa.Column:
    return sa.Column(name, TIME, nullable=nullable, index=index)


def _create_accounts() -> None:
    _create(
        "account",
        _text("login", 60, unique=True),
        _text("display_name", 60),
        _ref("person_id", "person.id", nullable=True),
        _text("password_hash", 200),
        sa.Column("must_change_password", sa.Integer, nullable=False),
        sa.Column("is_demo", sa.Integer, nullable=False),
        sa.Column("phone_sealed", sa.Text),
        _time("created_at"),
        _time("disabled_at", nullable=True),
    )
    _create(
        "account_grant",
        _ref("account_id", "account.id"),
        _text("role", 20),
        _ref("unit_id", "unit.id", nullable=True),
    )
    _create(
        "display_key",
        _text("key_hash", 64, unique=True),
        _text("name", 60),
        _ref("unit_id", "unit.id"),
        _time("created_at"),
        _time("revoked_at", nullable=True),
    )


def _create_sessions() -> None:
    _create(
        "session",
        _text("token_hash", 64, unique=True),
        _ref("account_id", "account.id"),
        _time("created_at"),
        _time("last_seen_at"),
        _time("expires_at"),
        _time("revoked_at", nullable=True),
        _text("address", 60),
        _text("user_agent", 200),
        _text("way", 20),
    )
    op.create_table(
        "login_attempt",
        _text("kind", 20, primary_key=True),
        _text("subject", 64, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        _time("failed_at", nullable=True),
        _time("succeeded_at", nullable=True, index=True),
    )


def _create_log() -> None:
    _create(
        "audit_entry",
        _time("at", index=True),
        sa.Column("account_id", sa.Integer),
        _text("name", 60),
        _text("role", 20),
        _text("surface", 20),
        _text("address", 60),
        sa.Column("session_id", sa.Integer),
        _text("action", 40),
        _text("subject_table", 40),
        sa.Column("subject_id", sa.Integer),
        _text("subject", 200),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        _text("seal", 64),
    )
    op.create_index("ix_audit_entry_views", "audit_entry", ["session_id", "action", "at"])
