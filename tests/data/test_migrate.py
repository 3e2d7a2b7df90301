"""Migrations: the schema they make is the schema the program has."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, text

from data.engines import Engines, open_engines
from data.migrate import (
    current_revision,
    head_revision,
    known_revisions,
    scripts,
    upgrade,
    upgrade_connection,
)
from data.schema import metadata


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / '100% 数据' / 'grid.db'}"


def shape(connection: Connection) -> dict[str, Any]:
    """Columns, keys, indexes and constraints of every table but alembic's own."""
    found = inspect(connection)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["primary_key"])
                for c in found.get_columns(table)
            },
            "keys": sorted(
                (k["name"], k["constrained_columns"], k["referred_table"])
                for k in found.get_foreign_keys(table)
            ),
            "unique": sorted(
                (u["name"], u["column_names"]) for u in found.get_unique_constraints(table)
            ),
            "checks": sorted((c["name"], c["sqltext"]) for c in found.get_check_constraints(table)),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"]) for i in found.get_indexes(table)
            ),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrated_schema_is_the_programs_schema(url: str, engines: Engines) -> None:
    upgrade(url)
    with open_engines(url).read() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
        migrated = shape(connection)
    with engines.read() as connection:  # made from the metadata itself
        assert migrated == shape(connection)


def test_a_new_database_is_at_the_head_with_one_revision_row(url: str) -> None:
    upgrade(url)
    assert current_revision(url) == head_revision()
    assert head_revision() in known_revisions()
    with open_engines(url).read() as connection:
        assert connection.execute(text("SELECT id, value FROM revision")).all() == [(1, 0)]


def test_upgrading_again_keeps_every_row(url: str) -> None:
    upgrade(url)
    with open_engines(url).write() as connection:
        connection.execute(text("INSERT INTO person (name) VALUES ('王小明')"))
    upgrade(url)
    with open_engines(url).read() as connection:
        assert connection.scalar(text("SELECT name FROM person")) == "王小明"
        assert connection.scalar(text("SELECT value FROM revision")) == 1


def test_processes_that_start_at_once_follow_one_another(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [url] * 4))
    assert current_revision(url) == head_revision()


def test_a_failing_upgrade_leaves_no_table(url: str) -> None:
    Path(open_engines(url).url.database or "").parent.mkdir()

    def fail() -> None:
        with open_engines(url).writer.begin() as connection:
            upgrade_connection(connection)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    with open_engines(url).read() as connection:
        assert inspect(connection).get_table_names() == []
    assert current_revision(url) is None


def test_logging_stays_as_the_program_set_it(url: str) -> None:
    root, mine = logging.getLogger(), logging.getLogger("data.engines")
    before = (root.level, list(root.handlers), mine.level, mine.disabled)
    upgrade(url)
    assert (root.level, list(root.handlers), mine.level, mine.disabled) == before


def test_the_first_schema_is_written_for_postgresql_too() -> None:
    sql = StringIO()
    options = {"as_sql": True, "output_buffer": sql, "target_metadata": metadata}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        scripts().get_revision("0001").module.upgrade()
    written = sql.getvalue()
    for table in metadata.tables:
        assert f"CREATE TABLE {table} (" in written
    assert written.count("id SERIAL NOT NULL") == len(metadata.tables) - 2  # two have own keys
    assert "recorded_at TIMESTAMP WITH TIME ZONE NOT NULL" in written
    assert "CONSTRAINT ck_time_account_no_overdraft CHECK" in written
    assert "INSERT INTO revision (id, value, changed_at) VALUES (1, 0, " in written
    names = re.findall(r"CONSTRAINT (\w+)|INDEX (\w+)", written)
    assert max(len(a or b) for a, b in names) <= 63, "PostgreSQL cuts longer names"
