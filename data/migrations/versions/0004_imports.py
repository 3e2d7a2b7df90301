"""Imports: the files taken in, and what became of their rows."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
COUNTS = ("new_rows", "changed_rows", "same_rows", "refused_rows")


def upgrade() -> None:
    _untimed_appeals()
    _linked_events()
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("kind", 20),
        _text("file", 200),
        _text("source_table", 200),
        _text("sha256", 64),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
        sa.Column("header", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("unit_ids", sa.Text),
        sa.Column("recorded_at", TIME, nullable=False),
        _text("recorded_by", 60),
        sa.Column("recorded_by_account", sa.Integer),
        _text("surface", 20),
        _text("request_id", 64, nullable=True, unique=True),
        sa.Column("undone_at", TIME),
        _text("undone_by", 60, nullable=True),
        sa.Column("undone_by_account", sa.Integer),
        sa.Column("undo_reason", sa.Text),
    )
    op.create_index("ix_import_batch_file", "import_batch", ["sha256", "kind"])
    op.create_index("ix_import_batch_kind", "import_batch", ["kind", "recorded_at"])
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "import_batch_id",
            sa.Integer,
            sa.ForeignKey("import_batch.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("number", sa.Integer, nullable=False),
        _text("table_name", 40),
        sa.Column("row_id", sa.Integer, nullable=False),
        _text("action", 20),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )
    op.create_index("ix_import_row_row", "import_row", ["table_name", "row_id"])


def _untimed_appeals() -> None:
    """What an imported case could not tell; nullable facts leave the seals that stand alone."""
    op.add_column("appeal", sa.Column("untimed", sa.Integer, nullable=False, server_default="0"))
    for name in ("untimed", "returns", "extensions", "redos"):
        op.add_column("appeal_event", sa.Column(name, sa.Integer))
    op.drop_index("ix_appeal_facts", "appeal")
    columns = ["unit_id", "received_at", "closed_at", "due_at", "yellow_at", "responded_at"]
    columns += ["state_type", "resolved", "rating", "untimed"]
    op.create_index("ix_appeal_facts", "appeal", columns)


def _linked_events() -> None:
    """Only of events that came of a visit: an import would write 100,000 empty ones."""
    linked = sa.text("visit_id IS NOT NULL")
    op.drop_index("ix_appeal_event_visit_id", "appeal_event")
    op.create_index(
        "ix_appeal_event_visit_id",
        "appeal_event",
        ["visit_id"],
        sqlite_where=linked,
        postgresql_where=linked,
    )


def downgrade() -> None:
    raise NotImplementedError("imports could not be undone any more; restore a backup instead")


def _text(name: str, length: int, **options: Any) -> sa.Column:
    return sa.Column(name, sa.String(length), **{"nullable": False} | options)
