"""Imports: each file that was taken in, and which rows of ours its rows became."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from data.schema.base import UtcDateTime, key_to, metadata, primary, recorded

# One row an import that wrote something.  sha256 is the file's, header and mapping are JSON:
# the next file with the same header is read the same way.  unit_ids is a JSON list of the
# units concerned, null where the kind belongs to no unit.  undone_at is null while it stands.
import_batch = Table(
    "import_batch",
    metadata,
    primary(),
    Column("kind", String(20), nullable=False),
    Column("file", String(200), nullable=False),
    Column("source_table", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("new_rows", Integer, nullable=False),
    Column("changed_rows", Integer, nullable=False),
    Column("same_rows", Integer, nullable=False),
    Column("refused_rows", Integer, nullable=False),
    Column("header", Text, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("unit_ids", Text),
    *recorded(),
    Column("undone_at", UtcDateTime),
    Column("undone_by", String(60)),
    Column("undone_by_account", Integer),
    Column("undo_reason", Text),
    Index("ix_import_batch_file", "sha256", "kind"),
    Index("ix_import_batch_kind", "kind", "recorded_at"),
)

# One row for each row of ours that an import added or changed; number is the row in the file.
# before and after are JSON, of the columns that were changed only.
import_row = Table(
    "import_row",
    metadata,
    primary(),
    key_to("import_batch.id"),
    Column("number", Integer, nullable=False),
    Column("table_name", String(40), nullable=False),
    Column("row_id", Integer, nullable=False),
    Column("action", String(20), nullable=False),  # added or changed
    Column("before", Text),
    Column("after", Text),
    Index("ix_import_row_row", "table_name", "row_id"),  # which import a row of ours is from
)
