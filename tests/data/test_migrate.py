"""Migrations: the schema they make is the schema the program has."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    inspect,
    text,
)

from data.chains import broken_rows
from data.engines import Engines, open_engines
from data.ledger import FIRST_SEAL, seal
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


def test_the_schema_is_written_for_postgresql_too() -> None:
    sql = StringIO()
    options = {"as_sql": True, "output_buffer": sql, "target_metadata": metadata}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        for script in reversed(list(scripts().walk_revisions())):
            script.module.upgrade()
    written = sql.getvalue()
    for table in metadata.tables:
        assert f"CREATE TABLE {table} (" in written
    own_keys = [t for t in metadata.tables.values() if "id" not in t.c]
    assert written.count("id SERIAL NOT NULL") == len(metadata.tables) - len(own_keys)
    assert "recorded_at TIMESTAMP WITH TIME ZONE NOT NULL" in written
    assert "ALTER TABLE visit ADD COLUMN recorded_by_account INTEGER" in written
    assert "CONSTRAINT ck_time_account_no_overdraft CHECK" in written
    assert "INSERT INTO revision (id, value, changed_at) VALUES (1, 0, " in written
    names = re.findall(r"CONSTRAINT (\w+)|INDEX (\w+)", written)
    assert max(len(a or b) for a, b in names) <= 63, "PostgreSQL cuts longer names"


def filled(table: Table, rows: dict[str, Any]) -> dict[str, Any]:
    """A row for a reflected table: every column that must not be null has a plain value."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            values[column.name] = rows[target]["id"] if target in rows else None
        elif not column.nullable:
            values[column.name] = plain(column)
    return {k: v for k, v in values.items() if v is not None}


def plain(column: Column[Any]) -> Any:
    if isinstance(column.type, Integer | Float):
        return 1
    if isinstance(column.type, DateTime):
        return datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 (a column read back from the database)
    return date(2026, 1, 2) if isinstance(column.type, Date) else "甲"


@pytest.mark.parametrize("revision", sorted(known_revisions()))
def test_an_upgrade_keeps_the_rows_of_every_earlier_revision(url: str, revision: str) -> None:
    Path(open_engines(url).url.database or "").parent.mkdir()
    rows: dict[str, dict[str, Any]] = {}
    with open_engines(url).writer.begin() as connection:
        upgrade_connection(connection, revision)
        earlier = MetaData()
        earlier.reflect(connection)
        for table in earlier.sorted_tables:
            if table.name not in ("alembic_version", "revision"):
                rows[table.name] = filled(table, rows)
                connection.execute(table.insert().values(rows[table.name]))
                rows[table.name] = dict(connection.execute(table.select()).mappings().one())
    upgrade(url)
    assert current_revision(url) == head_revision()
    with open_engines(url).read() as connection:
        now = MetaData()
        now.reflect(connection)
        for name, row in rows.items():
            kept = dict(connection.execute(now.tables[name].select()).mappings().one())
            assert row.items() <= kept.items(), name
            assert {kept[new] for new in kept.keys() - row.keys()} <= {None, 0}


def test_the_seals_of_rows_from_before_accounts_still_hold(url: str) -> None:
    Path(open_engines(url).url.database or "").parent.mkdir()
    earlier = ("recorded_at", "recorded_by", "surface")
    at = datetime(2026, 1, 2, tzinfo=UTC)
    with open_engines(url).writer.begin() as connection:
        upgrade_connection(connection, "0001")
        row = {"subject": "visit", "subject_id": 1, "verdict": "approved", "reason": ""}
        row |= dict(zip(earlier, (at, "甲", "test"), strict=True))
        row["seal"] = seal(FIRST_SEAL, row, tuple(row))
        marks = ", ".join(f":{name}" for name in row)
        row["recorded_at"] = "2026-01-02 00:00:00.000000"
        connection.execute(text(f"INSERT INTO decision ({', '.join(row)}) VALUES ({marks})"), row)
    upgrade(url)
    with open_engines(url).read() as connection:
        assert list(broken_rows(connection, metadata.tables["decision"])) == []
