"""The imports there were: who took in which file, what became of it, whether it still stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.access import reach
from data.identity import Actor
from data.queries.frames import frame_of
from data.schema import import_batch, unit

ACTION = "undo_import"  # whoever may take an import back sees it
COLUMNS = (
    "id",
    "kind",
    "file",
    "source_table",
    "new_rows",
    "changed_rows",
    "same_rows",
    "refused_rows",
    "recorded_at",
    "recorded_by",
    "undone_at",
    "undone_by",
    "undo_reason",
)


def fetch_imports(
    connection: Connection, *, actor: Actor, at: datetime, limit: int = 50
) -> pd.DataFrame:
    """Imports whose units ``actor`` reaches, the latest first, at most ``limit``.

    Columns: id, kind, file, source_table, new_rows, changed_rows, same_rows, refused_rows,
    recorded_at (UTC), recorded_by, undone_at (null while it stands), undone_by, undo_reason.
    """
    roots = reach(connection, actor, ACTION, at=at)
    batch = import_batch.c
    statement = select(*(batch[name] for name in COLUMNS), batch.unit_ids)
    found = frame_of(connection, statement.order_by(batch.id.desc()))
    if roots != ["/"]:
        rows = connection.execute(select(unit.c.id, unit.c.path))
        paths = {row.id: row.path for row in rows}
        mine = [_within(ids, paths, roots) for ids in found["unit_ids"]]
        found = found[pd.Series(mine, index=found.index, dtype=bool)]
    return found[list(COLUMNS)].head(limit).reset_index(drop=True)


def _within(unit_ids: str | None, paths: dict[int, str], roots: Sequence[str]) -> bool:
    """Whether every unit concerned lies below one of ``roots``; without units nobody's do."""
    ids: list[Any] = json.loads(unit_ids) if unit_ids else []
    held = [paths.get(one, "") for one in ids]
    return bool(held) and all(any(path.startswith(root) for root in roots) for path in held)
